"""Which technical problems residents raise most, from what they said anywhere in the product (T21-2)."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from jiugai.accounts.actor import Actor
from jiugai.domain.technical_topics import Count, counted
from jiugai.planning.models import Objection
from jiugai.works.models import EffectReview, OpenChallenge, PartyAnswer, ResidentReport, WarrantyClaim


@dataclass(frozen=True)
class Raised:
    """Problems by how often they are raised, what they were counted from, and the challenges that answer them."""

    counts: list[Count]
    requests: int
    without: int
    sources: list[tuple[str, int]]
    challenges: dict[str, list[OpenChallenge]]

    @property
    def rows(self) -> list[dict[str, object]]:
        """The problems with their challenges."""
        most = self.counts[0].requests if self.counts else 0
        return [
            {"count": one, "challenges": self.challenges.get(one.topic.code, []), "most": most} for one in self.counts
        ]


def raised(actor: Actor) -> Raised:
    """Count over objections, residents' reports, warranty claims and opinions of the effect review, in scope."""
    sources = list(_sources(actor))
    counts, requests, without = counted(row for _, rows in sources for row in rows)
    challenges: dict[str, list[OpenChallenge]] = {}
    for one in OpenChallenge.objects.visible_to(actor).exclude(stage="failed").order_by("pk"):
        challenges.setdefault(one.topic, []).append(one)
    return Raised(counts, requests, without, [(label, len(rows)) for label, rows in sources], challenges)


def _sources(actor: Actor) -> Iterator[tuple[str, list[tuple[int, str]]]]:
    objections = Objection.objects.visible_to(actor).values_list("community", "content")
    reports = ResidentReport.objects.visible_to(actor).values_list("community", "words")
    claims = WarrantyClaim.objects.visible_to(actor).values_list("community", "place", "detail", "item")
    opinions = PartyAnswer.objects.filter(review__in=_reviews(actor)).exclude(opinion="")
    yield "居民意见", list(objections)
    yield "居民监督", [(home or 0, words) for home, words in reports]
    yield "报修", [(home or 0, f"{place} {detail} {_ITEMS.get(item, '')}") for home, place, detail, item in claims]
    yield "效果评价意见", [(home or 0, text) for home, text in opinions.values_list("review__community", "opinion")]


def _reviews(actor: Actor) -> Any:
    return EffectReview.objects.visible_to(actor).values("pk")


# What a claim's item says of the problem, in the words that the list of problems knows.
_ITEMS = {"waterproof": "防水层", "insulation": "保温", "wiring": "", "heating": "供热"}
