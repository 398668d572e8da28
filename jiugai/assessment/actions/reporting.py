"""Say how a measure stands. States are reported by people, never made up by the product."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from jiugai.accounts import audit
from jiugai.accounts.actor import CITY_PATH, Actor
from jiugai.accounts.codes import Action
from jiugai.accounts.guard import require
from jiugai.accounts.permissions import Permission
from jiugai.assessment.models import MeasureReport
from jiugai.domain.clauses import measure as find_measure
from jiugai.domain.errors import Refusal


class BadReport(Refusal):
    """The statement does not hold together."""

    status = 422
    code = "bad_report"


@transaction.atomic
def report_measure(
    *, measure: str, state: str, note: str, on: date, actor: Actor, now: datetime, due_on: date | None = None,
    provenance: str = "real",
) -> MeasureReport:  # fmt: skip
    """Add a statement on a measure. Raises NotAllowed, UnknownClause, BadReport."""
    if not actor.is_system:
        require(actor, Permission.TASK_MANAGE)
    find_measure(measure)
    if not note.strip():
        raise BadReport("没有写进展", where="进展", remedy="写一两句做了什么、卡在哪里")
    if on > timezone.localdate(now):
        raise BadReport("截至日期还没到", where="截至日期", remedy="填今天或以前的日期")
    made = MeasureReport.objects.create(
        measure=measure, state=state, note=note.strip(), on=on, due_on=due_on, lead_id=actor.organisation_id,
        by_id=actor.user_id, by_name=actor.name, at=now, provenance=provenance,
    )  # fmt: skip
    audit.record(action=Action.MEASURE_REPORTED, actor=actor, subject=made, after={"state": state, "note": note},
                 area_path=CITY_PATH)  # fmt: skip
    return made
