"""Waivers in force, as the domain sees them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from jiugai.domain import waivers as domain
from jiugai.domain.finding import Verdict
from jiugai.policy.models import Waiver


@dataclass(frozen=True)
class Held:
    """A waiver in force with its key."""

    pk: int
    terms: domain.Waiver


def waivers_of(community_ids: Sequence[int] | None, *, on: date) -> dict[int, dict[str, Held]]:
    """Return the waivers in force on a day, by community and rule, in one query; of all communities for None."""
    rows = Waiver.objects.filter(ended_at__isnull=True, since__lte=on, until__gte=on)
    if community_ids is not None:
        rows = rows.filter(community_id__in=community_ids)
    found: dict[int, dict[str, Held]] = defaultdict(dict)
    for row in rows:
        terms = domain.Waiver(row.rule, row.authority, row.reason, row.since, row.until)
        found[row.community_id][row.rule] = Held(row.pk, terms)
    return found


def passage_of(verdict: Verdict, held: Mapping[str, Held], on: date) -> domain.Passage:
    """Lay the waivers over a verdict."""
    return domain.apply(verdict, [one.terms for one in held.values()], on)
