"""The task board: groups, tasks and measures with how they stand, and where each obligation is done."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import OuterRef, Subquery

from jiugai.assessment.models import MeasureReport
from jiugai.assessment.places import Done, done
from jiugai.domain.clauses import Measure, Task, task_list


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
        return sum(1 for one in self.places if one.places)


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
