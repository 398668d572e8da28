"""A project's schedule with its days in rain and winter, in words (T03-13, T03-14)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from jiugai.domain.planning.seasons import Seasons, seasons
from jiugai.domain.schedules import Advice, Days, Span, advise, count, spans_of
from jiugai.planning.models import MenuLine, ObservedSeason, PlanEntry, Project, ScheduleLine
from jiugai.policy import figures


@dataclass(frozen=True)
class Line:
    """Days of a project or an item; `kept` None: nothing was entered, `plan`: the plan in force gave them."""

    item: str
    label: str
    outdoor: bool
    kept: ScheduleLine | None
    start: date | None
    finish: date | None
    actual_start: date | None
    actual_finish: date | None
    planned: Days | None
    actual: Days | None
    advice: Advice | None
    plan: bool = False

    @property
    def late(self) -> int | None:
        """Days by which the actual finish, or today's delay in starting, is behind; None while not comparable."""
        if self.finish and self.actual_finish:
            return (self.actual_finish - self.finish).days
        if self.start and self.actual_start:
            return (self.actual_start - self.start).days
        return None

    @property
    def warns(self) -> bool:
        """Tell whether outdoor works are planned into a season."""
        return bool(self.outdoor and self.planned and self.planned.season)


def observed_spans() -> list[Span]:
    """Return the seasons on record."""
    return [
        Span(one.kind, one.days.lower, one.days.upper - timedelta(days=1), observed=True)
        for one in ObservedSeason.objects.all()
    ]


def schedule_of(project: Project, on: date) -> list[Line]:
    """Return the project's line and one for each chosen item, in five queries."""
    kept = {row.item: row for row in ScheduleLine.objects.filter(project=project)}
    entry = PlanEntry.objects.filter(project=project).order_by("-pk").first()
    windows, spans = seasons(figures.current(), on), observed_spans()
    rows = MenuLine.objects.filter(menu__project=project, chosen=True).exclude(item="").order_by("position", "pk")
    items: dict[str, MenuLine] = {}
    for row in rows:
        items.setdefault(row.item, row)
    outdoor = any(row.outdoor for row in items.values()) or not items
    whole = _line("", "整个项目", outdoor, kept.get(""), windows, spans, entry, project)
    return [
        whole,
        *(_line(row.item, row.label, row.outdoor, kept.get(row.item), windows, spans) for row in items.values()),
    ]


def _line(
    item: str, label: str, outdoor: bool, kept: ScheduleLine | None, windows: Seasons | None, spans: Sequence[Span],
    entry: PlanEntry | None = None, project: Project | None = None,
) -> Line:  # fmt: skip
    start, finish = (kept.planned_start, kept.planned_finish) if kept else (None, None)
    from_plan = start is None and entry is not None and not entry.removed
    if from_plan and entry is not None:
        start, finish = entry.start, _month_end(entry.start, entry.months)
    began = (kept.actual_start if kept else None) or (project.works_started_on if project else None)
    ended = kept.actual_finish if kept else None
    return Line(
        item, label, outdoor, kept, start, finish, began, ended,
        planned=_days(start, finish, windows, spans),
        actual=_days(began, ended, windows, spans),
        advice=advise(start, finish, windows, spans) if outdoor and start and finish and windows else None,
        plan=from_plan,
    )  # fmt: skip


def _days(start: date | None, finish: date | None, windows: Seasons | None, spans: Sequence[Span]) -> Days | None:
    if start is None or finish is None or windows is None:
        return None
    return count(start, finish, spans_of(start, finish, windows, spans))


def _month_end(start: date, months: int) -> date:
    """Return the last day of the last of some months from a month on."""
    number = start.year * 12 + start.month - 1 + months
    return date(number // 12, number % 12 + 1, 1) - timedelta(days=1)


def said(line: Line) -> dict[str, Any]:
    """Return a line as plain words, for exports and the API."""
    return {
        "item": line.item, "label": line.label, "planned_start": line.start, "planned_finish": line.finish,
        "actual_start": line.actual_start, "actual_finish": line.actual_finish,
        "planned": line.planned.words if line.planned else "", "actual": line.actual.words if line.actual else "",
        "advice": line.advice.words if line.advice else "",
    }  # fmt: skip
