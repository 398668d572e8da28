"""What a menu costs and how long it takes: dated rates by item, district group and year; shares by figures."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from math import ceil

from jiugai.domain.figures import ParameterSet

THOUSAND_YUAN = 100_000  # fen


@dataclass(frozen=True)
class Rate:
    """A unit price in fen with the approval that set it; `provisional` until there is one."""

    item: str
    group: str
    year: int
    fen: int
    unit: str
    reference: str
    provisional: bool = False


@dataclass(frozen=True)
class Priced:
    """A line with its cost: `fen` is None while the quantity or a rate is missing, `why` says which."""

    fen: int | None
    rate: Rate | None
    why: str = ""


@dataclass(frozen=True)
class Work:
    """What of a chosen line decides the project's time and place."""

    months: int
    outdoor: bool


@dataclass(frozen=True)
class Estimate:
    """A project's cost and months as the planner takes them; `missing` lines have no cost yet.

    `arithmetic` says in words how the months and the split were found.
    """

    total_fen: int
    district_fen: int
    city_fen: int
    other_fen: int
    months: int | None
    outdoor: bool
    missing: int
    provisional: bool
    arithmetic: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        """Tell whether every line has its cost."""
        return self.missing == 0

    @property
    def district_cost(self) -> int:
        """District money in thousand yuan, rounded up so that a plan never promises too little."""
        return ceil(Fraction(self.district_fen, THOUSAND_YUAN))

    @property
    def city_cost(self) -> int:
        """City money in thousand yuan, rounded up."""
        return ceil(Fraction(self.city_fen, THOUSAND_YUAN))


def price(
    item: str, quantity: Decimal | None, rates: Mapping[tuple[str, str, int], Rate], group: str, year: int
) -> Priced:
    """Return what a quantity of an item costs by the rate of its district group and year; never a guess."""
    rate = rates.get((item, group, year))
    if rate is None:
        return Priced(None, None, f"没有 {year} 年本区的单价")
    if quantity is None:
        return Priced(None, rate, "数量待核实")
    return Priced(int((quantity * rate.fen).to_integral_value(ROUND_HALF_UP)), rate)


def split(fen: int, params: ParameterSet, on: date, family: str) -> tuple[int, int] | None:
    """Return district and city money of an amount by the dated share of the family of kinds; None without one."""
    share = params.value(f"city_subsidy_share_{family}", on)
    if share is None:
        return None
    city = int(share.number * fen)
    return fen - city, city


def months_of(works: Sequence[Work], area_m2: int | None, params: ParameterSet, on: date) -> tuple[int | None, str]:
    """Return the working months of a project and the arithmetic: the longest item, a share of the others, and size."""
    part, per = params.value("menu_other_items_share", on), params.value("menu_area_per_extra_month", on)
    if not works or part is None or per is None:
        return None, "还没有选定的内容" if not works else "工期参数没有取值"
    longest = max(one.months for one in works)
    others = ceil(part.number * (sum(one.months for one in works) - longest))
    size = (area_m2 or 0) // per.whole
    words = f"最长的一项 {longest} 个月，其余各项按 {part.text} 交叉计 {others} 个月，体量加 {size} 个月"
    return longest + others + size, words


def total(
    lines: Iterable[tuple[int | None, bool, bool]],
    works: Sequence[Work],
    area_m2: int | None,
    *,
    params: ParameterSet,
    on: date,
    family: str,
) -> Estimate:
    """Add up a menu. `lines` are (fen, paid by the government, provisional); other money stays outside the split."""
    rows = list(lines)
    public = sum(fen or 0 for fen, ours, _ in rows if ours)
    other = sum(fen or 0 for fen, ours, _ in rows if not ours)
    halves = split(public, params, on, family)
    district, city = halves or (public, 0)
    months, words = months_of(works, area_m2, params, on)
    share = params.value(f"city_subsidy_share_{family}", on)
    paid = f"市级补助按 {share.text}" if share else "市级补助比例没有取值，全部计入区级"
    return Estimate(
        total_fen=public + other,
        district_fen=district,
        city_fen=city,
        other_fen=other,
        months=months,
        outdoor=any(one.outdoor for one in works),
        missing=sum(fen is None for fen, _, _ in rows),
        provisional=any(guess for _, _, guess in rows),
        arithmetic=(paid, words),
    )
