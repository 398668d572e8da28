"""Safety on site: the four fields of checks, the risk grade with its arithmetic, and the evaluation of a period.

All weights and limits are dated figures; every sum shows its lines, so that a person can follow it (T20-1…3).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from jiugai.domain.figures import ParameterSet


class Field(StrEnum):
    """The four fields the policy wants looked after together (T20-1)."""

    SAFETY = "safety"
    FIRE = "fire"
    GREEN = "green"
    HEALTH = "health"

    @property
    def label(self) -> str:
        """Words on screen."""
        return {"safety": "施工安全", "fire": "消防安全", "green": "绿色施工", "health": "疫情防控"}[self.value]


class Grade(StrEnum):
    """Risk of a site, the worst first."""

    RED = "red"
    ORANGE = "orange"
    YELLOW = "yellow"
    BLUE = "blue"

    @property
    def label(self) -> str:
        """Words on screen."""
        return {"red": "重大风险", "orange": "较大风险", "yellow": "一般风险", "blue": "低风险"}[self.value]

    @property
    def tag(self) -> str:
        """Kind of its tag."""
        return {"red": "bad", "orange": "unk", "yellow": "run", "blue": "ok"}[self.value]


class MissingFigure(LookupError):
    """A figure that the sum needs has no value on that day."""


@dataclass(frozen=True)
class Line:
    """One line of a sum: what, how many, points each, points together."""

    label: str
    count: int
    each: int
    points: int

    @property
    def words(self) -> str:
        """The line as arithmetic."""
        return f"{self.label} {self.count} × {self.each} = {self.points}"


@dataclass(frozen=True)
class Hazards:
    """What makes a site risky. Counts of works of a kind, and what the last checks left open."""

    scaffold: int = 0
    hoisting: int = 0
    hot_work: int = 0
    gas: int = 0
    excavation: int = 0
    occupied: int = 0
    structure: int = 0
    open_findings: int = 0
    open_major: int = 0


HAZARDS: tuple[tuple[str, str, str], ...] = (
    ("scaffold", "脚手架或吊篮作业", "risk_scaffold"),
    ("hoisting", "起重吊装作业", "risk_hoisting"),
    ("hot_work", "动火作业", "risk_hot_work"),
    ("gas", "燃气管线施工", "risk_gas"),
    ("excavation", "基坑沟槽开挖", "risk_excavation"),
    ("occupied", "居民不搬离施工", "risk_occupied"),
    ("structure", "结构加固", "risk_structure"),
    ("open_findings", "未闭合一般问题", "risk_open_finding"),
    ("open_major", "未闭合重大问题", "risk_open_major"),
)


@dataclass(frozen=True)
class Graded:
    """A grade with the sum behind it and the days between checks that follow from it."""

    grade: Grade
    points: int
    lines: tuple[Line, ...]
    every_days: int
    limits: tuple[tuple[str, int], ...]

    def next_check(self, last: date) -> date:
        """Return the day by which the next check is due."""
        return last + timedelta(days=self.every_days)


def graded(hazards: Hazards, params: ParameterSet, on: date) -> Graded:
    """Grade a site by the figures of a day. Raises MissingFigure."""
    lines = tuple(_line(label, getattr(hazards, name), _whole(params, figure, on)) for name, label, figure in HAZARDS)
    points = sum(line.points for line in lines)
    limits = tuple((grade, _whole(params, f"risk_{grade}_from", on)) for grade in Grade if grade is not Grade.BLUE)
    grade = next((Grade(code) for code, limit in limits if points >= limit), Grade.BLUE)
    return Graded(grade, points, tuple(one for one in lines if one.count), rhythm(grade, params, on), limits)


def rhythm(grade: Grade, params: ParameterSet, on: date) -> int:
    """Return the days between checks for a grade (T20-2). Raises MissingFigure."""
    return _whole(params, f"check_every_days_{grade}", on)


def says(grade: Grade, every: int) -> str:
    """Say how often a site of this grade is checked; `every` in days."""
    return f"{grade.label}，每 {every} 天检查一次"


@dataclass(frozen=True)
class Record:
    """What a period left on record of a project, or of all projects of a firm."""

    checks_due: int = 0
    checks_done: int = 0
    general: int = 0
    major: int = 0
    overdue: int = 0
    failed_recheck: int = 0
    stopped: int = 0
    resident_confirmed: int = 0


DEDUCTIONS: tuple[tuple[str, str, str], ...] = (
    ("missed", "应检未检", "evaluate_missed_check"),
    ("general", "一般问题", "evaluate_general"),
    ("major", "重大问题", "evaluate_major"),
    ("overdue", "整改逾期", "evaluate_overdue"),
    ("failed_recheck", "复查未通过", "evaluate_failed_recheck"),
    ("stopped", "责令停工", "evaluate_stopped"),
    ("resident_confirmed", "居民监督属实", "evaluate_resident"),
)


@dataclass(frozen=True)
class Evaluated:
    """The evaluation of a period: points out of a hundred, the level in words, and the lines taken off."""

    score: int
    level: str
    lines: tuple[Line, ...]


def evaluated(record: Record, params: ParameterSet, on: date) -> Evaluated | None:
    """Evaluate a period (T20-3); None when nothing was checked: that is unknown, not good. Raises MissingFigure."""
    if not record.checks_done:
        return None
    counts = {"missed": max(0, record.checks_due - record.checks_done)}
    lines = tuple(
        _line(label, counts.get(name, getattr(record, name, 0)), _whole(params, figure, on))
        for name, label, figure in DEDUCTIONS
    )
    score = max(0, 100 - sum(line.points for line in lines))
    return Evaluated(score, level_of(score, params, on), tuple(one for one in lines if one.count))


def level_of(score: int, params: ParameterSet, on: date) -> str:
    """Return the level in words of a score. Raises MissingFigure."""
    for words, figure in (("良好", "evaluate_good_from"), ("合格", "evaluate_fair_from")):
        if score >= _whole(params, figure, on):
            return words
    return "较差"


def words_of(lines: Iterable[Line]) -> list[dict[str, int | str]]:
    """Return lines as plain JSON, to be kept beside the result."""
    return [{"label": one.label, "count": one.count, "each": one.each, "points": one.points} for one in lines]


def _line(label: str, count: int, each: int) -> Line:
    return Line(label, count, each, count * each)


def _whole(params: ParameterSet, name: str, on: date) -> int:
    value = params.value(name, on)
    if value is None:
        raise MissingFigure(params.get(name).label)
    return value.whole
