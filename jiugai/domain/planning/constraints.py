"""The constraints of the plan, each a small named function that scores and explains (problem.md; T03-5…11, T16-2).

The names are those of the format: `must:ID`, `earliest:ID`, `latest_finish:ID`, `latest_start:ID`, `horizon:ID`,
`same_year:ID`, `bundle:BUNDLE`, `district_budget:CODE:YEAR`, `city_budget:YEAR`, `capacity:CODE:YYYY-MM`,
`street_max_active:CODE:YYYY-MM`, `ratio:YEAR`. The solver's plans and plans edited by hand are judged by these
functions alone: `check` judges a whole plan, `Rescorer` (rescore.py) one moved bar.

    for v in check(problem, {"P00001": 4}): print(v.constraint, v.amount, v.text)

To explain, `CONSTRAINTS[kind]` gives the words of a constraint, `split` takes a name apart, `shared_limit` the limit.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from jiugai.domain.planning.months import Months
from jiugai.domain.planning.problem import Item, Number, Problem, Project, Work
from jiugai.domain.planning.usage import Key, Usage

Starts = Mapping[str, int]
LOCKS = ("fixed", "must_in", "must_out")


@dataclass(frozen=True)
class Violation:
    """A broken constraint: by how much, what is used where what is allowed, in words."""

    constraint: str
    kind: str
    amount: Number
    used: Number
    limit: Number
    text: str


@dataclass(frozen=True)
class Constraint:
    """A constraint in words: short label and one sentence, as shown to officers."""

    kind: str
    label: str
    sentence: str


CONSTRAINTS: dict[str, Constraint] = {
    c.kind: c
    for c in (
        Constraint("must", "必须安排", "列为必做的项目和其他部门的工程都要排进计划"),
        Constraint("earliest", "最早开工", "治理完成前不得开工"),
        Constraint("latest_finish", "最迟完工", "完工不得晚于限定的月份"),
        Constraint("latest_start", "最迟开工", "其他部门的工程开工不得晚于其限定的月份"),
        Constraint("horizon", "计划期", "全部工期要落在计划期以内"),
        Constraint("same_year", "当年见效", "开工和完工要在同一年"),
        Constraint("bundle", "捆绑实施", "捆绑的项目同进同出，并在同一年开工"),
        Constraint("district_budget", "区级资金", "一个区当年支出不超过区级预算"),
        Constraint("city_budget", "市级资金", "全市当年支出不超过市级补助预算"),
        Constraint("capacity", "施工能力", "一个区当月在施面积不超过施工能力"),
        Constraint("street_max_active", "街道同时施工", "一个街道当月在施的项目和工程不超过上限"),
        Constraint("ratio", "抗震节能占比", "当年开工的基础类改造中，抗震、节能综合改造面积占比不低于下限"),
    )
}


def must(item: Item, planned: bool) -> Violation | None:
    """A project with `must` and every work is in the plan."""
    if planned or not item.must:
        return None
    return Violation(f"must:{item.id}", "must", 1, 0, 1, "必须安排，但未排入")


def earliest(item: Item, start: int) -> Violation | None:
    """An item starts no earlier than it is cleared."""
    if start >= item.earliest:
        return None
    late = item.earliest - start
    return Violation(f"earliest:{item.id}", "earliest", late, start, item.earliest, f"开工早了 {late} 个月")


def latest_finish(item: Item, start: int) -> Violation | None:
    """A project with a latest finish is over by then."""
    limit = item.latest_finish if isinstance(item, Project) else None
    end = start + item.duration_months
    if limit is None or end <= limit:
        return None
    return Violation(
        f"latest_finish:{item.id}", "latest_finish", end - limit, end, limit, f"完工晚了 {end - limit} 个月"
    )


def latest_start(item: Item, start: int) -> Violation | None:
    """A work starts no later than its own latest start."""
    if not isinstance(item, Work) or start <= item.latest_start:
        return None
    late = start - item.latest_start
    return Violation(f"latest_start:{item.id}", "latest_start", late, start, item.latest_start, f"开工晚了 {late} 个月")


def horizon(item: Item, start: int, months: Months) -> Violation | None:
    """All occupied months lie inside the horizon."""
    over = max(-start, start + item.duration_months - months.count)
    if over <= 0:
        return None
    return Violation(f"horizon:{item.id}", "horizon", over, start, 0, f"工期超出计划期 {over} 个月")


def same_year(item: Item, start: int, months: Months) -> Violation | None:
    """A single item that must show effect in its year does not run over a year's end."""
    if not isinstance(item, Project) or not item.same_year:
        return None
    first, last = months.year[start], months.year[start + item.duration_months - 1]
    if first == last:
        return None
    return Violation(f"same_year:{item.id}", "same_year", last - first, last, first, f"{first} 年开工，{last} 年才完工")


def bundle(name: str, members: Iterable[Project], starts: Starts, months: Months) -> list[Violation]:
    """All members of a bundle are selected, or none; the selected start in one calendar year."""
    members = tuple(members)
    chosen = [p for p in members if p.id in starts]
    found = []
    if chosen and len(chosen) < len(members):
        left = "、".join(p.id for p in members if p.id not in starts)
        missing = len(members) - len(chosen)
        found.append(
            Violation(f"bundle:{name}", "bundle", missing, len(chosen), len(members), f"捆绑项目未全部排入，缺 {left}")
        )
    years = sorted({months.year[starts[p.id]] for p in chosen})
    if len(years) > 1:
        spread = years[-1] - years[0]
        words = "、".join(map(str, years))
        found.append(Violation(f"bundle:{name}", "bundle", spread, years[-1], years[0], f"开工年份不同：{words}"))
    return found


