"""What is currently held true of a field when several sources speak of it.

Every source's word is kept as a claim. The current value is the best claim by a per-field order of sources that is
dated data (`parameters/source_precedence.yaml`); claims that say something else are conflicts and stay visible.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from jiugai.domain.errors import Refusal
from jiugai.domain.geo.measure import distance_m
from jiugai.domain.intake.names import normalise

DISTRICT_DIGITS = 6
PARAMETERS = Path(__file__).parent / "parameters" / "source_precedence.yaml"


class NoOrder(Refusal):
    """No version of the source order is in force on the day asked for."""

    code = "no_source_order"


@dataclass(frozen=True)
class Claim:
    """One source's word on one field.

    `value` is JSON: text, number, true/false, list of codes, or [lon, lat] in CGCS2000 degrees.
    `mark` is the kind of source (off, rec, crawl, demo); `entered_at` may be any ISO time; `ident` breaks last ties.
    """

    field: str
    value: Any
    source: str
    mark: str
    observed_on: date | None = None
    entered_at: datetime | None = None
    ident: str = ""


@dataclass(frozen=True)
class Resolved:
    """The claim that counts, those that say the same, and those that say something else (both best first)."""

    current: Claim
    agreeing: tuple[Claim, ...] = ()
    conflicts: tuple[Claim, ...] = ()


@dataclass(frozen=True)
class Order:
    """One dated version of the order: place in the list by field, and by default."""

    since: date
    default: tuple[str, ...]
    fields: Mapping[str, tuple[str, ...]]
    tolerance: Mapping[str, float]

    def rank(self, claim: Claim) -> int:
        """Place of a claim's source, 0 best. A source named by key goes before its kind; one never named comes last."""
        places = self.fields.get(claim.field, self.default)
        if claim.mark == "demo":
            return len(places) + 1
        named = [name for name in (claim.source, claim.mark) if name in places]
        return places.index(named[0]) if named else len(places)


@cache
def order_on(day: date) -> Order:
    """Return the order in force on a day.

    Raises:
        NoOrder: before the first version.

    """
    data = yaml.safe_load(PARAMETERS.read_text(encoding="utf-8"))
    versions = [v for v in data["versions"] if v["from"] <= day]
    if not versions:
        raise NoOrder(f"{day:%Y年%m月%d日}还没有来源优先次序", remedy="选一个更晚的日期")
    last = max(versions, key=lambda v: v["from"])
    return Order(
        since=last["from"],
        default=tuple(last["default"]),
        fields={field: tuple(places) for field, places in last["fields"].items()},
        tolerance={field: float(t["value"]) for field, t in data["tolerance"].items()},
    )


def resolve(claims: Iterable[Claim], *, order: Order) -> Resolved | None:
    """Return what counts among claims on one field, whatever order they come in; None without any claim.

    A source speaks by its latest word only.
    """
    ranked = sorted(_latest_words(claims), key=lambda claim: _sort_key(claim, order))
    if not ranked:
        return None
    current = _narrowest(ranked)
    others = [claim for claim in ranked if claim is not current]
    same = [agree(current, claim, order=order) for claim in others]
    return Resolved(
        current,
        agreeing=tuple(c for c, yes in zip(others, same, strict=True) if yes),
        conflicts=tuple(c for c, yes in zip(others, same, strict=True) if not yes),
    )


def _narrowest(ranked: Sequence[Claim]) -> Claim:
    """Return the best claim, or a later one that only says more exactly what it says: the street in its district.

    What a person or body entered is meant as it stands and is not narrowed.
    """
    current = ranked[0]
    for claim in ranked[1:]:
        if claim.field == "area" and current.mark != "rec" and _lies_in(claim.value, current.value):
            current = claim
    return current


def _lies_in(inner: Any, outer: Any) -> bool:
    """Codes of areas grow to the right: 110105012 is a street of 110105. (The whole city says nothing to narrow.)"""
    return str(inner) != str(outer) and len(str(outer)) >= DISTRICT_DIGITS and str(inner).startswith(str(outer))


def resolve_all(claims: Iterable[Claim], *, order: Order) -> dict[str, Resolved]:
    """Return what counts for each field spoken of, fields in alphabetical order."""
    by_field: dict[str, list[Claim]] = {}
    for claim in claims:
        by_field.setdefault(claim.field, []).append(claim)
    found = {field: resolve(by_field[field], order=order) for field in sorted(by_field)}
    return {field: resolved for field, resolved in found.items() if resolved is not None}


def _latest_words(claims: Iterable[Claim]) -> Iterable[Claim]:
    last: dict[str, Claim] = {}
    for claim in sorted(claims, key=_entry_key):
        last[claim.source] = claim
    return last.values()


def agree(one: Claim, other: Claim, *, order: Order) -> bool:
    """Tell whether two claims on a field say the same, within the field's tolerance."""
    a, b = one.value, other.value
    limit = order.tolerance.get(one.field, 0.0)
    if one.field == "point":
        return float(distance_m(*a, *b)) <= limit
    if one.field == "area":
        return bool(a == b) or _lies_in(a, b) or _lies_in(b, a)
    if one.field == "name":
        return normalise(str(a)) == normalise(str(b))
    if _is_number(a) and _is_number(b):
        return bool(abs(a - b) <= limit + 1e-9)
    if isinstance(a, list) and isinstance(b, list):
        return sorted(map(str, a)) == sorted(map(str, b))
    return bool(a == b)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _entry_key(claim: Claim) -> tuple[Any, ...]:
    """Order of entry; the rest only breaks ties, so that the order is total."""
    entered = claim.entered_at.timestamp() if claim.entered_at else 0.0
    observed = claim.observed_on.toordinal() if claim.observed_on else 0
    return entered, observed, claim.ident, claim.mark, _text(claim.value)


def _sort_key(claim: Claim, order: Order) -> tuple[Any, ...]:
    """Best first: place of the source, later observation, later entry; the rest only breaks ties."""
    entered, observed, ident, mark, value = _entry_key(claim)
    return order.rank(claim), -observed, -entered, claim.source, ident, mark, value


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)
