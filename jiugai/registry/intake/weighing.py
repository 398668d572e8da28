"""What a row would change: field by field before and after, and whose word counts."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from jiugai.domain.precedence import Claim, Order, agree, resolve
from jiugai.registry.intake.rows import IDENT
from jiugai.registry.models import BuildingValue, CommunityValue, Source
from jiugai.registry.resolving import FIELDS, claim, latest_words

Claims = Mapping[str, list[Claim]]
"""Live claims of one record by field."""
QUIET = frozenset({IDENT, "position_flags"})
"""Fields that are kept but say nothing to a reader of the preview."""


@dataclass(frozen=True)
class Word:
    """Who speaks in this import, and of which day."""

    source: Source
    observed_on: date | None
    at: datetime

    def claim(self, field: str, value: Any) -> Claim:
        """Return the claim a new value would be."""
        return Claim(
            field=field,
            value=value,
            source=self.source.key,
            mark=self.source.mark,
            observed_on=self.observed_on,
            entered_at=self.at,
            ident="0",
        )


@dataclass(frozen=True)
class Weighed:
    """What a row adds (`news`: values not yet on file) and what that does, ready for the preview."""

    news: dict[str, Any]
    changes: dict[str, dict[str, Any]]


def claims_of(
    model: type[CommunityValue] | type[BuildingValue], owner: str, pks: Iterable[int]
) -> dict[int, dict[str, list[Claim]]]:
    """Load the live claims of many records by record and field, in one query."""
    found: dict[int, dict[str, list[Claim]]] = defaultdict(lambda: defaultdict(list))
    live = model.objects.filter(**{f"{owner}__in": list(pks)}, withdrawn_at__isnull=True).order_by()
    for pk, *rest in live.values_list(owner, *FIELDS):
        one = claim(*rest)
        found[pk][one.field].append(one)
    return found


def weigh(given: Mapping[str, Any], known: Claims, word: Word, *, order: Order) -> Weighed:
    """Compare what a row gives with what is on file. The same word twice adds nothing."""
    news = {field: value for field, value in given.items() if not _on_file(field, value, known.get(field, []), word)}
    changes = {
        field: _change(field, value, known.get(field, []), word, order=order)
        for field, value in news.items()
        if field not in QUIET
    }
    return Weighed(news, changes)


def _on_file(field: str, value: Any, claims: list[Claim], word: Word) -> bool:
    """Tell whether this source said so already: on the same day, or as its latest word.

    A later day is news only where another source says something else: then it decides whose word counts.
    """
    if not claims:
        return False
    own = [c for c in claims if c.source == word.source.key]
    if any(c.value == value and c.observed_on == word.observed_on for c in own):
        return True
    last = latest_words(own)
    if not last or last[0].value != value:
        return False
    contradicted = any(c.source != word.source.key and c.value != value for c in claims)
    return not contradicted or _not_older(last[0].observed_on, word.observed_on)


def _not_older(one: date | None, other: date | None) -> bool:
    return other is None or (one is not None and one >= other)


def _change(field: str, value: Any, claims: list[Claim], word: Word, *, order: Order) -> dict[str, Any]:
    """Say what was current, what will be, what the row says, whose word wins, and who disagrees.

    `moves`: what counts becomes something else, beyond the field's tolerance. `agrees`: the row only adds a source.
    """
    mine = word.claim(field, value)
    before = resolve(latest_words(claims), order=order) if claims else None
    after = resolve(latest_words([*claims, mine]), order=order) if claims else None
    was, now = (before.current if before else None), (after.current if after else mine)
    conflicts = sorted({c.source for c in (after.conflicts if after else ())})
    moves = was is None or (was.value != now.value if field == "name" else not agree(was, now, order=order))
    return {
        "before": was.value if was else None,
        "given": value,
        "after": now.value,
        "by": now.source,
        "wins": now.source == word.source.key,
        "conflicts": conflicts,
        "moves": moves,
        "agrees": not moves and word.source.key not in conflicts,
    }
