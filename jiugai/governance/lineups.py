"""Work that a found problem opens: its street is told, and what stands in the way of works is said (T01-9, T02-5)."""

from datetime import datetime
from typing import Any

from jiugai.accounts.actor import Actor
from jiugai.governance.models import Found
from jiugai.matters.kinds import kind
from jiugai.policy.models import Occurrence
from jiugai.policy.occurrences import announce


def inform_street(occurrence: Occurrence, *, actor: Actor, now: datetime) -> None:
    """Say which body has the problem in its inbox, and that works are blocked where the problem affects them."""
    detail = occurrence.detail
    model = kind(detail["kind"]).model
    if not issubclass(model, Found):
        return
    case = model.objects.select_related("owner").get(pk=detail["matter"])
    more: dict[str, Any] = {
        "community": occurrence.community,
        "actor": actor,
        "now": now,
        "url": occurrence.url,
        "cause": occurrence,
    }
    if case.owner is not None:
        announce(
            code="street_informed", title=f"已转{case.owner.name}办理：{case.title}", handler="inform_street", **more
        )
    if case.affects_works:
        announce(code="works_blocked", title=f"影响改造工程：{case.title}", handler="inform_street", **more)
