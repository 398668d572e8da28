"""Pages of the import wizard: choose a file, map its columns, mend what is wrong, confirm the writing."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jiugai.accounts.actor import Actor
from jiugai.accounts.guard import actor_of, find, needs, require
from jiugai.accounts.permissions import Permission
from jiugai.domain.errors import Refusal, TooLarge
from jiugai.domain.intake.mapping import Profile, check_rows, is_our_building_list
from jiugai.registry.forms.imports import NEW, SourceForm, UploadForm, profile_from
from jiugai.registry.intake import batches, declaring, starting, steps
from jiugai.registry.intake.batches import State
from jiugai.registry.models import ImportBatch
from jiugai.registry.queries import imports as queries
from jiugai.registry.views.import_pages import page_of, progress_of
from jiugai.web.uploads import largest_upload, too_large

STEPS = ("选文件", "对列名", "查错", "确认写入")


def batch_of(request: HttpRequest, pk: int) -> ImportBatch:
    """Return the batch if the actor sees its area (else 404) and may import there (else 403)."""
    found = find(ImportBatch.objects.select_related("source", "organisation"), actor_of(request), pk=pk)
    require(actor_of(request), Permission.IMPORT_RUN, found)
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.IMPORT_RUN)
def new(request: HttpRequest) -> HttpResponse:
    """Take in a file."""
    areas = declaring.areas_of(actor_of(request))
    if request.method != "POST":
        return _upload_page(request, UploadForm(areas=areas), redo=request.GET.get("redo", ""))
    form, redo = UploadForm(request.POST, request.FILES, areas=areas), request.POST.get("redo", "")
    try:
        batch = _received(request, form, actor_of(request))
    except Refusal as refusal:
        # The refusal says all there is to say about the file: nothing else is found wrong with the form.
        unbound = UploadForm(initial=request.POST.dict(), areas=areas)
        return _upload_page(request, unbound, redo=redo, refusal=refusal)
    if batch is None:
        return _upload_page(request, form, redo=redo, status=422)
    return redirect("import-columns", batch.pk)


def _upload_page(
    request: HttpRequest, form: UploadForm, *, redo: object, refusal: Refusal | None = None, status: int = 200
) -> HttpResponse:
    """Ask for a file; `redo` is the number of the batch whose place it takes."""
    context = {"form": form, "steps": STEPS, "redo": redo, "largest": largest_upload(), "refusal": refusal}
    return render(request, "registry/imports/new.html", context, status=refusal.status if refusal else status)


def _received(request: HttpRequest, form: UploadForm, actor: Actor) -> ImportBatch | None:
    if too_large(request):
        raise TooLarge(
            f"文件超过 {largest_upload()}", remedy="删掉用不到的表和列，或分成几个文件；csv 可以压缩成 .csv.gz 再上传"
        )
    if not form.is_valid():
        return None
    redo = str(request.POST.get("redo") or "")
    file = form.cleaned_data["file"]
    return starting.start(
        pieces=file.chunks(),
        name=file.name,
        actor=actor,
        at=timezone.localtime(),
        area_path=form.cleaned_data.get("area") or "",
        redo_of=batch_of(request, int(redo)).pk if redo.isdecimal() and len(redo) < 19 else None,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.IMPORT_RUN)
def columns(request: HttpRequest, pk: int) -> HttpResponse:
    """Map columns to fields; say where the data come from."""
    batch, actor = batch_of(request, pk), actor_of(request)
    try:
        context = _columns_context(request, batch)
    except Refusal as refusal:
        # The file is gone from the disk, or cannot be read: ask for it once more.
        asked = UploadForm(areas=declaring.areas_of(actor))
        return _upload_page(request, asked, redo=batch.pk, refusal=refusal)
    if request.method != "POST":
        return render(request, "registry/imports/columns.html", context)
    form: SourceForm = context["source_form"]
    if request.headers.get("HX-Request"):
        return render(request, "registry/imports/where.html", context)
    if not form.is_valid():
        return render(request, "registry/imports/columns.html", context, status=422)
    try:
        check_rows([guess.title for guess in context["guesses"]], target=context["profile"].target)
        declaring.declare_and_check(batch=batch, profile=context["profile"], answers=form.cleaned_data, actor=actor)
    except Refusal as refusal:
        return render(request, "registry/imports/columns.html", context | {"refusal": refusal}, status=422)
    return redirect("import-batch", batch.pk)


def _columns_context(request: HttpRequest, batch: ImportBatch) -> dict[str, Any]:
    tables, rows = queries.head_of(batch)
    titles = [c.title for c in queries.all_columns(tables)]
    asked = request.GET.get("target", "") or ("buildings" if is_our_building_list(titles) else "")
    profile = queries.opening_profile(
        batch,
        titles,
        saved=queries.profile_named(batch, request.GET.get("profile", "")),
        target=asked if asked in {"communities", "buildings", "transactions"} else "communities",
    )
    form = _source_form(request, batch, profile, [t.name for t in tables])
    guesses = queries.guesses(tables, rows, profile)
    if request.method == "POST":
        profile = profile_from(request.POST, titles=[g.title for g in guesses], base=profile, form=form)
        guesses = queries.guesses(tables, rows, profile)
    return {
        "batch": batch,
        "steps": STEPS,
        "profile": profile,
        "source_form": form,
        "guesses": guesses,
        "strange": not any(g.field for g in guesses),
        "fields": queries.field_choices(profile.target),
        "where": queries.where(rows, profile),
        "doubts": queries.doubts(rows, profile),
        "sheets": [(t.name, t.problems) for t in tables],
        "profiles": queries.profiles_for(batch),
        "twins": starting.twins_of(batch, actor_of(request)),
    }


def _source_form(request: HttpRequest, batch: ImportBatch, profile: Profile, sheets: list[str]) -> SourceForm:
    choices = queries.sources()
    source = batch.source or choices.filter(key=profile.source).first()
    start = {
        "target": profile.target,
        "crs": profile.crs.value,
        "source": str(source.pk) if source else NEW,
        "observed_on": batch.observed_on or profile.observed_on,
        "sheet": profile.sheet,
        "source_name": declaring.name_for(profile) if source is None else "",
    }
    uploaded = timezone.localtime(batch.uploaded_at).date()
    return SourceForm(request.POST or None, initial=start, sources=choices, sheets=sheets, uploaded=uploaded)


@require_safe
@needs(Permission.IMPORT_RUN)
def batch(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Show a batch where it is: mapping, progress, errors, changes to confirm, or what came of it."""
    found = batch_of(request, pk)
    if found.state in {State.UPLOADED, State.MAPPED}:
        return redirect("import-columns", pk)
    template, context = page_of(found, actor_of(request), request.GET)
    return render(request, template, context | {"steps": STEPS})


