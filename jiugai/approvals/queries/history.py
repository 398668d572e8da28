"""How long steps took in finished cases: for forecasts, and for the report on who takes how long (T19-11)."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from django.db.models import F
from django.utils.timezone import localdate

from jiugai.accounts.actor import SYSTEM, Actor
from jiugai.accounts.models import Area
from jiugai.accounts.scope import scoped
from jiugai.approvals.models import ApprovalStep
from jiugai.approvals.queries.runs import pauses_by_matter, run_of
from jiugai.domain.approvals import STEPS, Owner, elapsed, step_of
from jiugai.domain.process import Unit
from jiugai.matters.clocks import calendar
from jiugai.policy import figures

DONE = ("done", "exempt")


def past_cases(route: str, *, demo: bool) -> list[dict[str, int]]:
    """Return the calendar days that each step took in the cases of a route, finished or not, city-wide. One query.

    Durations alone leave the scope, no project: a street has too few cases to forecast from. Demonstration rows are
    history for demonstration cases only.
    """
    with scoped(SYSTEM):
        rows = ApprovalStep.objects.filter(case__route=route, case__withdrawn_on__isnull=True, stage__in=DONE)
        rows = rows.filter(provenance="demo") if demo else rows.exclude(provenance="demo")
        found: dict[int, dict[str, int]] = defaultdict(dict)
        for case, step, opened, closed in rows.values_list("case", "step", "opened_at", "closed_at"):
            found[case][step] = (localdate(closed) - localdate(opened)).days
    return list(found.values())


@dataclass
class Histories:
    """The past of each route, asked for once however many cases are foreseen."""

    seen: dict[tuple[str, bool], list[dict[str, int]]] = field(default_factory=dict)

    def of(self, route: str, *, demo: bool) -> list[dict[str, int]]:
        """Return the past cases of a route."""
        if (route, demo) not in self.seen:
            self.seen[route, demo] = past_cases(route, demo=demo)
        return self.seen[route, demo]


@dataclass(frozen=True)
class Took:
    """How long a body's steps took, in working days without stops."""

    district: str
    owner: str
    body: str
    step: str
    count: int
    open: int
    median: float | None
    p90: int | None
    longest: int | None
    late: int
    limit: str
    demo: bool


def times(*, actor: Actor, owners: Sequence[Owner] = (Owner.DEV_REFORM, Owner.FINANCE)) -> list[Took]:
    """Return the time used per district, body and step (T19-11), in a constant number of queries."""
    codes = [step.code for step in STEPS if step.owner in owners]
    rows = list(
        ApprovalStep.objects.visible_to(actor).filter(step__in=codes, case__withdrawn_on__isnull=True)
        .exclude(stage__in=["stopped", "refused"]).annotate(body=F("owner__name")).order_by("area_path", "pk")
    )  # fmt: skip
    names = dict(Area.objects.filter(level=Area.Level.DISTRICT).values_list("code", "name"))
    stops = pauses_by_matter([row.pk for row in rows])
    groups: dict[tuple[str, str, str], list[Any]] = defaultdict(list)
    for row in rows:
        groups[row.area_path.strip("/").split("/")[1], row.body or "没有指定", row.step].append(row)
    return [_took(names.get(key[0], key[0]), key[1], key[2], some, stops) for key, some in sorted(groups.items())]


def _took(district: str, body: str, code: str, rows: Sequence[Any], stops: dict[int, Any]) -> Took:
    working, step = calendar(), step_of(code)
    done = [row for row in rows if row.closed_at is not None]
    used = [elapsed(run_of(r, stops.get(r.pk, ())), localdate(r.closed_at), Unit.WORKING, working) for r in done]
    days = sorted(used)
    limit = figures.current().value(step.figure, localdate(rows[-1].opened_at))
    return Took(
        district=district,
        owner=step.owner.label,
        body=body,
        step=step.label,
        count=len(days),
        open=len(rows) - len(done),
        median=median(days) if days else None,
        p90=days[max(0, -(-len(days) * 9 // 10) - 1)] if days else None,
        longest=days[-1] if days else None,
        late=sum(r.clock_days is not None and n > r.clock_days for r, n in zip(done, used, strict=True)),
        limit=limit.text if limit else "",
        demo=any(row.provenance == "demo" for row in rows),
    )
