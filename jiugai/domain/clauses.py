"""The task list as a table that can be read: groups, tasks, measures with their bodies, obligations, figures."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from jiugai.domain.figures import shipped

CLAUSES = Path(__file__).parent / "clauses.yaml"
KIND_WORDS = {
    "record": "记录",
    "map": "落图",
    "workflow": "流程",
    "report": "报表",
    "rule": "规则",
    "ledger": "台账",
    "deadline": "时限",
    "calculation": "计算",
    "vote": "表决",
    "publication": "公开",
}


class UnknownClause(LookupError):
    """The task list has no obligation, task or measure of this id."""


@dataclass(frozen=True)
class Obligation:
    """One duty (T02-5). `title` is a catchword, `quote` the words behind it; `measure` is empty for a task's title."""

    id: str
    kind: str
    title: str
    quote: str
    task: int
    measure: str = ""

    @property
    def kind_label(self) -> str:
        """Words on screen for what has to be built."""
        return KIND_WORDS[self.kind]


@dataclass(frozen=True)
class Measure:
    """One paragraph of the list (M02-1) and the bodies responsible; `confidence` says how sure their match is."""

    id: str
    text: str
    units: tuple[str, ...]
    confidence: str
    task: int


@dataclass(frozen=True)
class StatedFigure:
    """A number in the text, as it stands there; None where the text asks for one and gives none."""

    name: str
    value: object
    quote: str
    task: int

    @property
    def label(self) -> str:
        """What it is called among the figures in force; its name where it is none of them."""
        return next((one.label for one in shipped() if one.name == self.name), self.name)


@dataclass(frozen=True)
class Task:
    """One of the 32 tasks. `units_inferred` are bodies that the scan most likely lost."""

    number: int
    title: str
    group: int
    measures: tuple[Measure, ...]
    obligations: tuple[Obligation, ...]
    figures: tuple[StatedFigure, ...]
    title_confirmed: bool = True
    units_inferred: tuple[str, ...] = ()

    @property
    def code(self) -> str:
        """T02."""
        return f"T{self.number:02d}"

    @property
    def units(self) -> tuple[str, ...]:
        """The bodies of all measures, each once, in order."""
        return tuple(dict.fromkeys(unit for measure in self.measures for unit in measure.units))


@dataclass(frozen=True)
class Group:
    """One of the eight groups of tasks."""

    number: int
    title: str
    tasks: tuple[Task, ...]


@dataclass(frozen=True)
class TaskList:
    """The whole document."""

    title: str
    number: str
    groups: tuple[Group, ...]


@cache
def task_list() -> TaskList:
    """Return the task list, read once."""
    data: dict[str, Any] = yaml.load(CLAUSES.read_text(encoding="utf-8"), Loader=_LOADER)  # noqa: S506 - a safe loader
    return TaskList(data["document"], data["number"], tuple(_group(row) for row in data["groups"]))


@cache
def tasks() -> tuple[Task, ...]:
    """Return the 32 tasks in order."""
    return tuple(task for group in task_list().groups for task in group.tasks)


@cache
def measures() -> tuple[Measure, ...]:
    """Return the 54 measures in order."""
    return tuple(measure for task in tasks() for measure in task.measures)


@cache
def obligations() -> tuple[Obligation, ...]:
    """Return the 269 obligations in order."""
    return tuple(one for task in tasks() for one in task.obligations)


@cache
def figures() -> tuple[StatedFigure, ...]:
    """Return the 64 numbers of the text in order."""
    return tuple(one for task in tasks() for one in task.figures)


def task(number: int) -> Task:
    """Return a task by its number. Raises UnknownClause."""
    for one in tasks():
        if one.number == number:
            return one
    raise UnknownClause(f"T{number:02d}")


def obligation(ident: str) -> Obligation:
    """Return an obligation by its id, T02-5. Raises UnknownClause."""
    try:
        return _by_id()[ident]
    except KeyError:
        raise UnknownClause(ident) from None


def measure(ident: str) -> Measure:
    """Return a measure by its id, M02-1. Raises UnknownClause."""
    for one in measures():
        if one.id == ident:
            return one
    raise UnknownClause(ident)


def quote(ident: str) -> str:
    """Return the words an obligation rests on. Raises UnknownClause."""
    return obligation(ident).quote


_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@cache
def _by_id() -> dict[str, Obligation]:
    return {one.id: one for one in obligations()}


def _group(row: dict[str, Any]) -> Group:
    return Group(row["number"], row["title"], tuple(_task(one, row["number"]) for one in row["tasks"]))


def _task(row: dict[str, Any], group: int) -> Task:
    number: int = row["number"]
    return Task(
        number=number,
        title=row["title"],
        group=group,
        measures=tuple(
            Measure(m["id"], m["text"], tuple(m["units"]), m["units_confidence"], number) for m in row["measures"]
        ),
        obligations=tuple(Obligation(task=number, **one) for one in row["obligations"]),
        figures=tuple(StatedFigure(task=number, **one) for one in row.get("figures", ())),
        title_confirmed=row.get("title_confirmed", True),
        units_inferred=tuple(row.get("units_inferred", ())),
    )
