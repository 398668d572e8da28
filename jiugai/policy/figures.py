"""The figures in force, and keeping them as they were, so that a past verdict can be recomputed under them."""

import hashlib
from collections.abc import Iterable
from datetime import date, datetime
from functools import cache, lru_cache
from pathlib import Path

from jiugai.domain import figures, rules
from jiugai.domain.figures import ParameterSet
from jiugai.policy.models import DraftFigure, DraftSet, FigureSnapshot
from jiugai.web.once import OncePerRequest


def current() -> ParameterSet:
    """Return the figures in force: those we ship, with what was adopted since, in one query per request."""
    adopted = _adopted()
    return _with_adopted(adopted) if adopted else figures.shipped()


def forget() -> None:
    """Ask the database again: a draft has just been adopted in this request."""
    _adopted.forget()


def _ask_adopted() -> tuple[int, ...]:
    return tuple(DraftSet.objects.adopted().values_list("pk", flat=True))


_adopted = OncePerRequest(_ask_adopted)


@lru_cache(maxsize=8)
def _with_adopted(keys: tuple[int, ...]) -> ParameterSet:
    """Lay adopted sets, which never change, over the shipped figures."""
    found, params = DraftSet.objects.prefetch_related("figures").in_bulk(keys), figures.shipped()
    for key in keys:
        params = params.with_adopted(changes_of(params, found[key].figures.all()), authority=found[key].authority)
    return params


def snapshot(params: ParameterSet, *, now: datetime) -> FigureSnapshot:
    """Return the stored form of a set of figures, kept once for all verdicts under it."""
    digest = _digest(params)
    found = FigureSnapshot.objects.filter(digest=digest).defer("figures").first()
    if found is None:
        kept = FigureSnapshot(digest=digest, figures=params.dump(), first_used_at=now)
        FigureSnapshot.objects.bulk_create([kept], ignore_conflicts=True)
        found = FigureSnapshot.objects.defer("figures").get(digest=digest)
    return found


def with_draft(params: ParameterSet, draft: DraftSet) -> ParameterSet:
    """Return figures as a draft would have them. Raises BadFigure, UnknownFigure."""
    return params.with_draft(changes_of(params, draft.figures.all()))


def changes_of(params: ParameterSet, rows: Iterable[DraftFigure]) -> dict[str, list[tuple[date, object]]]:
    """Return a draft's changes in the form of `ParameterSet.with_draft`."""
    changes: dict[str, list[tuple[date, object]]] = {}
    for row in rows:
        value = None if row.value is None else figures.typed(params.get(row.figure), row.value)
        changes.setdefault(row.figure, []).append((row.since, value))
    return changes


@cache
def rulebook() -> str:
    """Return the fingerprint of the code of all rules, to tell whether a past verdict was given by this code."""
    folder = Path(rules.__file__).parent
    digest = hashlib.sha256()
    for path in sorted(folder.glob("*.py")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


@lru_cache(maxsize=16)
def _digest(params: ParameterSet) -> str:
    """Fingerprint a set once only; it never changes."""
    return params.digest()
