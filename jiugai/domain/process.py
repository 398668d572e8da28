"""The process of a kind of matter as a table: its stages, the moves between them, and what each asks for.

Only names and conditions stand here; `jiugai.matters` runs the table, and the database holds a copy of it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

WORK = "matter.work"


class BadProcess(ValueError):
    """The table contradicts itself; raised when it is declared, so at the start of the program."""


class Unit(StrEnum):
    """How days are counted."""

    WORKING = "working"
    CALENDAR = "calendar"

    @property
    def label(self) -> str:
        """Words behind a number."""
        return {"working": "个工作日", "calendar": "天"}[self.value]


@dataclass(frozen=True)
class Clock:
    """A time limit: `days` of a unit, and the clause (obligation, law, or provisional setting) that sets it."""

    days: int
    unit: Unit = Unit.WORKING
    clause: str = ""


@dataclass(frozen=True)
class Need:
    """What a move asks for: a `document` of a kind on file, or a `field` that is filled."""

    what: str
    name: str
    label: str = ""


def document(kind: str) -> Need:
    """Ask for a document of this kind among those attached to the matter."""
    return Need("document", kind, kind)


def filled(name: str, label: str = "") -> Need:
    """Ask for a field of the matter; the form of the move offers it while it is empty."""
    return Need("field", name, label or name)


@dataclass(frozen=True)
class Stage:
    """A stage. `documents` must be on file before a move leads onward; `end` closes the matter.

    `clock` starts when the stage begins. A stage without one keeps the date that was given by hand.
    """

    code: str
    label: str
    clock: Clock | None = None
    documents: tuple[str, ...] = ()
    end: bool = False
    tag: str = "run"


@dataclass(frozen=True)
class Move:
    """A way from any of `from_` to `to`.

    Args:
        code: its name in addresses and in the log.
        label: verb or verb and object, as it stands on the button.
        from_: codes of the stages it starts from.
        to: code of the stage it leads to; the same stage for a step that only records something.
        permission: code of the right it takes.
        needs: documents and fields that must be there.
        gate: code of the gate that must be open.
        reason_required: whether the person must say why.
        announces: code of the occurrence it puts on the community's timeline.
        result: words kept as the result where it ends the matter.
        free: whether it leaves the stage's documents aside, as taking back or stopping does.
        clears: columns that no longer hold afterwards; the log and the history keep what they said.

    """

    code: str
    label: str
    from_: tuple[str, ...]
    to: str
    permission: str = WORK
    needs: tuple[Need, ...] = ()
    gate: str = ""
    reason_required: bool = False
    announces: str = ""
    result: str = ""
    free: bool = False
    icon: str = "arrow-right"
    clears: tuple[str, ...] = ()


@dataclass(frozen=True)
class Process:
    """A kind's table; the first stage is where matters begin. Raises BadProcess for one that contradicts itself."""

    kind: str
    label: str
    stages: tuple[Stage, ...]
    moves: tuple[Move, ...]
    opens: str = ""
    _by_code: dict[str, Stage] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_code", {stage.code: stage for stage in self.stages})
        for complaint in _complaints(self):
            raise BadProcess(f"{self.kind}: {complaint}")

    @property
    def start(self) -> Stage:
        """Where matters begin."""
        return self.stages[0]

    def stage(self, code: str) -> Stage:
        """Return a stage. Raises LookupError."""
        return self._by_code[code]

    def move(self, code: str) -> Move:
        """Return a move. Raises LookupError."""
        for move in self.moves:
            if move.code == code:
                return move
        raise LookupError(f"{self.kind}: no move {code}")

    def moves_from(self, stage: str) -> tuple[Move, ...]:
        """Return what can be done in a stage, in the order of the table."""
        return tuple(move for move in self.moves if stage in move.from_)

    def steps(self) -> tuple[tuple[str, str, str, bool], ...]:
        """Return (move, from, to, whether it ends) for each step; the opening comes from ''. For the database."""
        ends = {stage.code for stage in self.stages if stage.end}
        opening = ("open", "", self.start.code, self.start.code in ends)
        return (opening, *((m.code, one, m.to, m.to in ends) for m in self.moves for one in m.from_))


def _complaints(process: Process) -> Iterable[str]:
    """Yield what is wrong with a table."""
    codes = [stage.code for stage in process.stages]
    if not codes or len(set(codes)) != len(codes):
        yield "stages need codes, each once"
        return
    if len({move.code for move in process.moves} - {"open"}) != len(process.moves):
        yield "moves need codes, each once; 'open' is taken"
    for move in process.moves:
        if not {*move.from_, move.to} <= set(codes) or not move.from_:
            yield f"move {move.code} names an unknown stage"
    for stage in process.stages:
        if not stage.end and all(move.to == stage.code for move in process.moves_from(stage.code)):
            yield f"no way leads out of {stage.code}"
    lost = set(codes) - _reached(process)
    if lost:
        yield f"no way leads to {', '.join(sorted(lost))}"


def _reached(process: Process) -> set[str]:
    found, fresh = {process.start.code}, [process.start.code]
    while fresh:
        here = fresh.pop()
        new = {move.to for move in process.moves_from(here)} - found
        found |= new
        fresh += new
    return found
