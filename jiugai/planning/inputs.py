"""Where the planner's inputs come from: other parts say here what a project is worth and what others dig nearby.

Until a part has said so, a stand-in counts, and the plan says in its assumptions that it did.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from jiugai.planning.models import Project

NEED = {"high": 3, "medium": 2, "low": 1}


@dataclass(frozen=True)
class Others:
    """Works of other departments as items of the format, and pairs that save digging twice; `told` names them."""

    works: list[dict[str, Any]] = field(default_factory=list)
    pairs: list[dict[str, Any]] = field(default_factory=list)
    told: dict[str, dict[str, Any]] = field(default_factory=dict)


Values = Callable[[Sequence[Project], date], Mapping[int, int]]
OthersOf = Callable[[str, date, int, Mapping[int, str]], Others]
_given: dict[str, Any] = {}


def give_values(function: Values) -> None:
    """Let `function` say what projects are worth (points > 0 by key); a project it leaves out is not ranked."""
    _given["values"] = function


def give_others(function: OthersOf) -> None:
    """Let `function` say what others do: given area path, first month, months and project codes by key."""
    _given["others"] = function


def values_of(projects: Sequence[Project], on: date) -> tuple[Mapping[int, int], str]:
    """Return what projects are worth, and the assumption to be shown (empty when they are ranked)."""
    if "values" in _given:
        return _given["values"](projects, on), ""
    return {p.pk: _by_households(p) for p in projects}, "还没有排序得分，暂按户数乘改造需求（高3 中2 其他1）计分"


def _by_households(project: Project) -> int:
    entered = getattr(project, "plan_input", None)
    homes = entered.households if entered and entered.households else 1
    return max(1, homes * NEED.get(project.community.need, 1) // 10)


def others_of(path: str, first: date, months: int, codes: Mapping[int, str]) -> Others:
    """Return works of other departments and pairs; nothing where no part knows any."""
    return _given["others"](path, first, months, codes) if "others" in _given else Others()
