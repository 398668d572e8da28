"""Remaking the table of latest verdicts for many communities, in a constant number of queries per some thousands.

A decision is kept only for communities that were judged before and whose gate opened or shut since; for all others the
table alone tells, since it can be remade from the facts at any time.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet

from jiugai.accounts.actor import SYSTEM, Actor
from jiugai.domain.facts import Facts
from jiugai.domain.gates import GATE_RULES, evaluate_many
from jiugai.policy import figures
from jiugai.policy.actions.judging import columns_of, judge
from jiugai.policy.facts import load_in_chunks
from jiugai.policy.models import LatestVerdict
from jiugai.policy.waivers import Held, passage_of, waivers_of
from jiugai.registry.models import Community

REFRESHED = tuple(gate for gate, rules in GATE_RULES.items() if rules)
_COLUMNS = (
    "area_path", "is_open", "lets_through", "failed", "unknown", "waived", "passed", "not_applicable", "on",
    "judged_at",
)  # fmt: skip


@dataclass
class Refreshed:
    """How many verdicts were made, and how many decisions followed."""

    communities: int = 0
    verdicts: int = 0
    decisions: int = 0


def refresh(
    *, rows: QuerySet[Community], on: date, now: datetime, gates: tuple[str, ...] = REFRESHED, actor: Actor = SYSTEM
) -> Refreshed:
    """Judge all communities of `rows` at some gates and bring the table up to date."""
    done = Refreshed()
    waivers = waivers_of(None, on=on)
    for facts in load_in_chunks(rows, on=on):
        done.communities += len(facts)
        for gate in gates:
            done.verdicts += len(facts)
            done.decisions += _gate(gate, facts, waivers, on=on, now=now, actor=actor)
    return done


@transaction.atomic
def _gate(
    gate: str,
    facts: Mapping[int, Facts],
    waivers: Mapping[int, Mapping[str, Held]],
    *,
    on: date,
    now: datetime,
    actor: Actor,
) -> int:
    before = dict(
        LatestVerdict.objects.filter(gate=gate, community_id__in=list(facts), decision__isnull=False).values_list(
            "community_id", "lets_through"
        )
    )
    verdicts = evaluate_many(gate, facts.values(), figures.current())
    made = [
        LatestVerdict(community_id=pk, gate=gate, on=on, judged_at=now,
                      **columns_of(passage_of(verdict, waivers.get(pk, {}), on)))
        for pk, verdict in zip(facts, verdicts, strict=True)
    ]  # fmt: skip
    LatestVerdict.objects.bulk_create(
        made, batch_size=1000, update_conflicts=True, unique_fields=["community", "gate"], update_fields=_COLUMNS[1:]
    )
    turned = [row.community_id for row in made if before.get(row.community_id, row.lets_through) != row.lets_through]
    for community in Community.objects.filter(pk__in=turned).order_by("pk"):
        judge(gate=gate, community=community, actor=actor, now=now, on=on, facts=facts[community.pk])
    return len(turned)
