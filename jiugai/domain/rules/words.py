"""Small looks at facts, words and sums that several rules need."""

from calendar import monthrange
from datetime import date
from fractions import Fraction
from functools import lru_cache

from jiugai.domain.facts import Facts, ProjectFacts

Amount = int | Fraction


def project_of(facts: Facts) -> ProjectFacts | None:
    """Return the project in question; None when none was proposed or nothing was loaded."""
    return facts.project if facts.project and facts.project.ref else None


@lru_cache(maxsize=8192)
def day_words(day: date) -> str:
    """Return a day as people write it: 2026年3月5日."""
    return f"{day.year}年{day.month}月{day.day}日"


@lru_cache(maxsize=8192)
def months_after(day: date, months: int) -> date:
    """Return the same day some months on; the last day of the month where that month is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def several(names: list[str], most: int = 3, unit: str = "处") -> str:
    """Join some names and say how many there are when not all are named."""
    shown = "、".join(names[:most])
    return f"{shown}等 {len(names)} {unit}" if len(names) > most else shown


def wan_words(fen: Amount) -> str:
    """Write an amount of money, not below nothing, in 万元 with two decimals, half of the last one up."""
    hundredths = (fen + 5_000) // 10_000
    return f"{hundredths // 100:,}.{hundredths % 100:02d}"


def wan_up(fen: int) -> str:
    """Write what is missing, in 万元 with two decimals, any rest up: no lack reads as 0.00."""
    return wan_words(-(-fen // 10_000) * 10_000)


def money_words(planned: Amount, waiting: Amount, asked: Amount, limit: int | None) -> str:
    """Write what the money of a year comes to, and its limit, in fen; a part that is nothing is left out."""
    parts = {"已列入计划": planned, "别的批次已报市里、还没有确认": waiting, "这一批": asked}
    sums = "，".join(f"{words} {wan_words(fen)}" for words, fen in parts.items() if fen) or f"合计 {wan_words(0)}"
    return f"{sums} 万元，没有登记上限" if limit is None else f"{sums}，上限 {wan_words(limit)} 万元"


def percent_words(share: Fraction) -> str:
    """Write a share with one decimal, cut and not rounded, so that 19.99 % never reads as 20 %."""
    tenths = int(share * 1000)
    return f"{tenths // 10}.{tenths % 10}%"
