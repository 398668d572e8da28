"""What a holiday notice has moved, among the matters a person sees."""

from typing import Any

from jiugai.accounts.actor import Actor
from jiugai.matters.models import HolidayNotice, MatterLog

PAGE = 100


def moved_by(notice: HolidayNotice, *, actor: Actor, after: str = "") -> dict[str, Any]:
    """Return a page of moved dates, and the address of the next. One query."""
    rows = MatterLog.objects.visible_to(actor).filter(notice=notice).select_related("matter").order_by("pk")
    if after.isdecimal() and len(after) < 19:
        rows = rows.filter(pk__gt=int(after))
    lines = list(rows[: PAGE + 1])
    return {"lines": lines[:PAGE], "next": lines[PAGE - 1].pk if len(lines) > PAGE else ""}
