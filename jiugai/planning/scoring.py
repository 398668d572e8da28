"""Versions as problems of the planner, and scores of plans under change; kept in memory, because versions never change.

A dragged bar is judged by the planner's own constraint functions (`Rescorer`), never by others. Building one for a
city takes a while, moving a bar in it does not: so the last ones stay in memory and follow the draft.
"""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from threading import Lock
from typing import Any

from jiugai.domain.planning.constraints import Violation
from jiugai.domain.planning.problem import Problem
from jiugai.domain.planning.reading import BadInstance, parse
from jiugai.domain.planning.rescore import Rescorer, Score
from jiugai.domain.planning.seasons import Seasons, Window, seasons
from jiugai.domain.planning.sums import Calendar, calendar_of
from jiugai.planning.models import PlanVersion
from jiugai.policy import figures

MOST_KEPT = 24


@dataclass
class Loaded:
    """A version ready to be judged: its problem, its calendar, its instance."""

    problem: Problem
    calendar: Calendar
    instance: Mapping[str, Any]
    told: Mapping[str, Any]
    rescorers: dict[int, Rescorer] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)

    def score(self, user: int, starts: Mapping[str, int]) -> Score:
        """Judge a plan; what changed since the person's last look is moved, the rest stays as it was judged."""
        with self.lock:
            kept = self.rescorers.get(user)
            if kept is None:
                kept = self.rescorers[user] = Rescorer(self.problem, starts)
                return kept.score
            for ident in [one for one in kept.starts if one not in starts]:
                kept.move(ident, None)
            for ident, start in starts.items():
                if kept.starts.get(ident) != start:
                    kept.move(ident, start)
            return kept.score


_kept: OrderedDict[int, Loaded] = OrderedDict()
_guard = Lock()


def problem_of(instance: Mapping[str, Any]) -> Problem:
    """Read an instance. Raises BadInstance with the places that break the format."""
    problem, faults = parse(instance)
    if problem is None:
        raise BadInstance(faults)
    return problem


def loaded(version: PlanVersion) -> Loaded:
    """Return a version as a problem, from memory where it was looked at lately."""
    with _guard:
        if version.pk in _kept:
            _kept.move_to_end(version.pk)
            return _kept[version.pk]
    made = load(version.instance, version.told, on=version.made_at.date())
    with _guard:
        _kept[version.pk] = made
        while len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
    return made


def load(instance: Mapping[str, Any], told: Mapping[str, Any], *, on: date) -> Loaded:
    """Read an instance with its calendar."""
    return Loaded(problem_of(instance), calendar_of(instance, windows(on)), instance, told)


def windows(on: date) -> Seasons:
    """Return the seasons in force; where none are set no day counts as rain or winter."""
    never = Window((2, 30), (2, 30))
    return seasons(figures.current(), on) or Seasons(never, never)


def in_words(violations: tuple[Violation, ...] | list[Violation], told: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return what is broken as plain values: constraint, whom it names, words, amount."""
    projects = told.get("projects", {})
    return [_clash(one, projects) for one in violations]


def _clash(one: Violation, projects: Mapping[str, Any]) -> dict[str, Any]:
    about = one.constraint.split(":")[1] if ":" in one.constraint else ""
    title = projects.get(about, {}).get("title", "")
    return {
        "constraint": one.constraint, "kind": one.kind, "about": about if about in projects else "",
        "words": f"{title}：{one.text}" if title else one.text, "amount": float(one.amount),
    }  # fmt: skip
