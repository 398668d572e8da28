"""What ends by itself: evidence past its day, exceptions past theirs. Told once, so that gates are judged again."""

from datetime import date, datetime

from jiugai.accounts.actor import SYSTEM
from jiugai.policy.models import EvidenceRecord, Occurrence, Waiver
from jiugai.policy.occurrences import announce
from jiugai.policy.showing import title_of

COMMITTEE = "committee"


def tell_lapses(*, on: date, now: datetime) -> int:
    """Announce evidence and exceptions whose last day has passed; return how many."""
    lapsed = EvidenceRecord.objects.filter(until__lt=on, withdrawn_at__isnull=True, lapse_told_at__isnull=True)
    found = list(lapsed.select_related("community").order_by("pk"))
    for one in found:
        _tell_evidence(one, now)
    EvidenceRecord.objects.filter(pk__in=[one.pk for one in found]).update(lapse_told_at=now)
    ended = [one for one in _ended(on) if _tell_waiver(one, now)]
    return len(found) + len(ended)


def _tell_evidence(one: EvidenceRecord, now: datetime) -> None:
    committee = one.about == COMMITTEE
    announce(
        code="committee_lapsed" if committee else "evidence_lapsed",
        community=one.community,
        title="业委会（物管会）任期届满" if committee else f"凭证到期：{one.get_about_display()}",
        words=f"{one.reference}，有效至 {one.until:%Y-%m-%d}",
        actor=SYSTEM,
        now=now,
        detail={"evidence": one.pk, "about": one.about},
        demo=one.provenance == "demo",
    )


def _ended(on: date) -> list[Waiver]:
    """Return exceptions that ran out and were not told of yet."""
    told = Occurrence.objects.filter(code="waiver_ended").values_list("detail__waiver", flat=True)
    rows = Waiver.objects.filter(until__lt=on, ended_at__isnull=True).select_related("community")
    known = set(told)
    return [one for one in rows.order_by("pk") if one.pk not in known]


def _tell_waiver(one: Waiver, now: datetime) -> bool:
    announce(
        code="waiver_ended",
        community=one.community,
        title=f"例外到期：{title_of(one.rule)}",
        words=f"{one.authority}，到 {one.until:%Y-%m-%d}",
        actor=SYSTEM,
        now=now,
        detail={"waiver": one.pk, "rule": one.rule},
    )
    return True
