"""What the page 审批和招标 of a project shows: steps with their time, the whole, the forecast, tender and watch."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.timezone import localdate

from jiugai.accounts.actor import Actor
from jiugai.accounts.permissions import Answer, Permission, may
from jiugai.approvals.models import ApprovalCase, ApprovalStep, LocalSupervision, Tender, TenderPlan
from jiugai.approvals.queries.history import Histories
from jiugai.approvals.queries.runs import pauses_by_matter, run_of
from jiugai.domain import approvals, gates
from jiugai.domain.approvals import Route, Run, Standing, Step, elapsed, longest, overall, standing, steps_of
from jiugai.domain.calendar import WorkCalendar
from jiugai.domain.forecast import Forecast, Progress, Thin, forecast
from jiugai.domain.process import Unit
from jiugai.matters.clocks import calendar
from jiugai.planning.models import Project
from jiugai.planning.queries.project import covered_by
from jiugai.policy import figures
from jiugai.policy.actions.judging import look
from jiugai.policy.showing import GateView, view_of

DONE = ("done", "exempt")
TAGS = {"working": ("run", "办理中"), "done": ("ok", "办结"), "exempt": ("ok", "认定免办"),
        "refused": ("bad", "不予批准"), "stopped": ("na", "已撤回")}  # fmt: skip


@dataclass(frozen=True)
class StepShown:
    """A step of the route with its row, if it was begun, and its days: used, limit, left; working days."""

    step: Step
    row: Any
    tag: str
    words: str
    used: int | None
    limit: int | None
    left: int | None
    stops: int
    tries: int

    @property
    def again(self) -> bool:
        """Whether it can be applied for again."""
        return self.row is not None and self.row.stage in ("refused", "stopped")


@dataclass(frozen=True)
class CaseShown:
    """A case with its steps, the whole and the forecast."""

    case: ApprovalCase
    route: Route
    steps: list[StepShown]
    standing: Standing
    forecast: Forecast | Thin | None
    p50_on: date | None
    p90_on: date | None
    hasten: str

    @property
    def thin(self) -> Thin | None:
        """The forecast where it is no more than 'too little history'."""
        return self.forecast if isinstance(self.forecast, Thin) else None

    @property
    def thin_steps(self) -> list[tuple[str, int]]:
        """Steps that lack history, in words."""
        return [(approvals.step_of(code).label, have) for code, have in self.thin.have] if self.thin else []

    @property
    def within(self) -> int | None:
        """Of a hundred cases alike, how many are done in time."""
        share = self.forecast.within if isinstance(self.forecast, Forecast) else None
        return None if share is None else int(share * 100)


@dataclass(frozen=True)
class ApprovalsShown:
    """The page."""

    case: CaseShown | None
    withdrawn: list[ApprovalCase]
    supervisions: list[LocalSupervision]
    plans: list[TenderPlan]
    tenders: list[Any]
    gates: list[GateView]
    rights: dict[str, Answer]


def show(project: Project, *, actor: Actor, on: date) -> ApprovalsShown:
    """Load the page; queries grow only with the communities covered, for their gate."""
    cases = list(ApprovalCase.objects.filter(project=project).order_by("-pk"))
    running = next((case for case in cases if case.withdrawn_on is None), None)
    homes = covered_by(project, actor)
    return ApprovalsShown(
        case=show_case(running, on) if running else None,
        withdrawn=[case for case in cases if case.withdrawn_on],
        supervisions=list(
            LocalSupervision.objects.filter(project=project).select_related("supervisor").order_by("-since")
        ),
        plans=list(TenderPlan.objects.filter(project=project)),
        tenders=list(Tender.objects.filter(project=project).select_related("owner").order_by("-pk")),
        gates=[view_of(look(gate=_TENDER, community=home, on=on), actor=actor) for home in homes],
        rights={
            "run": may(actor, Permission.APPROVAL_RUN, project),
            "handle": may(actor, Permission.APPROVAL_HANDLE, project),
        },
    )


_TENDER = gates.gate_of("publish_tender").code


def show_case(case: ApprovalCase, on: date) -> CaseShown:
    """Load a case."""
    rows = list(ApprovalStep.objects.filter(case=case).select_related("owner", "assignee").order_by("pk"))
    return cases_shown([case], {case.pk: rows}, on=on, foresee=True)[case.pk]


def cases_shown(
    cases: Sequence[ApprovalCase], rows: dict[int, list[Any]], *, on: date, foresee: bool = False
) -> dict[int, CaseShown]:
    """Return many cases as shown; steps given by case. One query for all stops, one per route's history."""
    stops = pauses_by_matter([row.pk for some in rows.values() for row in some])
    working, past = calendar(), Histories() if foresee else None
    return {case.pk: _shown(case, rows.get(case.pk, []), stops, working, on, past) for case in cases}


