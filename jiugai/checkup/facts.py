"""The check-up's part of what rules look at: the newest finished check-up of each community, in one query."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time

from django.db.models import Q
from django.utils import timezone

from jiugai.checkup.models import Checkup
from jiugai.domain.facts import CheckupFacts


def load(community_ids: Sequence[int], on: date) -> Mapping[int, CheckupFacts]:
    """Return the last check-up finished by the end of that day; facts without a `ref` say that there is none."""
    end = timezone.make_aware(datetime.combine(on, time.max))
    rows = (
        Checkup.objects.filter(in_force(end), community_id__in=community_ids)
        .order_by("community_id", "-year", "-pk")
        .distinct("community_id")
        .select_related("edition")
        .defer("edition__content")
    )
    return dict.fromkeys(community_ids, CheckupFacts()) | {row.community_id: _facts(row) for row in rows}


def in_force(end: datetime) -> Q:
    """Return the condition 'finished by that moment, and not withdrawn by then'."""
    return Q(finished_at__lte=end) & (Q(state=Checkup.State.FINISHED) | Q(withdrawn_at__gt=end))


def _facts(row: Checkup) -> CheckupFacts:
    return CheckupFacts(
        ref=str(row.pk),
        finished_on=timezone.localdate(row.finished_at),
        edition=row.edition.code,
        buildings_done=row.buildings_done,
        buildings_all=row.buildings_all,
        score=None if row.score is None else str(row.score),
        needs=tuple(row.needs),
    )
