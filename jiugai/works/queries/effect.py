"""The answers of an effect review."""

from typing import Any

from jiugai.domain.effect import Answer
from jiugai.works.models.effect import PartyAnswer


def newest(review: Any) -> dict[str, PartyAnswer]:
    """Return the answer that counts of each party. One query."""
    rows = PartyAnswer.objects.filter(review=review.pk).order_by("pk")
    return {row.party: row for row in rows}


def answers_of(review: Any) -> list[Answer]:
    """Return the answers that count, for the rule."""
    return [Answer(row.party, row.satisfied, row.absent) for row in newest(review).values()]
