"""Entering a holiday notice."""

from datetime import datetime
from typing import Any

from django.db import transaction

from jiugai.accounts import audit
from jiugai.accounts.actor import Actor
from jiugai.accounts.codes import Action
from jiugai.accounts.guard import require
from jiugai.accounts.permissions import Permission
from jiugai.domain.calendar import YearNotice
from jiugai.domain.errors import Conflict, Refusal
from jiugai.matters import clocks
from jiugai.matters.models import HolidayDay, HolidayNotice


class YearOutOfTurn(Refusal):
    """A year that leaves a gap behind the last one known."""

    status = 422
    code = "year_out_of_turn"


@transaction.atomic
def enter_notice(*, notice: YearNotice, actor: Actor, now: datetime, queue: Any) -> HolidayNotice:
    """Keep a notice; it replaces what counted for its year, and `queue` puts the job that works out dates anew.

    Raises NotAllowed, YearOutOfTurn, and Conflict when nothing in it is new.
    """
    require(actor, Permission.CALENDAR_MANAGE)
    known = {year.year: year for year in clocks.years()}
    if not min(known) <= notice.year <= max(known) + 1:
        raise YearOutOfTurn(
            f"现在录入到 {max(known)} 年，{notice.year} 年要等前面的年份录完", where="年份", remedy="先录前一年的通知"
        )
    before = known.get(notice.year)
    if before is not None and (before.holidays, before.workdays) == (notice.holidays, notice.workdays):
        raise Conflict(f"{notice.year} 年已经是这样安排的，没有变化", where=notice.title)
    made = HolidayNotice.objects.create(
        year=notice.year, title=notice.title or f"{notice.year}年节假日安排", number=notice.number,
        issued=notice.issued,
        entered_by_id=actor.user_id, entered_by_name=actor.name, entered_at=now,
    )  # fmt: skip
    days = [HolidayDay(notice=made, day=d, off=True, name=n[:40]) for d, n in notice.holidays.items()]
    days += [HolidayDay(notice=made, day=d, off=False, name=n[:40]) for d, n in notice.workdays.items()]
    HolidayDay.objects.bulk_create(days)
    clocks.forget()
    made.job_id = queue(made.pk)
    HolidayNotice.objects.filter(pk=made.pk).update(job_id=made.job_id)
    after = {"年份": notice.year, "文号": notice.number, "放假": len(notice.holidays), "调休上班": len(notice.workdays)}
    audit.record(action=Action.NOTICE_ENTERED, actor=actor, subject=made, after=after)
    return made
