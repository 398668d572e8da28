"""The kinds of entries that phones may send. Each part of the product registers its own when the server starts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from jiugai.accounts.actor import Actor
from jiugai.accounts.permissions import Permission
from jiugai.registry.models import Community


@dataclass(frozen=True)
class Arrival:
    """One entry that is being taken in. `at` is when it was made, corrected for a wrong clock of the phone."""

    ident: str
    body: Mapping[str, Any]
    community: Community
    actor: Actor
    now: datetime
    at: datetime


Accept = Callable[[Arrival], str]
Settle = Callable[..., None]
Pack = Callable[..., Mapping[str, Any]]


def _one_by_one(body: Mapping[str, Any]) -> str:
    return ""


@dataclass(frozen=True, kw_only=True)
class OpType:
    """A kind of entry.

    Args:
        code: its name in the queue.
        label: words for people.
        permission: the right the author needs in the community, asked when the entry arrives.
        accept: takes one entry in, exactly once per entry and inside a transaction; returns the subject it is about
            (as `checkup:12`), under which the entries can be read again. Raises Refusal with words for the author.
        group: entries of one group are taken in together in one transaction, in the order of the phone.
        settle: called once after a group with keyword arguments subjects, actor, now.
        pack: what a phone needs to work without connection; keyword arguments community, actor, now.
        module: static path of the JavaScript module with the form; `assets` are further static files it needs.

    """

    code: str
    label: str
    permission: Permission
    accept: Accept
    group: Callable[[Mapping[str, Any]], str] = _one_by_one
    settle: Settle | None = None
    pack: Pack | None = None
    module: str = ""
    assets: tuple[str, ...] = ()


_TYPES: dict[str, OpType] = {}


def register(kind: OpType) -> None:
    """Let phones send this kind of entry."""
    _TYPES[kind.code] = kind


def find_type(code: str) -> OpType | None:
    """Return a kind by its code."""
    return _TYPES.get(code)


def all_types() -> list[OpType]:
    """Return all kinds, in the order of their codes."""
    return [_TYPES[code] for code in sorted(_TYPES)]
