"""The day of which a source speaks: when it can have been."""

from datetime import date

from jiugai.domain.errors import Refusal

FIRST = date(1900, 1, 1)
"""Nothing in the register was seen earlier; an earlier day is a slip of typing, such as 0001-01-01."""


class WrongDay(Refusal):
    """The day cannot be the day of the data."""

    status = 422
    code = "wrong_day"


def check_observed(day: date, *, on: date) -> date:
    """Return the day if data can be of it: from 1900 up to and including `on`. Raises WrongDay."""
    if day > on:
        raise WrongDay(
            f"数据日期 {day:%Y-%m-%d} 在 {on:%Y-%m-%d} 之后", where="数据日期", remedy="填查到这个数据的那一天"
        )
    if day < FIRST:
        raise WrongDay(
            f"数据日期早于 {FIRST.year} 年：{day.isoformat()}", where="数据日期", remedy="核对年份，要填四位"
        )
    return day
