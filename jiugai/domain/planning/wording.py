"""The planner's constraints, plans and changes in Chinese: the one place where they become sentences.

`names` gives titles of projects, works, districts and streets by id or code; what it lacks is shown by its id. With
titles and numbers together a sentence says what is asked of whom: "朝阳区 2026 年区级资金 50,000 千元".
"""

from collections.abc import Iterable, Mapping
from fractions import Fraction

from jiugai.domain.planning.constraints import CONSTRAINTS, shared_limit, split
from jiugai.domain.planning.problem import Number, Problem, Project, Work

Names = Mapping[str, str]
UNITS = {"district_budget": "千元", "city_budget": "千元", "capacity": "㎡", "street_max_active": "项", "ratio": "㎡"}
EACH = {"district_budget": "年", "city_budget": "年", "ratio": "年", "capacity": "个月", "street_max_active": "个月"}

LOCK_WORDS = {
    "fixed": "您锁定了{title}在 {month}开工",
    "must_in": "您要求{title}排进计划",
    "must_out": "您要求{title}不排进计划",
}


def called(problem: Problem, code: str, names: Names) -> str:
    """Return the title of a project or work in quotation marks, or the name of a district or street."""
    if code in problem.items:
        return f"“{names.get(code, code)}”"
    district = problem.districts_by_code.get(code)
    return names.get(code) or (district.name if district and district.name else code)


def number(value: Number) -> str:
    """Write an exact number with thousands commas, fractions to two decimals."""
    exact = Fraction(value)
    return f"{int(exact):,}" if exact.denominator == 1 else f"{float(exact):,.2f}"


def month_words(problem: Problem, index: int) -> str:
    """Write a month index as 2026年5月."""
    year, month = problem.months.name(index).split("-")
    return f"{year}年{int(month)}月"


def when_words(when: str) -> str:
    """Write 2026 or 2026-05 as 2026年 or 2026年5月."""
    year, _, month = when.partition("-")
    return f"{year}年{int(month)}月" if month else f"{year}年"


def constraint_words(problem: Problem, name: str, names: Names, starts: Mapping[str, int] | None = None) -> str:
    """Say what a constraint asks, with its numbers; a name that the problem does not know by its kind.

    `starts` are those held fast by a person's locks.
    """
    kind, code, when = split(name)
    if kind in LOCK_WORDS:
        return LOCK_WORDS[kind].format(title=called(problem, code, names), month=_locked(problem, code, starts or {}))
    if kind == "bundle":
        members = problem.bundles.get(code, ())
        titles = "、".join(called(problem, one.id, names) for one in members[:4])
        return f"打捆“{names.get(code, code)}”的 {len(members)} 个项目同进同出、同一年开工：{titles}"
    if code in problem.items:
        return _item_words(problem, kind, code, names)
    if kind in UNITS:
        return _limit_words(problem, kind, code, when, names)
    return CONSTRAINTS[kind].sentence if kind in CONSTRAINTS else name


def _locked(problem: Problem, code: str, starts: Mapping[str, int]) -> str:
    at = starts.get(code, -1)
    return month_words(problem, at) if 0 <= at < problem.months.count else "计划期以外"


def let_go_words(problem: Problem, name: str, starts: Mapping[str, int], to: int | None, names: Names) -> str:
    """Say what letting a lock go comes to; `to` is the start that its project takes then, None when it is left out."""
    kind, code, _ = split(name)
    title = called(problem, code, names)
    if kind == "must_out":
        return f"允许{title}排进计划"
    if kind == "must_in":
        return f"不再要求{title}排进计划"
    if to is None:
        return f"放开{title}的锁定，它排不进这个计划"
    step = to - starts[code]
    return f"放开{title}的锁定，改到 {month_words(problem, to)}开工，{'晚' if step > 0 else '早'} {abs(step)} 个月"


