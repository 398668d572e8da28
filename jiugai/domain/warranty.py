"""Warranty by item: the least terms by law, the last day towards owners, and the restart after a repair (T20-8, T20-9).

Terms are minima: a contract may give more, never less. Towards owners they run from delivery; a repaired part starts
anew. A heating term counts whole heating seasons that begin after the start.
"""

from dataclasses import dataclass
from datetime import date

from jiugai.domain.figures import ParameterSet


@dataclass(frozen=True)
class Item:
    """Something with a term of its own. `unit` is years, seasons, or life (the design's reasonable working life)."""

    code: str
    label: str
    unit: str
    figure: str
    source: str


ITEMS: tuple[Item, ...] = (
    Item("waterproof", "屋面防水、有防水要求的房间和外墙面防渗漏", "years", "warranty_waterproof_years",
         "质量管理条例 第四十条"),
    Item("heating", "供热与供冷系统", "seasons", "warranty_heating_seasons", "质量管理条例 第四十条"),
    Item("wiring", "电气管线、给排水管道、设备安装", "years", "warranty_wiring_years", "质量管理条例 第四十条"),
    Item("decoration", "装修工程", "years", "warranty_decoration_years", "质量管理条例 第四十条"),
    Item("insulation", "外墙保温", "years", "warranty_insulation_years", "暂按防水同期，待核实"),
    Item("structure", "地基基础和主体结构加固", "life", "", "质量管理条例 第四十条：设计文件规定的合理使用年限"),
)  # fmt: skip
LEAP_FEBRUARY = (2, 29)


class UnknownItem(LookupError):
    """No item has this code."""


class TermTooShort(ValueError):
    """A contract term below the least one."""


@dataclass(frozen=True)
class Term:
    """A term: first day, last day (None while the design life is unknown), and how it was worked out."""

    item: Item
    starts: date
    ends: date | None
    count: int | None
    words: str


def item_of(code: str) -> Item:
    """Return an item. Raises UnknownItem."""
    for item in ITEMS:
        if item.code == code:
            return item
    raise UnknownItem(code)


def term(
    code: str, starts: date, params: ParameterSet, *, agreed: int | None = None, design_years: int | None = None
) -> Term:
    """Return an item's term from its first day; `agreed` is the contract's count. Raises TermTooShort, UnknownItem."""
    item = item_of(code)
    if item.unit == "life":
        ends = years_after(starts, design_years) if design_years else None
        words = f"设计合理使用年限 {design_years} 年" if design_years else "设计合理使用年限待登记"
        return Term(item, starts, ends, design_years, words)
    least = params.value(item.figure, starts)
    if least is None:
        return Term(item, starts, None, None, f"“{params.get(item.figure).label}”在起算日没有取值")
    if agreed is not None and agreed < least.whole:
        raise TermTooShort(f"{item.label}约定 {agreed}，低于最低 {least.whole} {least.unit}")
    count = agreed or least.whole
    ends = seasons_after(starts, count, params) if item.unit == "seasons" else years_after(starts, count)
    return Term(item, starts, ends, count, f"{count} {least.unit}（{'约定' if agreed else '最低年限'}）")


def years_after(day: date, years: int) -> date:
    """Return the last day of so many years: the corresponding day, else the month's last (Civil Code 202)."""
    year = day.year + years
    leaps = (day.month, day.day) == LEAP_FEBRUARY and not _leap(year)
    return date(year, 2, 28) if leaps else day.replace(year=year)


def seasons_after(day: date, count: int, params: ParameterSet) -> date | None:
    """Return the last day of so many whole heating seasons after a day; None without the figures of the season."""
    first, last = params.value("heating_season_first", day), params.value("heating_season_last", day)
    if first is None or last is None:
        return None
    begin, end = divmod(first.whole, 100), divmod(last.whole, 100)
    year = day.year if day <= date(day.year, *begin) else day.year + 1
    return date(year + count, *end) if end < begin else date(year + count - 1, *end)


def _leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
