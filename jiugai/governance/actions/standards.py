"""Issue a governance standard of one type; the one before ends the day before (T02-2)."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.db import transaction

from jiugai.accounts import audit
from jiugai.accounts.actor import Actor
from jiugai.accounts.codes import Action
from jiugai.accounts.guard import require
from jiugai.accounts.permissions import Permission
from jiugai.domain.errors import Refusal
from jiugai.domain.five_types import Problem
from jiugai.governance.models import GovernanceStandard

WORDS = ("title", "number", "issuer", "counts_as", "treated_when", "provisional")


class BadStandard(Refusal):
    """The standard does not fit behind those before it."""

    status = 422
    code = "bad_standard"


@transaction.atomic
def save_standard(*, problem: Problem, starts: date, values: Mapping[str, Any], actor: Actor) -> GovernanceStandard:
    """Put a version in force from a day on. Versions are never rewritten. Raises NotAllowed, BadStandard."""
    if not actor.is_system:
        require(actor, Permission.STANDARD_MANAGE)
    last = GovernanceStandard.objects.select_for_update().filter(problem=problem).order_by("-starts").first()
    if last is not None and last.starts >= starts:
        raise BadStandard(
            f"{problem.label}已有 {last.starts} 起施行的标准", where="施行日期", clause="T02-2", remedy="填更晚的日期"
        )
    if last is not None and last.until is None:
        last.until = starts - timedelta(days=1)
        last.save(update_fields=["until"])
    made = GovernanceStandard.objects.create(
        problem=problem, starts=starts, **{k: v for k, v in values.items() if k in WORDS}
    )
    audit.record(action=Action.STANDARD_SAVED, actor=actor, subject=made, area_path="/110000/",
                 after={"problem": problem, "starts": starts, "title": made.title})  # fmt: skip
    return made


def standard_on(problem: str, day: date) -> GovernanceStandard | None:
    """Return the standard in force on a day."""
    rows = GovernanceStandard.objects.filter(problem=problem, starts__lte=day).exclude(until__lt=day)
    return rows.order_by("-starts").first()
