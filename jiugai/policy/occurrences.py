"""Announcing what happened to a community: onto its timeline, and on to whatever work it opens (T01-9, T01-10)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pghistory
from django.db import transaction

from jiugai.accounts.actor import Actor
from jiugai.domain import lineups as table
from jiugai.domain.lineups import MAX_DEPTH
from jiugai.domain.stages import Line, position
from jiugai.policy.lineups import handler_of
from jiugai.policy.models import Occurrence
from jiugai.registry.choices import Provenance
from jiugai.registry.models import Community


class EndlessLineUp(RuntimeError):
    """A chain of line-ups came back to an event it had gone through, or grew too long: the table is wrong."""


@transaction.atomic
def announce(
    *,
    code: str,
    community: Community,
    title: str,
    actor: Actor,
    now: datetime,
    line: Line | str = "",
    words: str = "",
    detail: Mapping[str, Any] | None = None,
    url: str = "",
    cause: Occurrence | None = None,
    handler: str = "",
    demo: bool = False,
    reassess: bool = True,
) -> Occurrence:
    """Put an event on a community's timeline and run the line-ups of its code, all in one transaction.

    `title` and `words` are what people read; `detail` is plain JSON for the handlers (refs, keys). `line` is taken from
    the table of events when left out. A handler passes the occurrence it was given as `cause`. Who announces many
    events at once leaves `reassess` out and calls `policy.reassessing.reassess` once per community at the end.
    Raises UnknownEvent, NoHandler, EndlessLineUp; whatever a handler refuses takes the event back too.
    """
    kind = table.event(code)
    _refuse_circle(code, cause)
    made = Occurrence.objects.create(
        community=community, code=code, line=str(line or kind.line), title=title[:200], words=words[:500],
        detail=dict(detail or {}), url=url, cause=cause, handler=handler, at=now, by_id=actor.user_id,
        by_name=actor.name, **_in_chain(cause),
        provenance=Provenance.DEMO if demo or community.provenance == Provenance.DEMO else Provenance.REAL,
    )  # fmt: skip
    _reach(community, kind)
    _go_on(made, actor, now, reassess=reassess)
    return made


def _in_chain(cause: Occurrence | None) -> dict[str, Any]:
    """Return where an event stands behind its cause."""
    return (
        {"root_id": None, "depth": 0}
        if cause is None
        else {"root_id": cause.root_id or cause.pk, "depth": cause.depth + 1}
    )


def _go_on(made: Occurrence, actor: Actor, now: datetime, *, reassess: bool) -> None:
    """Run the line-ups of an event."""
    for line_up in table.after(made.code):
        if line_up is table.REASSESS and not reassess:
            continue
        handler_of(line_up.run)(made, actor=actor, now=now)


def _refuse_circle(code: str, cause: Occurrence | None) -> None:
    """Walk up the chain; it is at most eight long and its members are in memory."""
    above = cause
    while above is not None:
        if above.code == code or above.depth + 1 > MAX_DEPTH:
            raise EndlessLineUp(f"{code} after {above.code}")
        above = above.cause


def _reach(community: Community, kind: table.Event) -> None:
    """Move the community along its life; never backwards, unless the event says so."""
    if not kind.stage:
        return
    locked = Community.objects.select_for_update(of=("self",)).only("pk", "stage").get(pk=community.pk)
    ahead = position(kind.stage) > position(locked.stage)
    if ahead or (kind.back and locked.stage != kind.stage):
        with pghistory.context(reason=kind.label):
            Community.objects.filter(pk=community.pk).update(stage=kind.stage)
    community.stage = kind.stage if ahead or kind.back else locked.stage
