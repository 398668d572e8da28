"""The kinds of matters: each is declared once, and list, form, detail, exports, API and rights come from that.

A part registers its kinds in `AppConfig.ready()`: `register(StakeLock, KindOf(process=..., ...))`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from jiugai.accounts.actor import Actor
from jiugai.accounts.permissions import Permission
from jiugai.domain.process import Clock, Move, Process, Stage
from jiugai.web.tables.columns import Column
from jiugai.web.tables.filters import Filter


class KindTwice(ValueError):
    """Two models claim the same kind."""


@dataclass(frozen=True, kw_only=True)
class KindOf:
    """What the engine knows of a kind beside its model.

    Args:
        process: its process table; `process.kind` is its code.
        form_fields: fields asked when one is opened, in their order; of the model or of `Matter`.
        edit_fields: fields that may be corrected while it is open; those of the form unless given.
        list_columns: columns of its list behind the common ones.
        filters: filters of its list behind the common ones.
        clauses: obligations it answers for.
        line: business line of its occurrences: governance, renovation or management.
        icon, unit, colour: how it is drawn (its dot on the map of all kinds too) and counted.
        point: whether its form asks for a place; it is then a dot on the map.
        needs_community: whether it lies in a community; else an area of the person is taken.
        opens: the right to open one.
        title: makes the title from the form's values and the community where the form does not ask for it.
        owner: gives the first responsible body from values, community (may be None) and actor; else the actor's own.
        remarks: a sentence above the form.
        clock: gives the clock of a stage where it depends on the row or on a dated figure; else the stage's own.
        check: refuses a move for a reason the table cannot say (raises Refusal), after all it asks for is there.
        done: does, in the same transaction, what follows from opening it ("open") or from a move, named by its code.
        prepare: gets a row and the day before it is written; fills what follows, raises a Refusal in words.
            What PostgreSQL itself refuses is said by the constraint's `violation_error_message`.
        page: gives words and address of a page of the part itself that shows more of a row than its file does.
        lacking: what a move lacks beside documents and fields, in words, so that its button says so.

    """

    process: Process
    form_fields: tuple[str, ...]
    edit_fields: tuple[str, ...] | None = None
    list_columns: tuple[Column, ...] = ()
    filters: tuple[Filter, ...] = ()
    clauses: tuple[str, ...] = ()
    line: str = "governance"
    icon: str = "checklist"
    unit: str = "件"
    colour: str = "#1B4B86"
    point: bool = False
    needs_community: bool = True
    opens: Permission = Permission.MATTER_OPEN
    title: Callable[[Mapping[str, Any], Any], str] | None = None
    owner: Callable[[Mapping[str, Any], Any, Any], Any] | None = None
    remarks: str = ""
    clock: Callable[[Any, Stage, date], Clock | None] | None = None
    check: Callable[[Any, Move, Actor, datetime], None] | None = None
    done: Callable[[Any, str, Actor, datetime], None] | None = None
    prepare: Callable[[Any, date], None] | None = None
    page: Callable[[Any], tuple[str, str]] | None = None
    lacking: Callable[[Any, str], Sequence[str]] | None = None


@dataclass(frozen=True)
class Kind:
    """A registered kind: the declaration with its model."""

    model: Any
    of: KindOf
    code: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "code", self.of.process.kind)

    @property
    def label(self) -> str:
        """Words on screen."""
        return self.of.process.label

    @property
    def process(self) -> Process:
        """Its process table."""
        return self.of.process

    @property
    def editable(self) -> tuple[str, ...]:
        """Fields that may be corrected."""
        return self.of.form_fields if self.of.edit_fields is None else self.of.edit_fields

    def stage(self, code: str) -> Stage:
        """Return a stage by its code."""
        return self.process.stage(code)

    def clock_of(self, matter: Any, stage: Stage, on: date) -> Clock | None:
        """Return the clock that starts when the matter comes to a stage on a day."""
        return self.of.clock(matter, stage, on) if self.of.clock else stage.clock

    def moves(self, stage: str) -> tuple[Move, ...]:
        """Return the moves out of a stage."""
        return self.process.moves_from(stage)


_kinds: dict[str, Kind] = {}


def register(model: Any, of: KindOf) -> None:
    """Make a kind known; called once, when its part is ready. Raises KindTwice."""
    known = _kinds.get(of.process.kind)
    if known is not None and known.model is not model:
        raise KindTwice(of.process.kind)
    _kinds[of.process.kind] = Kind(model, of)


def kind(code: str) -> Kind:
    """Return a kind by its code. Raises LookupError."""
    return _kinds[code]


def kind_of(model: Any) -> Kind:
    """Return the kind of a model or of one of its rows. Raises LookupError."""
    wanted = model if isinstance(model, type) else type(model)
    return next(one for one in _kinds.values() if one.model is wanted)


def kinds() -> Sequence[Kind]:
    """Return all kinds in the order of their registration."""
    return tuple(_kinds.values())


def labels() -> list[tuple[str, str]]:
    """Return (code, words) of all kinds."""
    return [(one.code, one.label) for one in _kinds.values()]


def stage_label(kind_code: str, stage: str) -> str:
    """Return the words of a stage; the code itself where the table no longer has it."""
    known = _kinds.get(kind_code)
    try:
        return known.stage(stage).label if known else stage
    except LookupError:
        return stage


def steps() -> Iterator[tuple[str, str, str, str, bool]]:
    """Return (kind, move, from, to, ends) of all kinds, for the database's copy."""
    for one in _kinds.values():
        for move, before, after, ends in one.process.steps():
            yield one.code, move, before, after, ends
