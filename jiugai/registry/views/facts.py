"""Correcting one fact in place, and taking a correction back, for communities and buildings alike."""

from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from jiugai.accounts.guard import actor_of, find, needs, require
from jiugai.accounts.permissions import Permission
from jiugai.domain.errors import Refusal
from jiugai.registry.actions.conflicts import column
from jiugai.registry.actions.correcting import Correction, correct_fact
from jiugai.registry.actions.values import Saved, withdraw_values
from jiugai.registry.facts import Fact, Kind, UnknownFact, fact_of
from jiugai.registry.forms.facts import FactForm, ReasonForm
from jiugai.registry.models import Building, Community
from jiugai.registry.queries.areas import areas_for
from jiugai.registry.queries.documents import readable
from jiugai.registry.showing import typed
from jiugai.registry.views import building as building_views
from jiugai.registry.views import file as file_views

Subject = Community | Building
KINDS = {"communities": "community-file", "buildings": "building-file"}
LONGEST_NUMBER = 18
# A fact that shares its row on the page with another one.
ROW_OF = {"built_year_max": "built_year_min"}


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.REGISTER_EDIT)
def fact_edit(request: HttpRequest, kind: str, pk: int, field: str) -> HttpResponse:
    """Show the form of one fact in place of its row; save what comes back."""
    subject = _subject(request, kind, pk)
    fact = _fact(subject, field)
    if request.method != "POST":
        return _form_page(request, kind, subject, fact, _form(request, subject, fact))
    form = _form(request, subject, fact, request.POST, request.FILES)
    if not form.is_valid():
        return _form_page(request, kind, subject, fact, form, status=422)
    try:
        saved = correct_fact(subject=subject, said=_said(fact, form), actor=actor_of(request), on=timezone.localdate())
    except Refusal as refusal:
        return _form_page(request, kind, subject, fact, form, refusal=refusal, status=refusal.status)
    return _after(request, kind, subject, _words(fact, saved))


def _subject(request: HttpRequest, kind: str, pk: int) -> Subject:
    """Return the record in scope (404) that the person may correct (403)."""
    model: Any = Community if kind == "communities" else Building
    subject: Subject = find(model.objects.all(), actor_of(request), pk=pk)
    require(actor_of(request), Permission.REGISTER_EDIT, subject)
    return subject


def _fact(subject: Subject, field: str) -> Fact:
    try:
        return fact_of(subject, field)
    except UnknownFact as problem:
        raise Http404 from problem


def _form(request: HttpRequest, subject: Subject, fact: Fact, data: Any = None, files: Any = None) -> FactForm:
    """Open the form with what is known, or with the word of another source (`?value=`)."""
    on = timezone.localdate()
    return FactForm(
        data,
        files,
        fact=fact,
        on=on,
        initial={"value": _opening(request, subject, fact), "observed_on": on, "version": subject.version},
        documents=_documents(request, subject, on=on),
        areas=areas_for(actor_of(request)) if fact.kind is Kind.AREA else None,
    )


def _opening(request: HttpRequest, subject: Subject, fact: Fact) -> Any:
    wanted = request.GET.get("value", "")
    if wanted.isdecimal() and len(wanted) <= LONGEST_NUMBER:
        said = subject.values.filter(pk=int(wanted), field=fact.field).first()
        if said is not None:
            return typed(fact, said.value)
    if "typed" in request.GET:
        words = request.GET.getlist("typed")
        return words if fact.kind is Kind.CLASSES else words[0]
    if fact.kind is Kind.AREA and isinstance(subject, Community):
        return subject.area.code
    return typed(fact, column(subject, fact.field))


def _documents(request: HttpRequest, subject: Subject, *, on: date) -> Any:
    """The documents that can be named as proof: those of the community that the person may read."""
    home = subject if isinstance(subject, Community) else subject.community
    mine = home.documents.filter(readable(actor_of(request), on=on), withdrawn_at__isnull=True)
    return mine.order_by("-pk")


