"""Where one goes from a gate: to pass it when it is open, and to mend what keeps it shut.

The parts that own the work say so once, when the server starts; a gate nobody offers has no button.
"""

from collections.abc import Callable
from dataclasses import dataclass

from jiugai.accounts.permissions import Permission
from jiugai.registry.models import Community

Url = Callable[[Community], str]


@dataclass(frozen=True)
class Door:
    """The button of a gate: its words, where it leads, and the right it takes."""

    label: str
    url: Url
    permission: Permission


@dataclass(frozen=True)
class Mend:
    """A link beside a finding that leads to where the fact is recorded."""

    label: str
    url: Url


_doors: dict[str, Door] = {}
_mends: dict[str, Mend] = {}


def offer(gate: str, label: str, url: Url, *, permission: Permission = Permission.GATE_PASS) -> None:
    """Say where one passes a gate, for example `offer("start_works", "批准开工", lambda community: …)`."""
    _doors[gate] = Door(label, url, permission)


def mend(rules: tuple[str, ...], label: str, url: Url) -> None:
    """Say where the facts of some rules are recorded; rules may be given by the start of their name (`t02_`)."""
    for rule in rules:
        _mends[rule] = Mend(label, url)


def door_of(gate: str) -> Door | None:
    """Return the button of a gate."""
    return _doors.get(gate)


def mend_of(rule: str) -> Mend | None:
    """Return where a rule's facts are recorded: by its full name, else by the longest start that fits."""
    fitting = [start for start in _mends if rule.startswith(start)]
    return _mends[max(fitting, key=len)] if fitting else None