def _item_words(problem: Problem, kind: str, code: str, names: Names) -> str:
    item, title = problem.items[code], called(problem, code, names)
    if kind == "must":
        return f"{title}必须列入计划" if isinstance(item, Project) else f"其他部门的工程{title}一定会施工"
    if kind == "earliest":
        return f"{title}最早 {month_words(problem, item.earliest)}开工"
    if kind == "latest_finish" and isinstance(item, Project) and item.latest_finish is not None:
        return f"{title}工期 {item.duration_months} 个月，最晚 {month_words(problem, item.latest_finish - 1)}完工"
    if kind == "latest_start" and isinstance(item, Work):
        return f"工程{title}最晚 {month_words(problem, item.latest_start)}开工"
    if kind == "same_year":
        return f"{title}工期 {item.duration_months} 个月，开工和完工要在同一年"
    return f"{title}：{CONSTRAINTS[kind].sentence}" if kind in CONSTRAINTS else title


def _limit_words(problem: Problem, kind: str, code: str, when: str, names: Names) -> str:
    day = when_words(when)
    if kind == "ratio":
        return f"{day}开工的基础类改造里，抗震、节能面积不低于 {number(problem.seismic_energy_min_percent)}%"
    key = (kind, code, _when(problem, when))
    limit = f"{number(shared_limit(problem, key))} {UNITS[kind]}"
    place = called(problem, code, names) if code else "全市"
    label = {"district_budget": "区级资金", "city_budget": "市级补助", "capacity": "同时在施面积上限"}.get(
        kind, "同时在施上限"
    )
    return f"{place} {day}{label} {limit}"


def _when(problem: Problem, when: str) -> int:
    """Turn 2026 into a year and 2026-05 into a month index."""
    year, _, month = when.partition("-")
    if not month:
        return int(year)
    return (int(year) - problem.months.first_year) * 12 + int(month) - problem.months.first_month


def over_words(problem: Problem, name: str, amount: Number, names: Names) -> str:
    """Say by how much a plan breaks a constraint."""
    kind, code, when = split(name)
    if kind == "ratio":
        return f"{when_words(when)}抗震节能占比差 {number(amount)} ㎡"
    if kind in UNITS:
        place = called(problem, code, names) if code else "全市"
        what = {"district_budget": "区级资金差", "city_budget": "市级补助差", "capacity": "施工能力超"}.get(
            kind, "同时在施超"
        )
        return f"{place} {when_words(when)}{what} {number(amount)} {UNITS[kind]}"
    if kind == "bundle":
        return f"打捆“{names.get(code, code)}”的项目没有一起排入或不在同一年开工"
    words = {"earliest": f"比最早开工早 {number(amount)} 个月", "latest_finish": f"比最晚完工晚 {number(amount)} 个月",
             "same_year": "跨年，不能当年见效", "must": "必须安排却没有排入"}.get(kind, "不合条件")  # fmt: skip
    return f"{called(problem, code, names)}{words}"


def clash_words(
    problem: Problem, clash: Iterable[str], names: Names, starts: Mapping[str, int] | None = None
) -> list[str]:
    """Say one after the other what cannot hold together; what a person locked says so."""
    return [constraint_words(problem, name, names, starts) for name in clash]


def over_all_words(problem: Problem, broken: Iterable[tuple[str, Number]], names: Names, most: int = 4) -> str:
    """Say by how much a plan breaks constraints; the months of one limit are told together, the rest are counted."""
    grouped: dict[tuple[str, str], list[tuple[str, Number]]] = {}
    for name, amount in broken:
        kind, code, _ = split(name)
        grouped.setdefault((kind, code) if kind in MONTHLY else (name, ""), []).append((name, amount))
    said = [_together(problem, rows, names) for rows in grouped.values()]
    return "；".join([*said[:most], *([f"另有 {len(said) - most} 处"] if len(said) > most else [])])


MONTHLY = ("capacity", "street_max_active")


def _together(problem: Problem, rows: list[tuple[str, Number]], names: Names) -> str:
    """Say one limit over its months: from when to when, in how many of them, by how much at most."""
    if len(rows) == 1:
        return over_words(problem, rows[0][0], rows[0][1], names)
    kind, code, _ = split(rows[0][0])
    months = sorted(split(name)[2] for name, _ in rows)
    what = "施工能力最多超" if kind == "capacity" else "同时在施最多超"
    most = number(max(amount for _, amount in rows))
    span = f"{when_words(months[0])}至{when_words(months[-1])}有 {len(rows)} 个月"
    return f"{called(problem, code, names)} {span}{what} {most} {UNITS[kind]}"
