"""Which projects will miss the limit of their approvals, and at which step (T19-1, T19-4)."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from jiugai.accounts.actor import Actor
from jiugai.accounts.models import Area
from jiugai.approvals.models import ApprovalCase, ApprovalStep
from jiugai.approvals.queries.cases import CaseShown, cases_shown
from jiugai.assessment.queries.progress import inside
from jiugai.domain.forecast import Forecast

MOST = 300


@dataclass(frozen=True)
class LateCase:
    """A running case with what is foreseen. `left` are days of the limit that remain; `within` the share in time."""

    shown: CaseShown
    left: int | None
    within: int | None
    step: str

    @property
    def over(self) -> bool:
        """Whether the limit has passed."""
        return self.left is not None and self.left < 0

    @property
    def likely_late(self) -> bool:
        """Whether more than half of the cases like it were late."""
        return self.over or (self.within is not None and self.within < 50)


@dataclass(frozen=True)
class LateShown:
    """The panel: cases that are or will be late first; `running` counts all that run, `looked` those foreseen."""

    cases: list[LateCase]
    running: int
    looked: int

    @property
    def late(self) -> int:
        """How many will miss the limit more likely than not."""
        return sum(one.likely_late for one in self.cases)


def show_late_approvals(actor: Actor, *, area: Area | None, on: date) -> LateShown:
    """Foresee the running cases, the oldest 300 of them; queries do not grow with their number."""
    rows = ApprovalCase.objects.visible_to(actor).filter(finished_on__isnull=True, withdrawn_on__isnull=True)
    running: Any = inside(rows, area)
    cases = list(running.select_related("project__community").order_by("started_on", "pk")[:MOST])
    shown = cases_shown(cases, _steps(cases), on=on, foresee=True)
    found = [_case(shown[case.pk]) for case in cases]
    return LateShown(sorted(found, key=_urgency), running.count(), len(cases))


def _steps(cases: list[ApprovalCase]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    steps = ApprovalStep.objects.filter(case__in=[case.pk for case in cases]).select_related("owner", "assignee")
    for row in steps.order_by("pk"):
        found[row.case_id].append(row)
    return found


def _case(shown: CaseShown) -> LateCase:
    known = isinstance(shown.forecast, Forecast)
    now = next((one.step.label for one in shown.steps if one.row is not None and one.row.stage == "working"), "")
    return LateCase(shown, shown.standing.left, shown.within, shown.hasten if known and shown.hasten else now)


def _urgency(one: LateCase) -> tuple[bool, int, int]:
    return (
        not one.likely_late,
        one.within if one.within is not None else 100,
        one.left if one.left is not None else 999,
    )
