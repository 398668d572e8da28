"""Why there is no plan: a minimal set of constraints that cannot hold together, and the cheapest way out (T03-5…11).

    found = find_clash(problem, seconds=20)
    found.names          # ("must:P02", "same_year:P02", "district_budget:S:2026", "district_budget:S:2027")
    found.sentences(problem, {"P02": "管庄东里"})
    found.ways           # what would make a plan possible, cheapest first

With a person's `locks` they take part too: which of them clash with which constraint, and which to let go.

QuickXplain (divide and conquer over the constraints) with a deletion pass after it; every answer is a feasibility check
by CP-SAT. When the time runs out the set is still a clash, but `minimal` is False.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from time import perf_counter

from jiugai.domain.planning.constraints import LOCKS, is_lock, shared_limit, split
from jiugai.domain.planning.feasibility import Oracle
from jiugai.domain.planning.lock_clash import LockedOracle
from jiugai.domain.planning.problem import Problem, Project
from jiugai.domain.planning.tables import FREE, Locks
from jiugai.domain.planning.usage import Key
from jiugai.domain.planning.wording import (
    Names,
    called,
    clash_words,
    let_go_words,
    month_words,
    number,
    when_words,
)

KINDS = ("must", "same_year", "latest_finish", "latest_start", "earliest", "bundle", "ratio", "district_budget",
         "city_budget", "capacity", "street_max_active", *LOCKS)  # fmt: skip
UNITS = {"district_budget": "千元", "city_budget": "千元", "capacity": "㎡", "street_max_active": "项", "ratio": "㎡",
         "earliest": "个月", "latest_finish": "个月", "latest_start": "个月"}  # fmt: skip


@dataclass(frozen=True)
class Way:
    """A way out: one constraint gives way by `amount`; `share` compares that with the limit. None: give it up whole."""

    name: str
    amount: Fraction | None
    unit: str
    share: Fraction
    words: str


@dataclass(frozen=True)
class Clash:
    """Constraints that cannot hold together. `minimal`: without any one of them the rest could be met.

    `more` tells that giving way to one of `ways` is not enough, because there are other clashes beside this one.
    `release` are the fewest locks that have to be let go, each with what becomes of its project; `starts` the locks.
    """

    names: tuple[str, ...]
    minimal: bool
    ways: tuple[Way, ...] = ()
    more: bool = False
    release: tuple[str, ...] = ()
    starts: Mapping[str, int] = field(default_factory=dict)

    def sentences(self, problem: Problem, names: Names | None = None) -> list[str]:
        """Say one after the other what cannot hold together."""
        return clash_words(problem, self.names, names or {}, self.starts)


def find_clash(
    problem: Problem, *, seconds: float = 30.0, threads: int = 1, names: Names | None = None, locks: Locks = FREE,
    ways: bool = True,
) -> Clash | None:  # fmt: skip
    """Return a minimal clash with the ways out, None when a plan exists or nothing was proven in time.

    Where the problem has no plan even without the locks, the clash is that of the problem. Without `ways` the ways out
    are left aside, which takes less time.
    """
    until, names = perf_counter() + seconds, names or {}
    oracle = LockedOracle(problem, seconds=max(0.5, seconds / 4), threads=threads, locks=locks)
    everything = _ordered(oracle.names())
    if oracle.holds(frozenset(everything)) is not False:
        return None
    own = [name for name in everything if not is_lock(name)]
    if own != everything and oracle.holds(frozenset(own)) is False:
        everything = own
    found = _quick(oracle, (), everything, until)
    core, minimal = _deleted(oracle, found, until)
    if not ways:
        return Clash(tuple(core), minimal, starts=locks.starts)
    release = oracle.release(frozenset(everything)) or ()
    out, more = _ways(problem, oracle, core, everything, until, names)
    let_go = tuple(let_go_words(problem, name, locks.starts, to, names) for name, to in release)
    return Clash(tuple(core), minimal, out, more, let_go, locks.starts)


def _ordered(names: Sequence[str]) -> list[str]:
    """Put what people can least change first, and what belongs to one item together."""
    return sorted(names, key=lambda name: (KINDS.index(split(name)[0]), split(name)[1:]))


def _quick(oracle: Oracle, fixed: tuple[str, ...], rest: list[str], until: float, *, fresh: bool = False) -> list[str]:
    """QuickXplain: return constraints of `rest` that clash together with `fixed`."""
    if perf_counter() > until:
        return rest
    if fresh and oracle.holds(frozenset(fixed)) is False:
        return []
    if len(rest) <= 1:
        return rest
    half = len(rest) // 2
    first, second = rest[:half], rest[half:]
    late = _quick(oracle, (*fixed, *first), second, until, fresh=bool(first))
    early = _quick(oracle, (*fixed, *late), first, until, fresh=bool(late))
    return [*early, *late]


def _deleted(oracle: Oracle, names: list[str], until: float) -> tuple[list[str], bool]:
    """Drop what is not needed; return the rest and whether each of it was proven to be needed."""
    kept, proven = list(names), True
    for name in names:
        if perf_counter() > until:
            return kept, False
        others = frozenset(kept) - {name}
        answer = oracle.holds(others)
        if answer is False:
            kept.remove(name)
        proven = proven and answer is not None
    return kept, proven


def _ways(
    problem: Problem, oracle: LockedOracle, core: list[str], everything: list[str], until: float, names: Names
) -> tuple[tuple[Way, ...], bool]:
    """Return how far each constraint of the clash would have to give way for a whole plan, the least first."""
    ways = [
        way for name in core if perf_counter() < until
        if (way := _way(problem, oracle, frozenset(everything), name, names)) is not None
    ]  # fmt: skip
    whole = bool(ways)
    if not whole:
        ways = [
            way for name in core if perf_counter() < until
            if (way := _way(problem, oracle, frozenset(core), name, names)) is not None
        ]  # fmt: skip
    return tuple(sorted(ways, key=lambda way: (not is_lock(way.name), way.amount is None, way.share))), not whole


def _way(problem: Problem, oracle: LockedOracle, active: frozenset[str], name: str, names: Names) -> Way | None:
    kind, code, when = split(name)
    if is_lock(name):
        return _let_go(problem, oracle, active, name, names)
    if kind in ("must", "bundle", "same_year"):
        if oracle.holds(active - {name}) is not True:
            return None
        return Way(name, None, "", Fraction(1), _give_up(problem, kind, code, names))
    amount = oracle.least(active, name).amount
    if amount is None:
        return None
    share = amount / _size(problem, kind, code, when)
    return Way(name, amount, UNITS[kind], share, _give_way(problem, kind, code, when, amount, names))


def _let_go(problem: Problem, oracle: LockedOracle, active: frozenset[str], name: str, names: Names) -> Way | None:
    """Return what letting a lock go comes to: by how many months its project moves, None when it drops out."""
    kind, code, _ = split(name)
    if oracle.holds(active - {name}) is not True:
        return None
    starts = oracle.locks.starts
    to = oracle.moved(active, name) if kind == "fixed" else None
    amount = None if to is None else Fraction(abs(to - starts[code]))
    share = Fraction(1) if amount is None else amount / problem.months.count
    words = let_go_words(problem, name, starts, to, names)
    return Way(name, amount, "" if amount is None else "个月", share, words)


def _give_up(problem: Problem, kind: str, code: str, names: Names) -> str:
    title = called(problem, code, names)
    if kind == "bundle":
        return f"打捆“{names.get(code, code)}”不再同进同出、同年开工"
    return f"{title}不再列为必须" if kind == "must" else f"{title}可以跨年施工"


def _give_way(problem: Problem, kind: str, code: str, when: str, amount: Fraction, names: Names) -> str:
    if kind in ("earliest", "latest_finish", "latest_start"):
        return _months_words(problem, kind, code, int(amount), names)
    place = called(problem, code, names) if code else "全市"
    if kind == "ratio":
        return f"{when_words(when)}占比放宽相当于 {number(amount)} ㎡抗震节能面积"
    what = {"district_budget": "区级资金增加", "city_budget": "市级补助增加", "capacity": "施工能力增加"}.get(
        kind, "同时在施上限增加"
    )
    return f"{place} {when_words(when)}{what} {number(amount)} {UNITS[kind]}"


def _months_words(problem: Problem, kind: str, code: str, months: int, names: Names) -> str:
    item, title = problem.items[code], called(problem, code, names)
    if kind == "earliest":
        return f"{title}提前 {months} 个月完成治理，{month_words(problem, item.earliest - months)}就能开工"
    if kind == "latest_finish" and isinstance(item, Project) and item.latest_finish is not None:
        return f"{title}最晚完工推后 {months} 个月，到 {month_words(problem, item.latest_finish - 1 + months)}"
    return f"工程{title}最晚开工推后 {months} 个月"


def _size(problem: Problem, kind: str, code: str, when: str) -> Fraction:
    """Return what an amount is compared with: the limit itself, the months of the horizon, the area of a year."""
    if kind in ("earliest", "latest_finish", "latest_start"):
        return Fraction(problem.months.count)
    if kind == "ratio":
        return Fraction(sum(p.floor_area_m2 for p in problem.projects if p.basic_class) or 1)
    year, _, month = when.partition("-")
    calendar = problem.months
    index = int(year) if not month else (int(year) - calendar.first_year) * 12 + int(month) - calendar.first_month
    key: Key = (kind, code, index)
    return Fraction(shared_limit(problem, key)) or Fraction(1)
