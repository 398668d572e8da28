"""Enter the suggested need as the check-up's word on the community's renovation need (T01-4)."""

from datetime import date

from jiugai.accounts.actor import Actor
from jiugai.checkup.models import Checkup
from jiugai.registry.actions.values import enter_value, withdraw_values
from jiugai.registry.choices import Need, Provenance
from jiugai.registry.models import Community, CommunityValue, Source

SOURCE = "checkup"
FIELD = "need"


def tell_need(*, checkup: Checkup, actor: Actor, on: date) -> None:
    """Let the need of the map follow the newest finished check-up; a person's own word still goes before it.

    A check-up without conclusion takes its earlier word back. Made-up check-ups of real communities say nothing.
    """
    community = checkup.community
    if not _speaks(checkup) or not _is_newest(checkup):
        return
    said = list(_said(community))
    if checkup.need == Need.UNKNOWN:
        _take_back(community, f"{checkup.year} 年度体检没有结论", actor, on)
        return
    if said and said[0].value == checkup.need:
        return
    source()
    enter_value(
        subject=community,
        field=FIELD,
        value=str(checkup.need),
        observed_on=on,
        actor=actor,
        reason=f"{checkup.year} 年度体检：{checkup.need_says}",
        on=on,
        source_key=SOURCE,
    )


def untell_need(*, checkup: Checkup, actor: Actor, on: date) -> None:
    """Take back what a check-up that was withdrawn said; the newest one left says what it found again."""
    if not _speaks(checkup) or not _is_newest(checkup):
        return
    left = Checkup.objects.filter(community_id=checkup.community_id, state=Checkup.State.FINISHED)
    before = left.order_by("-year", "-pk").select_related("community").first()
    if before is not None and _speaks(before) and before.need != Need.UNKNOWN:
        tell_need(checkup=before, actor=actor, on=on)
    else:
        _take_back(checkup.community, f"{checkup.year} 年度体检已撤回", actor, on)


def _speaks(checkup: Checkup) -> bool:
    """Tell whether a check-up may say something of its community: made-up ones may not of real communities."""
    community = checkup.community
    made_up = checkup.provenance == Provenance.DEMO and community.provenance != Provenance.DEMO
    return not made_up and community.withdrawn_at is None and community.merged_into_id is None


def _take_back(community: Community, reason: str, actor: Actor, on: date) -> None:
    said = [value.pk for value in _said(community)]
    if said:
        withdraw_values(subject=community, value_ids=said, actor=actor, reason=reason, on=on)


def source() -> Source:
    """Return the check-up as a source of facts, made on first use."""
    defaults = {"name": "体检", "mark": Source.Mark.ENTERED, "label": "老旧小区体检"}
    return Source.objects.get_or_create(key=SOURCE, defaults=defaults)[0]


def _said(community: Community) -> list[CommunityValue]:
    rows = community.values.filter(field=FIELD, source__key=SOURCE, withdrawn_at__isnull=True)
    return list(rows.order_by("-entered_at", "-pk"))


def _is_newest(checkup: Checkup) -> bool:
    newer = Checkup.objects.filter(
        community_id=checkup.community_id, year__gt=checkup.year, state=Checkup.State.FINISHED
    )
    return not newer.exists()
