"""The items of a special acceptance, written when it is opened, wherever that is done (T11-4, T11-5).

Every item of the pinned edition of the special scheme is one, and every requirement of the scheme's day: as the person
who opens it answered the list, or at its usual place where nobody was asked.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from jiugai.approvals.models import SchemeItem
from jiugai.domain import accessibility
from jiugai.domain.design_standards import shipped
from jiugai.works.models import SpecialAcceptance, SpecialItem


@dataclass(frozen=True)
class Place:
    """An item of the scheme: which requirement, at which place."""

    code: str
    place: str


@dataclass(frozen=True)
class Answer:
    """How the list of requirements is answered: items with their places, and what is left out with the reason."""

    places: Sequence[Place]
    left_out: Mapping[str, str] = field(default_factory=dict)


_answered: ContextVar[Answer | None] = ContextVar("special_items_answered", default=None)


@contextmanager
def answering(answer: Answer) -> Iterator[None]:
    """Let the acceptance that is opened inside have the items of an answer."""
    token = _answered.set(answer)
    try:
        yield
    finally:
        _answered.reset(token)


def usual(on: date) -> Answer:
    """Return the answer of someone who was not asked: every requirement of a day, at its usual place."""
    return Answer([Place(one.code, one.place) for one in accessibility.in_force(on)])


def write_items(made: SpecialAcceptance) -> None:
    """Write the items of an acceptance that was just opened."""
    if made.edition is not None:
        _write_scheme(made, made.edition)
    answer = _answered.get() or usual(made.scheme_on)
    _write_items(made, answer.places, answer.left_out)


def _write_scheme(made: SpecialAcceptance, edition: Any) -> None:
    """Make every item of the scheme an item of the acceptance."""
    SpecialItem.objects.bulk_create(
        SpecialItem(
            acceptance=made, scheme_item=item, code=f"scheme-{item.number}",
            place="，".join(one for one in (item.name, item.place) if one), asks=_asked(item),
            source=f"专项方案第 {edition.number} 版第 {item.number} 项",
        )
        for item in edition.items.order_by("number")
    )  # fmt: skip


def _asked(item: SchemeItem) -> str:
    """Say what the scheme asks for: how many, and the value it was designed for."""
    words = [f"{item.quantity.normalize():f} {item.unit}".strip()] if item.quantity is not None else []
    if item.value is not None:
        label = next(
            (r.label for one in shipped() for r in one.requirements if r.measure == item.measure), item.measure
        )
        words.append(f"{label} {item.value.normalize():f}")
    return "，".join(words)[:200] or "按方案做到位"


def _write_items(made: SpecialAcceptance, places: Sequence[Place], left_out: Mapping[str, str]) -> None:
    rows = [(one.code, one.place.strip(), "") for one in places]
    taken = {one.code for one in places}
    rows += [(code, "", why.strip()) for code, why in left_out.items() if code not in taken]
    for code, place, why in rows:
        asked = accessibility.requirement_of(code)
        SpecialItem.objects.create(
            acceptance=made, code=code, place=(place or asked.place)[:170], asks=asked.asks, source=asked.source,
            left_out=why[:200],
        )  # fmt: skip
