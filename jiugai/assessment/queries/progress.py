"""The leader's view: projects by stage and area, what is late, what keeps gates shut; a constant number of queries."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import CharField, Count, F, Func, Min, Q, QuerySet, Value

from jiugai.accounts.actor import Actor
from jiugai.accounts.models import Area
from jiugai.domain.gates import gate_of
from jiugai.domain.projects import LIFE, STANDINGS, State
from jiugai.domain.rules import rule_named
from jiugai.matters.kinds import labels
from jiugai.matters.models import Matter
from jiugai.planning.models import Project, ProjectCommunity
from jiugai.planning.phases import standing
from jiugai.policy.models import LatestVerdict

# The gate ahead of the projects in a state: what its rules keep shut, keeps them there.
AHEAD = {
    State.PROPOSED: "enter_pool",
    State.IN_POOL: "enter_plan",
    State.IN_PLAN: "start_works",
    State.ON_SITE: "complete",
}
NOWHERE = "街道待核实"


@dataclass(frozen=True)
class AreaRow:
    """One district of the city, or one street of a district: projects by standing (`STANDINGS`), late matters."""

    code: str
    name: str
    by_state: dict[str, int] = field(default_factory=dict)
    late: int = 0

    @property
    def total(self) -> int:
        """Projects that were not given up."""
        return sum(self.by_state.values())


@dataclass(frozen=True)
class Blocked:
    """A rule that keeps communities of projects before a gate: failed, or not known."""

    gate: str
    gate_label: str
    rule: str
    title: str
    clause: str
    failed: int
    unknown: int

    @property
    def all(self) -> int:
        """How many it keeps."""
        return self.failed + self.unknown


@dataclass(frozen=True)
class LateKind:
    """Late matters of a kind, with the oldest date."""

    kind: str
    label: str
    number: int
    oldest: date


@dataclass(frozen=True)
class Progress:
    """The page. `of` is what the rows are."""

    rows: list[AreaRow]
    whole: AreaRow
    of: str
    blocked: list[Blocked]
    late: list[LateKind]

    @property
    def states(self) -> list[tuple[str, str]]:
        """Standings in the order of a project's life."""
        return [(one.value, one.label) for one in STANDINGS]


def show_progress(actor: Actor, *, area: Area | None, on: date) -> Progress:
    """Load the view of the actor's areas, or of one of them, in five queries."""
    depth = _depth(actor, area)
    projects = inside(Project.objects.visible_to(actor), area).filter(state__in=[s.value for s in LIFE])
    late = _late(actor, area, on)
    rows = _areas(_by_state(projects, depth), _late_by_area(late, depth))
    return Progress(rows, _sum(rows), "区" if depth == CITY else "街道", _blocked(actor, area), _late_by_kind(late))


CITY, STREETS = 3, 4


def _depth(actor: Actor, area: Area | None) -> int:
    """Tell which segment of a path names the rows: districts for the city, else streets."""
    if area is not None:
        return CITY if area.level == Area.Level.CITY else STREETS
    return CITY if actor.sees_all else STREETS


def inside(rows: Any, area: Area | None) -> Any:
    """Keep the rows in an area; all of them without one."""
    return rows.filter(area_path__startswith=area.path) if area else rows


def _part(depth: int) -> Func:
    return Func(F("area_path"), Value("/"), Value(depth), function="split_part", output_field=CharField())


def _by_state(projects: QuerySet[Project], depth: int) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = defaultdict(dict)
    rows = projects.annotate(bucket=_part(depth), standing=standing()).order_by()
    for row in rows.values("bucket", "standing").annotate(n=Count("pk")):
        found[row["bucket"]][row["standing"]] = row["n"]
    return found


def _late(actor: Actor, area: Area | None, on: date) -> QuerySet[Any]:
    rows = Matter.objects.visible_to(actor).filter(closed_at__isnull=True, suspended_on__isnull=True, due_on__lt=on)
    found: QuerySet[Any] = inside(rows, area)
    return found


def _late_by_area(late: QuerySet[Any], depth: int) -> dict[str, int]:
    rows = late.annotate(bucket=_part(depth)).order_by().values("bucket").annotate(n=Count("pk"))
    return {row["bucket"]: row["n"] for row in rows}


def _late_by_kind(late: QuerySet[Any]) -> list[LateKind]:
    words = dict(labels())
    rows = late.order_by().values("kind").annotate(n=Count("pk"), oldest=Min("due_on")).order_by("-n", "kind")
    return [LateKind(row["kind"], words.get(row["kind"], row["kind"]), row["n"], row["oldest"]) for row in rows]


def _areas(by_state: dict[str, dict[str, int]], late: dict[str, int]) -> list[AreaRow]:
    codes = sorted({*by_state, *late})
    names = dict(Area.objects.filter(code__in=codes).values_list("code", "name"))
    rows = [
        AreaRow(code, names.get(code, NOWHERE), _filled(by_state.get(code, {})), late.get(code, 0)) for code in codes
    ]
    return sorted(rows, key=lambda row: (row.name == NOWHERE, -row.total, row.code))


def _filled(states: dict[str, int]) -> dict[str, int]:
    return {one.value: states.get(one.value, 0) for one in STANDINGS}


def _sum(rows: list[AreaRow]) -> AreaRow:
    states = {one.value: sum(row.by_state[one.value] for row in rows) for one in STANDINGS}
    return AreaRow("", "合计", states, sum(row.late for row in rows))


def _blocked(actor: Actor, area: Area | None) -> list[Blocked]:
    """Return the rules that keep projects before the gate ahead of them, the heaviest first; one query.

    Verdicts are grouped by what they say; there are far fewer of those than communities. The communities before a gate
    are asked for apart, not joined: the planner then gathers them once for each gate.
    """
    waiting = Q()
    for state, gate in AHEAD.items():
        before = ProjectCommunity.objects.filter(project__state=state.value)
        waiting |= Q(gate=gate, community__in=before.values("community"))
    rows = inside(LatestVerdict.objects.visible_to(actor), area).filter(waiting, lets_through=False)
    alike = rows.order_by().values("gate", "failed", "unknown").annotate(n=Count("pk"))
    counted = _by_rule(alike)
    keys = {*counted["failed"], *counted["unknown"]}
    found = [_of_rule(gate, rule, counted) for gate, rule in keys]
    return sorted(found, key=lambda one: (-one.all, one.gate, one.rule))


def _by_rule(alike: Iterable[Any]) -> dict[str, dict[tuple[str, str], int]]:
    counted: dict[str, dict[tuple[str, str], int]] = {kind: defaultdict(int) for kind in ("failed", "unknown")}
    for row in alike:
        for kind, found in counted.items():
            for rule in row[kind]:
                found[row["gate"], rule] += row["n"]
    return counted


def _of_rule(gate: str, rule: str, counted: dict[str, dict[tuple[str, str], int]]) -> Blocked:
    known = rule_named(rule)
    failed, unknown = (counted[kind].get((gate, rule), 0) for kind in ("failed", "unknown"))
    return Blocked(gate, gate_of(gate).label, rule, known.title, known.clauses[0], failed, unknown)
