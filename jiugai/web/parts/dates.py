"""Dates as the offices write them."""

from datetime import date, datetime

from django.utils import timezone


def local(value: date) -> date:
    """Return a point in time as local time; a plain date stays as it is."""
    if isinstance(value, datetime) and timezone.is_aware(value):
        return timezone.localtime(value)
    return value


def cn_date(value: date, *, today: date) -> str:
    """Write 11月23日, and the year too when it is not this year's."""
    day = local(value)
    return f"{day.month}月{day.day}日" if day.year == today.year else cn_full_date(day)


def cn_full_date(value: date) -> str:
    """Write 2026年11月23日."""
    day = local(value)
    return f"{day.year}年{day.month}月{day.day}日"


def cn_time(value: datetime, *, today: date) -> str:
    """Write 11月23日 9时42分, and the year too when it is not this year's."""
    moment = local(value)
    if not isinstance(moment, datetime):
        return cn_date(moment, today=today)
    return f"{cn_date(moment, today=today)} {moment.hour}时{moment.minute:02d}分"


def cn_years(first: int | None, last: int | None) -> str:
    """Write 1955—1999年, or one year where both are the same or one is missing; empty when both are."""
    if first is None or last is None or first == last:
        known = first if first is not None else last
        return "" if known is None else f"{known}年"
    return f"{min(first, last)}—{max(first, last)}年"
