"""Where matters meet policy: what they announce on a community's timeline, and the gates their moves go through."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone

from jiugai.accounts.actor import Actor
from jiugai.domain.errors import Refusal
from jiugai.matters.kinds import Kind
from jiugai.matters.models import Matter
from jiugai.policy.actions.judging import pass_gate
from jiugai.policy.occurrences import announce


def tell(*, code: str, matter: Matter, kind: Kind, actor: Actor, now: datetime, words: str = "") -> None:
    """Put an event of a matter on its community's timeline; matters without a community have none."""
    if not code or matter.community is None:
        return
    announce(
        code=code,
        community=matter.community,
        title=_title(kind, matter),
        actor=actor,
        now=now,
        line=kind.of.line,
        words=words,
        detail={"matter": matter.pk, "number": matter.number, "kind": matter.kind, "stage": matter.stage},
        url=reverse("matter-file", args=[matter.pk]),
        cause=matter.cause,
        demo=matter.provenance == "demo",
    )


def _title(kind: Kind, matter: Matter) -> str:
    """Say what kind of matter it is, once: many titles begin with it already."""
    return matter.title if matter.title.startswith(kind.label) else f"{kind.label}：{matter.title}"


def go_through(*, gate: str, matter: Matter, actor: Actor, now: datetime) -> Any:
    """Pass a gate for the matter's community. Raises Refusal with what blocks it."""
    if matter.community is None:
        raise Refusal("这件事项不属于某个小区，没有关口可过", where=matter.title)
    on = timezone.localdate(now)
    return pass_gate(gate=gate, community=matter.community, actor=actor, now=now, on=on, cause=matter.cause)
