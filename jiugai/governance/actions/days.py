"""Days that people give."""

from datetime import date

from jiugai.domain.errors import Refusal

EARLIEST = date(2000, 1, 1)


class BadDay(Refusal):
    """A day that cannot be."""

    status = 422
    code = "bad_day"


def check_day(day: date, *, today: date, where: str) -> date:
    """Return a day on which something happened. Raises BadDay for one in the future or before 2000."""
    if day > today:
        raise BadDay(f"{day:%Y-%m-%d} 还没到", where=where, remedy="填今天或以前的日期；手机时间不准先校准")
    if day < EARLIEST:
        raise BadDay(f"{day:%Y-%m-%d} 太早", where=where, remedy="填 2000 年以后的日期")
    return day
