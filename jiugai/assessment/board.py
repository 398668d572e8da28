"""The task board: groups, tasks and measures with how they stand, and where each obligation is done."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import yaml
from django.db.models import OuterRef, Subquery
from django.urls import reverse

from jiugai.assessment.models import MeasureReport
from jiugai.domain.clauses import Measure, Obligation, Task, task_list

PLACES = Path(__file__).parent / "places.yaml"


@dataclass(frozen=True)
class Done:
    """Where an obligation is done: words and address; both empty when it is not there yet."""

    obligation: Obligation
    words: str = ""
    url: str = ""


@dataclass(frozen=True)
class MeasureRow:
    """A measure with its last report."""

    measure: Measure
    report: MeasureReport | None
    today: date

    @property
    def late(self) -> bool:
        """Tell whether its date has passed while it is not done."""
        report = self.report
        return bool(report and report.due_on and report.due_on < self.today and report.state != "done")


@dataclass(frozen=True)
class TaskRow:
    """A task with its measures and how many of its obligations are done somewhere."""

    task: Task
    measures: tuple[MeasureRow, ...]
    places: tuple[Done, ...]

    @property
    def provided(self) -> int:
        """How many obligations the product provides."""
        return sum(1 for place in self.places if place.url)


@cache
def places() -> Mapping[str, tuple[str, str]]:
    """Return words and name of the address by obligation."""
    rows = yaml.safe_load(PLACES.read_text(encoding="utf-8"))
    return {one: (row["words"], row["view"]) for row in rows for one in row["obligations"]}


def done(obligation: Obligation) -> Done:
    """Return where an obligation is done."""
    words, view = places().get(obligation.id, ("", ""))
    return Done(obligation, words, reverse(view) if view else "")


def last_reports() -> dict[str, MeasureReport]:
    """Return the last report of each measure, in one query."""
    newest = MeasureReport.objects.filter(measure=OuterRef("measure")).order_by("-pk").values("pk")[:1]
    rows = MeasureReport.objects.filter(pk=Subquery(newest)).select_related("lead")
    return {row.measure: row for row in rows}


def row_of(task: Task, reports: Mapping[str, MeasureReport], today: date) -> TaskRow:
    """Return a task as the board shows it."""
    measures = tuple(MeasureRow(m, reports.get(m.id), today) for m in task.measures)
    return TaskRow(task, measures, tuple(done(o) for o in task.obligations))


def board(*, today: date, words: str = "", body: str = "", state: str = "") -> list[tuple[str, list[TaskRow]]]:
    """Return groups with the tasks that match, in one query. `state` is that of a report, `late` or `none`."""
    reports = last_reports()
    groups = [(g.title, [row_of(t, reports, today) for t in g.tasks]) for g in task_list().groups]
    kept = [(title, [row for row in rows if _matches(row, words, body, state)]) for title, rows in groups]
    return [(title, rows) for title, rows in kept if rows]


def _matches(row: TaskRow, words: str, body: str, state: str) -> bool:
    text = row.task.title + "".join(m.text for m in row.task.measures) + row.task.code
    return (
        words in text
        and (not body or body in row.task.units)
        and (not state or any(_stands(measure, state) for measure in row.measures))
    )


def _stands(row: MeasureRow, state: str) -> bool:
    if state == "late":
        return row.late
    return row.report is None if state == "none" else row.report is not None and row.report.state == state


def bodies() -> list[str]:
    """Return the responsible bodies named in the list, in the order they appear."""
    return list(dict.fromkeys(unit for group in task_list().groups for t in group.tasks for unit in t.units))