def _shown(
    case: ApprovalCase, rows: list[Any], stops: dict[int, Any], working: WorkCalendar, on: date,
    past: Histories | None,
) -> CaseShown:  # fmt: skip
    route, unit = Route(case.route), Unit(case.unit)
    runs = [run_of(row, stops.get(row.pk, ())) for row in rows if row.stage != "stopped"]
    steps = [_step(step, rows, stops, working, on) for step in steps_of(route)]
    used = overall(runs, case.started_on, case.finished_on or on, unit, working)
    rest = longest(
        route, _limits(steps), _codes(rows, DONE), {s.step.code: max(0, s.left or 0) for s in steps if s.left}
    )
    whole = standing(used, case.limit_days, rest, finished=case.finished_on is not None)
    found = _foresee(case, rows, whole, on, past) if past and case.finished_on is None else None
    known = found if isinstance(found, Forecast) else None
    return CaseShown(
        case=case, route=route, steps=steps, standing=whole, forecast=found,
        p50_on=on + timedelta(days=known.p50) if known else None,
        p90_on=on + timedelta(days=known.p90) if known else None,
        hasten=approvals.step_of(known.hasten).label if known and known.hasten else "",
    )  # fmt: skip


def _codes(rows: Sequence[Any], stages: Sequence[str]) -> list[str]:
    return [row.step for row in rows if row.stage in stages]


def _limits(steps: Sequence[StepShown]) -> dict[str, int]:
    return {one.step.code: one.limit or 0 for one in steps}


def _step(step: Step, rows: Sequence[Any], stops: dict[int, Any], working: WorkCalendar, on: date) -> StepShown:
    mine = [row for row in rows if row.step == step.code]
    row = mine[-1] if mine else None
    setting = figures.current().value(step.figure, on)
    limit = row.clock_days if row is not None and row.clock_days else setting.whole if setting else None
    if row is None:
        return StepShown(step, None, "sus", "还没轮到", None, limit, None, 0, 0)
    run: Run = run_of(row, stops.get(row.pk, ()))
    used = elapsed(run, on, Unit.WORKING, working)
    tag, words = TAGS[row.stage]
    if row.stage == "working" and row.suspended_on:
        tag, words = "sus", "暂停计时"
    left = limit - used if limit is not None and row.stage == "working" else None
    return StepShown(step, row, tag, words, used, limit, left, len(run.pauses), len(mine))


def _foresee(
    case: ApprovalCase, rows: Sequence[Any], whole: Standing, on: date, past: Histories
) -> Forecast | Thin | None:
    least = figures.current().value("forecast_history_min", on)
    if least is None:
        return None
    running = {row.step: (on - localdate(row.opened_at)).days for row in rows if row.stage == "working"}
    took = {row.step: (localdate(row.closed_at) - localdate(row.opened_at)).days for row in rows if row.stage in DONE}
    progress = Progress(Route(case.route), frozenset(_codes(rows, DONE)), running, took)
    left = whole.left if case.unit == Unit.CALENDAR else None
    return forecast(progress, past.of(case.route, demo=case.provenance == "demo"), least.whole, left=left)
