"""Where the planner's inputs come from: what a project is worth, and what others dig nearby.

The ranking says the former (`give_values`); until it does, a stand-in counts, and the plan says so in its assumptions.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from jiugai.planning.models import Project
from jiugai.streetworks.models import StreetWork
from jiugai.streetworks.queries.planner import pairs_for, works_for

NEED = {"high": 3, "medium": 2, "low": 1}


@dataclass(frozen=True)
class Others:
    """Works of other departments as items of the format, and pairs that save digging twice; `told` names them."""

    works: list[dict[str, Any]] = field(default_factory=list)
    pairs: list[dict[str, Any]] = field(default_factory=list)
    told: dict[str, dict[str, Any]] = field(default_factory=dict)


Values = Callable[[Sequence[Project], date], Mapping[int, int]]
_given: dict[str, Values] = {}


def give_values(function: Values) -> None:
    """Let `function` say what projects are worth (points > 0 by key); a project it leaves out is not ranked."""
    _given["values"] = function


def values_of(projects: Sequence[Project], on: date) -> tuple[Mapping[int, int], str]:
    """Return what projects are worth, and the assumption to be shown (empty when they are ranked)."""
    if "values" in _given:
        return _given["values"](projects, on), ""
    return {p.pk: _by_households(p) for p in projects}, "还没有排序得分，暂按户数乘改造需求（高3 中2 其他1）计分"


def _by_households(project: Project) -> int:
    entered = getattr(project, "plan_input", None)
    homes = entered.households if entered and entered.households else 1
    return max(1, homes * NEED.get(project.community.need, 1) // 10)


def others_of(path: str, first: date, months: int, codes: Sequence[str], on: date) -> Others:
    """Return the works of other departments in an area, and accepted synergies with these projects, in few queries."""
    works = works_for(area_path=path, first_month=first, months=months)
    known = {work.id for work in works}
    pairs = [pair for pair in pairs_for(project_refs=codes, on=on) if pair.b in known]
    names = dict(StreetWork.objects.filter(pk__in=[int(w.id[1:]) for w in works]).values_list("pk", "title"))
    told = {w.id: {"title": names.get(int(w.id[1:]), w.id), "label": w.kind, "work": True} for w in works}
    return Others([asdict(w) for w in works], [{"a": p.a, "b": p.b, "saving": p.saving} for p in pairs], told)