@require_safe
@needs(Permission.IMPORT_RUN)
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer the bar that asks how far the job is; when it is done, let the page load anew."""
    found = batch_of(request, pk)
    answer = render(request, "registry/imports/progress_part.html", {"job": progress_of(found)})
    if found.state not in batches.AT_WORK:
        answer.headers["HX-Refresh"] = "true"
    return answer


@require_POST
@needs(Permission.IMPORT_RUN)
def write(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a checked batch be written."""
    steps.ask_write(batch_id=batch_of(request, pk).pk, actor=actor_of(request))
    return redirect("import-batch", pk)


@require_POST
@needs(Permission.IMPORT_RUN)
def stop(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the running job to stop."""
    found = steps.stop(batch_id=batch_of(request, pk).pk, actor=actor_of(request))
    if request.headers.get("HX-Request"):
        return render(request, "registry/imports/progress_part.html", {"job": progress_of(found)})
    return redirect("import-batch", pk)


@require_POST
@needs(Permission.IMPORT_RUN)
def go_on(request: HttpRequest, pk: int) -> HttpResponse:
    """Take up a stopped or failed batch."""
    steps.go_on(batch_id=batch_of(request, pk).pk, actor=actor_of(request))
    return redirect("import-batch", pk)


@require_POST
@needs(Permission.IMPORT_UNDO)
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a written batch be taken back."""
    found = batch_of(request, pk)
    steps.ask_undo(batch_id=found.pk, actor=actor_of(request), reason=request.POST.get("reason", ""))
    return redirect("import-batch", pk)


@require_POST
@needs(Permission.IMPORT_RUN)
def give_up(request: HttpRequest, pk: int) -> HttpResponse:
    """Put aside a batch of which nothing is written."""
    found = steps.give_up(batch_id=batch_of(request, pk).pk, actor=actor_of(request), at=timezone.localtime())
    messages.success(request, f"已放弃 {found.number}，一行都没有写入")
    return redirect("import-list")


@require_POST
@needs(Permission.IMPORT_RUN)
def again(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a new batch with the same file and mapping."""
    made = steps.again(batch_id=batch_of(request, pk).pk, actor=actor_of(request), at=timezone.localtime())
    messages.success(request, f"已另开一批 {made.number}，对列沿用上一批")
    return redirect("import-columns", made.pk)
