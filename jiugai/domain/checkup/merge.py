"""Edits that commute: whatever order they arrive in, and however often, they make one state.

Every edit is an operation on one field, named for ever by device and counter. A field holds the value of its latest
operation (last writer wins by a hybrid logical clock); what others said stays visible. Sets (defects, photos) are kept
as additions and removals of named additions: a removal takes away only what its author had seen, so an addition made
meanwhile stays (add wins).
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

MEMBER = "member:"  # fields of a member of a set are named member:<ident>:<field>


@dataclass(frozen=True)
class Op:
    """One edit. `action` is set (of a field), add (to the set `field`) or remove (`value` lists names of additions).

    `at` is ms since 1970 by our clock; `logical` orders edits of one moment; `author` is the name shown.
    """

    device: str
    counter: int
    at: int
    logical: int
    author: str
    action: str
    field: str
    value: Any = None

    @property
    def ident(self) -> str:
        """The edit's name."""
        return f"{self.device}:{self.counter}"


Stamp = tuple[int, int, str, int]


@dataclass(frozen=True)
class Said:
    """What somebody said of a field, and when (ms since 1970 by our clock)."""

    value: Any
    author: str
    at: int
    ident: str


@dataclass(frozen=True)
class Register:
    """A field: what counts, and the last word of every other author that differs, newest first."""

    current: Said
    others: tuple[Said, ...] = ()


@dataclass(frozen=True)
class Member:
    """A member of a set: its name is that of the edit that added it; single fields may have been edited since."""

    ident: str
    value: Mapping[str, Any]
    author: str
    at: int
    edited: Mapping[str, Register] = field(default_factory=dict)


@dataclass(frozen=True)
class State:
    """What a part of a check-up is, from all edits: fields by name, members of sets in the order they were added."""

    fields: Mapping[str, Register]
    sets: Mapping[str, tuple[Member, ...]]

    def value(self, name: str) -> Any:
        """Return what counts for a field, None when nobody said anything."""
        said = self.fields.get(name)
        return None if said is None else said.current.value


def stamps(ops: Iterable[Op]) -> dict[str, Stamp]:
    """Return the place of every edit in one total order.

    A device's own edits keep their order even where its clock was put back or corrected by another amount: each is at
    least as late as the one before it.
    """
    placed: dict[str, Stamp] = {}
    last: dict[str, tuple[int, int]] = {}
    for op in sorted(ops, key=lambda o: (o.device, o.counter)):
        time = (op.at, op.logical)
        before = last.get(op.device)
        if before is not None and time <= before:
            time = (before[0], before[1] + 1)
        last[op.device] = time
        placed[op.ident] = (*time, op.device, op.counter)
    return placed


def fold(ops: Iterable[Op]) -> State:
    """Make the state of all edits. The order of `ops` and repetitions do not matter."""
    known = {op.ident: op for op in ops}
    order = stamps(known.values())
    sorted_ops = sorted(known.values(), key=lambda op: order[op.ident])
    removed = {str(i) for op in sorted_ops if op.action == "remove" for i in _list(op.value)}
    words: dict[str, list[Op]] = {}
    for op in sorted_ops:
        if op.action == "set":
            words.setdefault(op.field, []).append(op)
    registers = {name: _register(said) for name, said in words.items()}
    sets: dict[str, list[Member]] = {}
    for op in sorted_ops:
        if op.action == "add" and op.ident not in removed:
            sets.setdefault(op.field, []).append(_member(op, registers))
    fields = {name: r for name, r in sorted(registers.items()) if not name.startswith(MEMBER)}
    return State(fields, {name: tuple(members) for name, members in sorted(sets.items())})


def _register(said: list[Op]) -> Register:
    """The last word counts; of every other author the last word stays on view while it differs."""
    winner = said[-1]
    last = {op.author: op for op in said}
    others = [op for op in last.values() if op.author != winner.author and not _same(op.value, winner.value)]
    return Register(_said(winner), tuple(_said(op) for op in reversed(others)))


def _said(op: Op) -> Said:
    return Said(op.value, op.author, op.at, op.ident)


def _member(op: Op, registers: Mapping[str, Register]) -> Member:
    start = f"{MEMBER}{op.ident}:"
    edited = {name.removeprefix(start): r for name, r in sorted(registers.items()) if name.startswith(start)}
    value = dict(op.value) if isinstance(op.value, Mapping) else {}
    value |= {name: r.current.value for name, r in edited.items()}
    return Member(op.ident, value, op.author, op.at, edited)


def _same(one: Any, other: Any) -> bool:
    return json.dumps(one, sort_keys=True, default=str) == json.dumps(other, sort_keys=True, default=str)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
