"""Versions as problems of the planner, and scores of plans under change; kept in memory, because versions never change.

A dragged bar is judged by the planner's own constraint functions (`Rescorer`), never by others. Building one for a
city takes a while, moving a bar in it does not: so the last ones stay in memory and follow the draft.
"""

from calendar import monthrange
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from threading import Lock
from typing import Any

from jiugai.domain.planning.constraints import CONSTRAINTS, Violation, split
from jiugai.domain.planning.problem import Problem
from jiugai.domain.planning.reading import BadInstance, parse
from jiugai.domain.planning.rescore import Rescorer, Score
from jiugai.domain.planning.seasons import Seasons, Window, months_from, seasons
from jiugai.domain.planning.sums import Calendar, calendar_of
from jiugai.domain.schedules import Span, with_record
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

    def preview(self, user: int, code: str, start: int | None) -> Score:
        """Judge the person's plan with one project elsewhere, or out; the plan stays as it is. After `score`."""
        with self.lock:
            return self.rescorers[user].preview(code, start)

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


Known = tuple[int, datetime]  # a database that was put back to an earlier day may give a number a second time
_kept: OrderedDict[Known, Loaded] = OrderedDict()
_guard = Lock()


def problem_of(instance: Mapping[str, Any]) -> Problem:
    """Read an instance. Raises BadInstance with the places that break the format."""
    problem, faults = parse(instance)
    if problem is None:
        raise BadInstance(faults)
    return problem


def loaded(version: PlanVersion) -> Loaded:
    """Return a version as a problem, from memory where it was looked at lately."""
    key = (version.pk, version.made_at)
    with _guard:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
    made = load(version.instance, version.told, on=version.made_at.date())
    with _guard:
        _kept[key] = made
        while len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
    return made


def load(instance: Mapping[str, Any], told: Mapping[str, Any], *, on: date) -> Loaded:
    """Read an instance with its calendar."""
    seasons = _with_record(instance, told, windows(on))
    return Loaded(problem_of(instance), calendar_of(instance, seasons), instance, told)


def _with_record(instance: Mapping[str, Any], told: Mapping[str, Any], default: Seasons) -> Seasons:
    """Return the seasons that the version was made with: those on record then stand in for the defaults."""
    kept = told.get("seasons", [])
    if not kept:
        return default
    spans = [Span(kind, date.fromisoformat(a), date.fromisoformat(b), observed=True) for kind, a, b in kept]
    year, month = (int(part) for part in instance["first_month"].split("-"))
    months = months_from(date(year, month, 1), instance["months"])
    return with_record(date(year, month, 1), date(*months[-1], monthrange(*months[-1])[1]), default, spans)


def windows(on: date) -> Seasons:
    """Return the seasons in force; where none are set no day counts as rain or winter."""
    never = Window((2, 30), (2, 30))
    return seasons(figures.current(), on) or Seasons(never, never)


def in_words(violations: tuple[Violation, ...] | list[Violation], told: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return what is broken as plain values: constraint, whom it names, words, amount."""
    projects = told.get("projects", {})
    return [_clash(one, projects) for one in violations]


def _clash(one: Violation, projects: Mapping[str, Any]) -> dict[str, Any]:
    _, about, when = split(one.constraint)
    title = projects.get(about, {}).get("title", "")
    return {
        "constraint": one.constraint, "kind": one.kind, "about": about if title else "",
        "words": _words(one, title, about, when), "amount": float(one.amount),
    }  # fmt: skip


def _words(one: Violation, title: str, about: str, when: str) -> str:
    """Say what is broken where and when, money in 万元 and area in 万㎡."""
    label = CONSTRAINTS[one.kind].label if one.kind in CONSTRAINTS else one.kind
    used, limit, over = float(one.used), float(one.limit), float(one.amount)
    year = when or about
    if one.kind in ("district_budget", "city_budget"):
        return f"{year}年{label}超上限 {over / 10:,.2f} 万元（用 {used / 10:,.2f}，上限 {limit / 10:,.2f}）"
    if one.kind == "capacity":
        return f"{_month(when)}在施面积超上限 {over / 10_000:,.2f} 万㎡（上限 {limit / 10_000:,.2f}）"
    if one.kind == "street_max_active":
        return f"{_month(when)}街道在施 {used:.0f} 个，上限 {limit:.0f} 个"
    if one.kind == "ratio":
        return f"{year}年{label}：{one.text}"
    return f"{title or about}：{one.text}"


def _month(text: str) -> str:
    year, _, month = text.partition("-")
    return f"{year}年{int(month)}月" if month.isdecimal() else text
