"""The figures in force, and keeping them as they were, so that a past verdict can be recomputed under them."""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

from jiugai.domain import figures, rules
from jiugai.domain.figures import Dated, Parameter, ParameterSet, Scalar
from jiugai.policy.models import DraftFigure, DraftSet, FigureSnapshot

_READ: dict[str, Callable[[str], Scalar]] = {
    "int": int,
    "Decimal": Decimal,
    "Fraction": Fraction,
    "date": date.fromisoformat,
    "str": str,
}


def current() -> ParameterSet:
    """Return the figures in force."""
    return figures.shipped()


def snapshot(params: ParameterSet, *, now: datetime) -> FigureSnapshot:
    """Return the stored form of a set of figures, kept once for all verdicts under it."""
    digest = _digest(params)
    found = FigureSnapshot.objects.filter(digest=digest).defer("figures").first()
    if found is None:
        kept = FigureSnapshot(digest=digest, figures=pack(params), first_used_at=now)
        FigureSnapshot.objects.bulk_create([kept], ignore_conflicts=True)
        found = FigureSnapshot.objects.defer("figures").get(digest=digest)
    return found


def pack(params: Iterable[Parameter]) -> dict[str, Any]:
    """Return figures as plain JSON, from which `unpack` makes the same set again."""
    return {
        one.name: {
            "label": one.label,
            "clause": one.clause,
            "unit": one.unit,
            "status": one.status,
            "source": one.source,
            "quote": one.quote,
            "note": one.note,
            "values": [_dated(value) for value in one.values],
        }
        for one in params
    }


def unpack(stored: Mapping[str, Any]) -> ParameterSet:
    """Return stored figures as a set."""
    return ParameterSet(_parameter(name, row) for name, row in stored.items())


def with_draft(params: ParameterSet, draft: DraftSet) -> ParameterSet:
    """Return figures as a draft would have them. Raises BadFigure, UnknownFigure."""
    return params.with_draft(changes_of(params, draft.figures.all()))


def changes_of(params: ParameterSet, rows: Iterable[DraftFigure]) -> dict[str, list[tuple[date, object]]]:
    """Return a draft's changes in the form of `ParameterSet.with_draft`."""
    changes: dict[str, list[tuple[date, object]]] = {}
    for row in rows:
        changes.setdefault(row.figure, []).append((row.since, typed(params.get(row.figure), row.value)))
    return changes


def typed(parameter: Parameter, text: str | None) -> object:
    """Read what somebody typed as a value of the figure's kind; None ends the figure. Raises ValueError."""
    if text is None:
        return None
    sample = parameter.values[0].value if parameter.values else Decimal(0)
    if isinstance(sample, date):
        return date.fromisoformat(text)
    if isinstance(sample, str):
        return text
    number = Fraction(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    return int(number) if number.denominator == 1 else number


@cache
def rulebook() -> str:
    """Return the fingerprint of the code of all rules, to tell whether a past verdict was given by this code."""
    folder = Path(rules.__file__).parent
    digest = hashlib.sha256()
    for path in sorted(folder.glob("*.py")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


_digests: dict[int, tuple[ParameterSet, str]] = {}


def _digest(params: ParameterSet) -> str:
    """Fingerprint the shipped set once only; it never changes while we run."""
    if params is not figures.shipped():
        return params.digest()
    return _digests.setdefault(id(params), (params, params.digest()))[1]


def _dated(value: Dated) -> dict[str, Any]:
    raw: Scalar = value.value
    kind = type(raw).__name__
    return {"since": str(value.since), "until": value.until and str(value.until), "kind": kind, "value": str(raw)}


def _parameter(name: str, row: Mapping[str, Any]) -> Parameter:
    values = tuple(
        Dated(
            date.fromisoformat(one["since"]),
            date.fromisoformat(one["until"]) if one["until"] else None,
            _READ[one["kind"]](one["value"]),
        )
        for one in row["values"]
    )
    return Parameter(name=name, **{**row, "values": values})
