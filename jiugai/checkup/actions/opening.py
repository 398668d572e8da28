"""Open the check-up of a community for a year's round."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from jiugai.accounts import audit
from jiugai.accounts.actor import Actor
from jiugai.accounts.codes import Action
from jiugai.accounts.guard import require
from jiugai.accounts.permissions import Permission
from jiugai.checkup.editions import edition_on
from jiugai.checkup.models import Checkup
from jiugai.checkup.parts import SHARED, buildings_of
from jiugai.checkup.rebuilding import rebuild
from jiugai.domain.errors import Refusal
from jiugai.registry.choices import Provenance
from jiugai.registry.models import Community


@transaction.atomic
def open_checkup(
    *, community: Community, year: int, actor: Actor, now: datetime, demo: bool = False
) -> tuple[Checkup, bool]:
    """Return the community's check-up of that year, opened if it was not yet, and whether it is new.

    Two people opening at once get the same one. The edition is the one in force on the day of opening, and stays.
    Raises NotAllowed, NoEdition, and Refusal for a round in the future.
    """
    require(actor, Permission.CHECKUP_RECORD, community)
    today = timezone.localdate(now)
    if year > today.year:
        raise Refusal(f"{year} 年度还没有开始", where="年度", remedy=f"选 {today.year} 年度或更早")
    made = demo or community.provenance == Provenance.DEMO
    standing = Checkup.objects.exclude(state=Checkup.State.WITHDRAWN)
    checkup, new = standing.get_or_create(
        community=community,
        year=year,
        defaults={
            "edition": edition_on(today),
            "opened_at": now,
            "opened_by_name": actor.name,
            "provenance": Provenance.DEMO if made else Provenance.REAL,
        },
    )
    if new:
        checkup.refresh_from_db()
        rebuild(checkup, [SHARED, *(f"b{b.pk}" for b in buildings_of(community.pk))])
        audit.record(action=Action.CHECKUP_OPENED, actor=actor, subject=checkup, after={"年度": year})
    return checkup, new
