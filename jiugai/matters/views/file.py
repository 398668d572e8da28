"""The page of one matter."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from jiugai.accounts.actor import Actor
from jiugai.accounts.guard import actor_of, find, needs
from jiugai.accounts.permissions import Permission
from jiugai.matters import kinds, showing
from jiugai.matters.forms.acting import AssignForm, CommentForm, HandOverForm, PaperForm
from jiugai.matters.forms.entry import entry_form
from jiugai.matters.queries import file as load
from jiugai.matters.rights import may_do


@require_safe
@needs(Permission.MATTER_VIEW)
def matter_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a matter: what it is, what can be done, its time, its papers, what happened."""
    matter = find(load.matter_rows(), actor_of(request), pk=pk)
    return page(request, matter)


def page(request: HttpRequest, matter: Any, *, bad: dict[str, Any] | None = None, status: int = 200) -> HttpResponse:
    """Render the page; `bad` holds forms that came back with errors, by name."""
    actor, today, row = actor_of(request), timezone.localdate(), load.as_kind(matter)
    kind = kinds.kind(row.kind)
    context = {
        "matter": row,
        "kind": kind,
        "own_page": kind.of.page(row) if kind.of.page else None,
        "standing": showing.standing(row),
        "time_tag": showing.time_tag(row, plain=False),
        "stage_tag": showing.stage_tag(row.kind, row.stage),
        "due_words": showing.due_words(row.due_on, provisional=row.due_provisional) if row.due_on else "",
        "steps": _steps(row, kind),
        "ways": [(way, _move_form(kind, way, row, actor)) for way in load.ways(row, actor=actor)],
        "details": load.details(row, actor),
        "waits_for": load.waits_for(row),
        "timeline": load.timeline(row),
        "papers": load.papers(row),
        "weeks": load.picture(row, today=today),
        "bodies": load.bodies_near(row.area_path),
        "paper_kinds": paper_kinds(kind),
        **_rights(row, actor),
        **_forms(row, actor, today),
        **(bad or {}),
    }
    return render(request, "matters/file.html", context, status=status)


def paper_kinds(kind: Any) -> list[str]:
    """Return the kinds of papers a kind's process names."""
    asked = [name for stage in kind.process.stages for name in stage.documents]
    asked += [need.name for move in kind.process.moves for need in move.needs if need.what == "document"]
    return [*dict.fromkeys([*asked, "照片", "依据材料", "其他"])]


def _move_form(kind: Any, way: load.Way, row: Any, actor: Actor) -> Any:
    """Return the form for the fields a move asks for, filled with what is there."""
    if not way.fields or not way.answer:
        return None
    made = entry_form(kind, actor=actor, fields=way.fields, community=row.community, with_community=False)
    return made(instance=row, auto_id=f"{way.move.code}-%s")


def _steps(row: Any, kind: Any) -> list[dict[str, Any]]:
    """Return the stages for the tracker: the last ends that were not reached are left out."""
    stages = [
        stage for stage in kind.process.stages if not stage.end or stage.code == row.stage or _is_aim(kind, stage)
    ]
    at = next((n for n, stage in enumerate(stages) if stage.code == row.stage), 0)
    closed = row.closed_at is not None
    states = ["done" if n < at or (n == at and closed) else "now" if n == at else "later" for n in range(len(stages))]
    return [{"label": stage.label, "state": state} for stage, state in zip(stages, states, strict=True)]


def _is_aim(kind: Any, stage: Any) -> bool:
    """Tell whether a last stage is the one the process aims at: the first in the table."""
    return bool(next(one for one in kind.process.stages if one.end) == stage)


def _rights(row: Any, actor: Actor) -> dict[str, Any]:
    work = may_do(actor, Permission.MATTER_WORK, row)
    return {"may_work": work, "may_assign": may_do(actor, Permission.MATTER_ASSIGN, row)}


def _forms(row: Any, actor: Actor, today: Any) -> dict[str, Any]:
    start = {"version": row.version}
    return {
        "assign_form": AssignForm(initial={**start, "person": row.assignee_id}, people=load.colleagues(row, on=today)),
        "hand_over_form": HandOverForm(initial=start, actor=actor, auto_id="over-%s"),
        "comment_form": CommentForm(),
        "paper_form": PaperForm(auto_id="paper-%s"),
    }