def _said(fact: Fact, form: FactForm) -> Correction:
    clean = form.cleaned_data
    return Correction(
        field=fact.field,
        value=clean["value"],
        observed_on=clean["observed_on"],
        reason=clean["reason"],
        version=clean["version"],
        proof=clean.get("document"),
        upload=clean.get("upload"),
    )


def _words(fact: Fact, saved: Saved) -> str:
    if saved.counts:
        return f"{fact.label}已更正，原来的说法还留在来源里，可以撤回"
    return f"{fact.label}已记下，但现用的仍是另一个来源的说法"


def _form_page(
    request: HttpRequest,
    kind: str,
    subject: Subject,
    fact: Fact,
    form: FactForm,
    *,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    """Render the form: a row for htmx, a page of its own without."""
    anchor = ROW_OF.get(fact.field, fact.field)
    context = {
        "form": form,
        "fact": fact,
        "anchor": anchor,
        "subject": subject,
        "refusal": refusal,
        "action": request.path,
        "back": reverse(KINDS[kind], args=[subject.pk]),
    }
    if refusal is not None and refusal.status == 409:
        # The next try is against what is there now: the person has been told of it.
        version = type(subject).objects.values_list("version", flat=True).get(pk=subject.pk)
        form.data = {**form.data.dict(), "version": version, "value": form["value"].data}  # type: ignore[attr-defined]
    return _part(request, "edit", context, anchor=anchor, status=status)


def _part(request: HttpRequest, name: str, context: dict[str, Any], *, anchor: str, status: int) -> HttpResponse:
    if request.headers.get("HX-Request") != "true":
        return render(
            request, "registry/file/alone.html", {"part": f"registry/file/{name}.html", **context}, status=status
        )
    response = render(request, f"registry/file/{name}.html", context, status=status)
    if status >= 400:
        response.headers["HX-Retarget"] = f"#fact-{anchor}"
        response.headers["HX-Reswap"] = "outerHTML"
    return response


def _after(request: HttpRequest, kind: str, subject: Subject, words: str) -> HttpResponse:
    """Show the file again with the new value: in place for htmx, by redirect without."""
    file_views.done(request, words)
    if request.headers.get("HX-Request") != "true":
        return redirect(KINDS[kind], subject.pk)
    if kind == "communities":
        response = file_views.overview_page(request, file_views.community_of(request, subject.pk))
    else:
        response = building_views.building_page(request, subject.pk)
    response.headers["HX-Retarget"] = "#file"
    response.headers["HX-Reselect"] = "#file"
    response.headers["HX-Reswap"] = "outerHTML show:none"
    flash = render_to_string("registry/file/flash.html", {"words": words})
    response.content = response.content + flash.encode()
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.REGISTER_EDIT)
def value_withdraw(request: HttpRequest, kind: str, pk: int, value: int) -> HttpResponse:
    """Ask for the reason and take one correction back."""
    subject = _subject(request, kind, pk)
    said = subject.values.filter(pk=value).first()
    if said is None:
        raise Http404
    fact = _fact(subject, said.field)
    anchor = ROW_OF.get(fact.field, fact.field)
    form = ReasonForm(request.POST or None)
    context = {
        "form": form,
        "fact": fact,
        "said": said,
        "anchor": anchor,
        "subject": subject,
        "action": request.path,
        "back": reverse(KINDS[kind], args=[pk]),
    }
    if request.method != "POST" or not form.is_valid():
        return _part(request, "withdraw", context, anchor=anchor, status=422 if request.method == "POST" else 200)
    on, actor = timezone.localdate(), actor_of(request)
    withdraw_values(subject=subject, value_ids=[value], actor=actor, reason=form.cleaned_data["reason"], on=on)
    return _after(request, kind, subject, f"{fact.label}的更正已撤回，原来的值恢复为现用")
