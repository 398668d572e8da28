"""What is done to a matter from its page: each view reads a form and makes one call."""

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from jiugai.accounts.guard import actor_of, find, needs
from jiugai.accounts.permissions import Permission
from jiugai.domain.errors import Refusal
from jiugai.matters import actions, kinds, showing
from jiugai.matters.forms.acting import AssignForm, CommentForm, HandOverForm, PaperForm, ReasonForm
from jiugai.matters.forms.entry import entry_form
from jiugai.matters.queries import file as load
from jiugai.matters.rights import require_do
from jiugai.matters.views.file import page
from jiugai.policy.actions.judging import GateShut, remember_refusal
from jiugai.web.refusing import put


def _matter(request: HttpRequest, pk: int) -> Any:
    return find(load.matter_rows(), actor_of(request), pk=pk)


def _back(request: HttpRequest, matter: Any, words: str) -> HttpResponse:
    messages.success(request, words)
    return redirect("matter-file", matter.pk)


def _when(matter: Any) -> str:
    """Say the next date behind a success."""
    if matter.due_on is None or matter.closed_at is not None:
        return ""
    return f"，{showing.due_words(matter.due_on, provisional=matter.due_provisional)}"


@require_POST
@needs(Permission.MATTER_WORK)
def matter_move(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a move."""
    matter, actor = _matter(request, pk), actor_of(request)
    row, kind, code = load.as_kind(matter), kinds.kind(matter.kind), request.POST.get("move", "")
    reason = ReasonForm(request.POST)
    step = next((one for one in kind.moves(row.stage) if one.code == code), None)
    values, form = {}, None
    if step is not None:
        fields = [need.name for need in step.needs if need.what == "field" and need.name in request.POST]
        form = entry_form(kind, actor=actor, fields=fields, with_community=False)(request.POST, instance=row)
        if not form.is_valid() or not reason.is_valid():
            return page(request, matter, bad={"bad_form": form, "bad_move": step}, status=422)
        values = form.values()
    version = reason.cleaned_data.get("version") if reason.is_valid() else None
    try:
        moved = actions.move(
            matter=matter, move=code, actor=actor, now=timezone.now(), reason=request.POST.get("reason", ""),
            version=version, values=values,
        )  # fmt: skip
    except GateShut as shut:
        remember_refusal(shut=shut, actor=actor, now=timezone.now())
        return page(request, matter, bad={"shut": shut}, status=409)
    except Refusal as refusal:
        if refusal.status != HTTPStatus.UNPROCESSABLE_ENTITY or form is None:
            raise
        put(form, refusal)
        return page(request, matter, bad={"bad_form": form, "bad_move": step}, status=422)
    return _back(
        request, moved, f"已{step.label if step else code}，现在是“{kind.stage(moved.stage).label}”{_when(moved)}"
    )


@require_POST
@needs(Permission.MATTER_WORK)
def matter_assign(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the matter to a person."""
    matter, actor = _matter(request, pk), actor_of(request)
    form = AssignForm(request.POST, people=load.colleagues(matter, on=timezone.localdate()))
    if not form.is_valid():
        return page(request, matter, bad={"assign_form": form}, status=422)
    person = form.cleaned_data["person"]
    version = form.cleaned_data["version"]
    actions.assign(matter=matter, person=person, actor=actor, now=timezone.now(), version=version)
    return _back(request, matter, f"已分派给{person}" if person else "已退回单位，等待分派")


@require_POST
@needs(Permission.MATTER_WORK)
def matter_hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand the matter over to another body."""
    matter, actor = _matter(request, pk), actor_of(request)
    form = HandOverForm(request.POST, actor=actor, auto_id="over-%s")
    if not form.is_valid():
        return page(request, matter, bad={"hand_over_form": form}, status=422)
    done = actions.hand_over(matter=matter, actor=actor, now=timezone.now(), **form.cleaned_data)
    return _back(request, done, f"已移交{done.owner}，计时不停{_when(done)}")


@require_POST
@needs(Permission.MATTER_WORK)
def matter_suspend(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop the clock."""
    matter, form = _matter(request, pk), ReasonForm(request.POST)
    form.is_valid()
    actions.suspend(
        matter=matter, actor=actor_of(request), now=timezone.now(), reason=form.cleaned_data.get("reason", ""),
        version=form.cleaned_data.get("version"),
    )  # fmt: skip
    return _back(request, matter, "计时已暂停，恢复后期限顺延")


@require_POST
@needs(Permission.MATTER_WORK)
def matter_resume(request: HttpRequest, pk: int) -> HttpResponse:
    """Let the clock run again."""
    matter, form = _matter(request, pk), ReasonForm(request.POST)
    form.is_valid()
    done = actions.resume(
        matter=matter, actor=actor_of(request), now=timezone.now(), version=form.cleaned_data.get("version")
    )
    return _back(request, done, f"计时已恢复{_when(done)}")


@require_POST
@needs(Permission.MATTER_WORK)
def matter_escalate(request: HttpRequest, pk: int) -> HttpResponse:
    """Tell the body above."""
    matter, form = _matter(request, pk), ReasonForm(request.POST)
    form.is_valid()
    done = actions.escalate(
        matter=matter, actor=actor_of(request), now=timezone.now(), reason=form.cleaned_data.get("reason", "")
    )
    return _back(request, done, f"已报{done.escalated_to}督办")


@require_POST
@needs(Permission.MATTER_WORK)
def matter_comment(request: HttpRequest, pk: int) -> HttpResponse:
    """Leave words."""
    matter, form = _matter(request, pk), CommentForm(request.POST)
    if not form.is_valid():
        return page(request, matter, bad={"comment_form": form}, status=422)
    actions.comment(matter=matter, words=form.cleaned_data["words"], actor=actor_of(request), now=timezone.now())
    return _back(request, matter, "已留言")


@require_POST
@needs(Permission.MATTER_WORK, Permission.DOCUMENT_UPLOAD)
def matter_attach(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a file into the papers."""
    matter, form = _matter(request, pk), PaperForm(request.POST, request.FILES, auto_id="paper-%s")
    if form.is_valid():
        try:
            actions.attach(matter=matter, actor=actor_of(request), now=timezone.now(), **form.cleaned_data)
        except Refusal as refusal:
            put(form, refusal, "upload")
        else:
            return _back(request, matter, f"已附上{form.cleaned_data['kind']}")
    return page(request, matter, bad={"paper_form": form}, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.MATTER_WORK)
def matter_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a matter's columns."""
    matter, actor = _matter(request, pk), actor_of(request)
    row, kind = load.as_kind(matter), kinds.kind(matter.kind)
    require_do(actor, Permission.MATTER_WORK, row)
    fields = [*kind.editable, *(["point"] if kind.of.point and "point" not in kind.editable else [])]
    made = entry_form(kind, actor=actor, fields=fields, with_community=False)
    form = made(request.POST or None, instance=load.as_kind(matter))
    if request.method == "POST" and form.is_valid():
        try:
            version = int(request.POST.get("version") or row.version)
            actions.edit_matter(matter=row, values=form.values(), actor=actor, now=timezone.now(), version=version)
        except Refusal as refusal:
            put(form, refusal)
        else:
            return _back(request, row, "已保存更正")
    context = {"form": form, "kind": kind, "matter": row, "bodies": load.bodies_near(row.area_path)}
    return render(request, "matters/form.html", context, status=422 if form.errors else 200)