def shared_limit(problem: Problem, key: Key) -> Number:
    """Return the limit of money, area or active items behind a key (see `usage.py`)."""
    kind, code, when = key
    if kind == "city_budget":
        return problem.city_budget.get(when, 0)
    if kind == "street_max_active":
        return problem.streets_by_code[code].max_active
    district = problem.districts_by_code[code]
    return district.budget.get(when, 0) if kind == "district_budget" else district.capacity_m2


def district_budget(problem: Problem, usage: Usage, key: Key) -> Violation | None:
    """The district's share of the cost in a year stays within its budget of the year."""
    return _over(problem, usage, key, f"{key[1]}:{key[2]}", "千元")


def city_budget(problem: Problem, usage: Usage, key: Key) -> Violation | None:
    """The city subsidy of all districts in a year stays within the city's budget of the year."""
    return _over(problem, usage, key, f"{key[2]}", "千元")


def capacity(problem: Problem, usage: Usage, key: Key) -> Violation | None:
    """The floor area a district has under construction in a month stays within its capacity."""
    return _over(problem, usage, key, f"{key[1]}:{problem.months.name(key[2])}", "平方米")


def street_max_active(problem: Problem, usage: Usage, key: Key) -> Violation | None:
    """No more projects and works are active in a street in a month than it can bear."""
    return _over(problem, usage, key, f"{key[1]}:{problem.months.name(key[2])}", "项")


def ratio(problem: Problem, usage: Usage, key: Key) -> Violation | None:
    """Of the basic-class area starting in a year, the seismic/energy share reaches the minimum (T03-9)."""
    year = key[2]
    basic, have = usage.basic.get(year, 0), usage.used.get(key, 0)
    need = Fraction(problem.seismic_energy_min_percent) * basic / 100
    if have >= need:
        return None
    text = f"基础类开工 {basic} 平方米，其中抗震节能 {have} 平方米，还差 {float(need - have):.0f} 平方米"
    return Violation(f"ratio:{year}", "ratio", need - have, have, need, text)


def _over(problem: Problem, usage: Usage, key: Key, place: str, unit: str) -> Violation | None:
    used, limit = usage.used.get(key, 0), shared_limit(problem, key)
    if used <= limit:
        return None
    text = f"用 {float(used):g} {unit}，上限 {float(limit):g} {unit}"
    return Violation(f"{key[0]}:{place}", key[0], used - limit, used, limit, text)


SHARED: dict[str, Callable[[Problem, Usage, Key], Violation | None]] = {
    "district_budget": district_budget,
    "city_budget": city_budget,
    "capacity": capacity,
    "street_max_active": street_max_active,
    "ratio": ratio,
}


def item_violations(problem: Problem, item: Item, start: int | None) -> list[Violation]:
    """Judge the rules of a single item; a start outside the horizon breaks nothing else."""
    if start is None:
        found = [must(item, planned=False)]
    elif outside := horizon(item, start, problem.months):
        found = [outside]
    else:
        found = [
            earliest(item, start), latest_finish(item, start), latest_start(item, start),
            same_year(item, start, problem.months),
        ]  # fmt: skip
    return [v for v in found if v]


def check(problem: Problem, starts: Mapping[str, Any]) -> list[Violation]:
    """Return every broken constraint of a plan; an empty list means that it is feasible."""
    good, found = usable(problem, starts)
    for ident, item in problem.items.items():
        if ident in good or ident not in starts:
            found += item_violations(problem, item, good.get(ident))
    for name, members in problem.bundles.items():
        found += bundle(name, members, good, problem.months)
    usage = Usage(problem)
    for ident, start in good.items():
        usage.add(problem.items[ident], start)
    return found + [v for key in sorted(usage.used) if (v := SHARED[key[0]](problem, usage, key))]


def usable(problem: Problem, starts: Mapping[str, Any]) -> tuple[dict[str, int], list[Violation]]:
    """Return the starts that can be judged, and the others as violations."""
    good: dict[str, int] = {}
    found = list[Violation]()
    for ident, start in starts.items():
        item = problem.items.get(ident)
        if item is None:
            found.append(Violation(f"unknown_id:{ident}", "unknown_id", 1, 1, 0, "没有这个项目或工程"))
        elif isinstance(start, bool) or not isinstance(start, int):
            found.append(Violation(f"bad_start:{ident}", "bad_start", 1, 0, 0, f"开工月不是整数：{start!r:.20}"))
        elif outside := horizon(item, start, problem.months):
            found.append(outside)
        else:
            good[ident] = start
    return good, found


def split(name: str) -> tuple[str, str, str]:
    """Take a constraint's name apart: kind, id or code (may be empty), year or month (may be empty)."""
    kind, _, rest = name.partition(":")
    if kind in ("city_budget", "ratio"):
        return kind, "", rest
    if kind in ("district_budget", "capacity", "street_max_active"):
        code, _, when = rest.rpartition(":")
        return kind, code, when
    return kind, rest, ""


def is_lock(name: str) -> bool:
    """Tell whether a constraint of a clash is a lock (`tables.Locks`) and none of the problem's own."""
    return split(name)[0] in LOCKS


def shared_keys(problem: Problem) -> Iterator[Key]:
    """Yield every shared limit of the problem."""
    for year in problem.months.years:
        yield "city_budget", "", year
        yield "ratio", "", year
        for district in problem.districts:
            yield "district_budget", district.code, year
    for month in range(problem.months.count):
        yield from (("capacity", d.code, month) for d in problem.districts)
        yield from (("street_max_active", s.code, month) for s in problem.streets)
