"""Why a project is in or out of a plan, what would let it in, and what that costs (issue: reasons).

    reasons = explain(problem, starts, "P00017", names={"P00017": "管庄东里"})
    reasons.sentences        # in Chinese, ready for a page
    reasons.changes          # cheapest first: money, months, quota area, capacity, sites, or who would make room

Every number comes from the constraint functions and the objective themselves (`Rescorer`), so that an explanation never
says what the score does not. It may be asked of any plan, also one edited by hand.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from jiugai.domain.planning.constraints import CONSTRAINTS, Violation, split
from jiugai.domain.planning.objective import gain, overlap, season, waiting
from jiugai.domain.planning.problem import Problem, Project
from jiugai.domain.planning.rescore import Rescorer
from jiugai.domain.planning.usage import demand
from jiugai.domain.planning.wording import Names, called, month_words, number, over_all_words

BEST_TRIES = 3
MOST_RIVALS = 16
SHOWN = 3
WORTH = {"district_budget": "money", "city_budget": "money", "ratio": "quota", "capacity": "capacity",
         "street_max_active": "sites"}  # fmt: skip
UNITS = {"money": "千元", "quota": "㎡", "capacity": "㎡", "sites": "项", "months": "个月", "room": "分"}


class UnknownProject(LookupError):
    """The problem has no project of this id."""


@dataclass(frozen=True)
class Try:
    """One start tried on the plan: what the points would change by, and what would newly be broken."""

    start: int
    change: Fraction
    broken: tuple[Violation, ...]

    @property
    def weight(self) -> tuple[int, Fraction, Fraction]:
        """How bad it is: fewest limits broken, then the least broken relative to the limit, then the most points."""
        over = sum((Fraction(v.amount) / (Fraction(v.limit) or 1) for v in self.broken), Fraction(0))
        return len(self.broken), over, -self.change


@dataclass(frozen=True)
class Binding:
    """A kind of constraint that stands in the way: in how many of the starts that its own rules allow."""

    kind: str
    label: str
    starts: int
    of: int


@dataclass(frozen=True)
class Change:
    """Something that would let the project in: how much of what, at which start, who makes room, the points' change.

    `kind` is money, quota, capacity, sites, months or room; `amount` in `unit`. `displaced` are projects that leave the
    plan, `moved` those that start elsewhere.
    """

    kind: str
    amount: Fraction
    unit: str
    start: int
    net: Fraction
    words: str
    displaced: tuple[str, ...] = ()
    moved: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class Reasons:
    """Why a project is in or out. `tries` covers every start that its own rules allow."""

    project: str
    start: int | None
    tries: tuple[Try, ...]
    binding: tuple[Binding, ...]
    changes: tuple[Change, ...]
    sentences: tuple[str, ...]

    @property
    def selected(self) -> bool:
        """Tell whether the project is in the plan."""
        return self.start is not None


def explain(
    problem: Problem,
    starts: Mapping[str, int],
    project_id: str,
    names: Names | None = None,
    *,
    rescorer: Rescorer | None = None,
) -> Reasons:
    """Say why a project is left out of a plan, or why it starts when it does. Raises UnknownProject.

    Args:
        problem: the instance.
        starts: the plan, month index by id; what it breaks already is not held against the project.
        project_id: the project in question.
        names: titles by id or code for the sentences; ids without a title are shown as they are.
        rescorer: one that holds this very plan, where the caller keeps one; it is left as it was.

    """
    item = problem.items.get(project_id)
    if not isinstance(item, Project):
        raise UnknownProject(project_id)
    known = {ident: start for ident, start in starts.items() if ident in problem.items}
    looking = _Look(problem, rescorer or Rescorer(problem, known), item, names or {})
    return looking.chosen() if project_id in known else looking.left_out()


class _Look:
    """One look at one project on one plan."""

    def __init__(self, problem: Problem, rescorer: Rescorer, item: Project, names: Names) -> None:
        self.problem, self.rescorer, self.item, self.names = problem, rescorer, item, names
        self.before = {v.constraint for v in rescorer.score.violations}
        self.title = called(problem, item.id, names)

    # left out

    def left_out(self) -> Reasons:
        """Explain why the project is not in the plan."""
        starts = self.problem.start_months(self.item)
        if not starts:
            return self._no_start()
        with_others = self._partners()
        tries = [self._try(start, with_others) for start in starts]
        best = sorted(tries, key=lambda one: one.weight)
        binding = self._binding(tries)
        changes = self._changes(best, with_others)
        said = self._say_out(best[0], binding, changes, with_others)
        return Reasons(self.item.id, None, tuple(tries), binding, changes, tuple(said))

    def _no_start(self) -> Reasons:
        """The project's own rules leave it no month; say which of them, and by how much one would have to give way."""
        item, problem = self.item, self.problem
        last = problem.months.count - item.duration_months
        found: list[Change] = []
        parts = [f"工期 {item.duration_months} 个月", f"最早 {month_words(problem, item.earliest)}开工"]
        if item.latest_finish is not None:
            parts.append(f"最晚 {month_words(problem, item.latest_finish - 1)}完工")
            last = min(last, item.latest_finish - item.duration_months)
        if item.same_year:
            parts.append("要在同一年内开工和完工")
        if item.earliest > last:
            short = Fraction(item.earliest - last)
            words = f"最早开工提前 {number(short)} 个月（或最晚完工推后 {number(short)} 个月）就有一个月能开工"
            found.append(Change("months", short, "个月", max(last, 0), gain(problem, item, max(last, 0)), words))
        binding = (Binding("earliest", "自身条件", 0, 0),)
        said = [f"{self.title}没有一个月能开工：{'，'.join(parts)}", *(one.words for one in found)]
        return Reasons(item.id, None, (), binding, tuple(found), tuple(said))

    def _partners(self) -> tuple[Project, ...]:
        """Return the other members of its bundle that are not in the plan: they would have to come along."""
        members = self.problem.bundles.get(self.item.bundle or "", ())
        return tuple(p for p in members if p.id != self.item.id and p.id not in self.rescorer.starts)

    def _try(self, start: int, partners: Sequence[Project]) -> Try:
        """Put the project (and what is bundled with it) in at a start, look, and take it out again."""
        placed = self._place(start, partners)
        score = self.rescorer.score
        broken = tuple(v for v in score.violations if v.constraint not in self.before)
        change = score.objective - self._remove(placed)
        return Try(start, change, broken)

    def _place(self, start: int, partners: Sequence[Project]) -> list[str]:
        """Put it in, its partners in the same year at the start that breaks least."""
        self.rescorer.move(self.item.id, start)
        year, placed = self.problem.months.year, [self.item.id]
        for one in partners:
            options = [s for s in self.problem.start_months(one) if year[s] == year[start]]
            if options:
                self.rescorer.move(one.id, min(options, key=lambda s, o=one: self._cost_of(o.id, s)))  # type: ignore[misc]
                placed.append(one.id)
        return placed

    def _cost_of(self, ident: str, start: int) -> tuple[int, Fraction]:
        score = self.rescorer.preview(ident, start)
        return sum(v.constraint not in self.before for v in score.violations), -score.objective

    def _remove(self, placed: Iterable[str]) -> Fraction:
        for ident in placed:
            self.rescorer.move(ident, None)
        return self.rescorer.score.objective

    def _binding(self, tries: Sequence[Try]) -> tuple[Binding, ...]:
        """Count by kind in how many starts it stands in the way, the most frequent first."""
        counted = Counter(kind for one in tries for kind in {v.kind for v in one.broken})
        return tuple(Binding(kind, CONSTRAINTS[kind].label, n, len(tries)) for kind, n in counted.most_common())

    def _changes(self, best: Sequence[Try], partners: Sequence[Project]) -> tuple[Change, ...]:
        """Return what would let it in, the cheapest of each kind, by what it costs in points and then in amount."""
        found = [*self._single_limits(best), *self._earlier_or_later(best)]
        if not partners:
            found += self._room(best)
        cheapest: dict[str, Change] = {}
        for one in sorted(found, key=lambda c: (c.amount, -c.net)):
            cheapest.setdefault(one.kind, one)
        return tuple(sorted(cheapest.values(), key=lambda c: (len(c.displaced), c.kind != "room", c.amount)))

    def _single_limits(self, best: Sequence[Try]) -> list[Change]:
        """Return starts at which only limits of one sort are broken: so much more of it would do."""
        found = []
        for one in best:
            sorts = {WORTH.get(v.kind, "") for v in one.broken}
            if len(sorts) == 1 and "" not in sorts:
                sort = sorts.pop()
                amounts = [Fraction(v.amount) for v in one.broken]
                # Money of several years adds up; area and sites are needed at the same time, so the most counts.
                amount = sum(amounts, Fraction(0)) if sort in ("money", "quota") else max(amounts)
                words = f"补上这些就能 {month_words(self.problem, one.start)}开工：{self._over(one.broken)}"
                found.append(Change(sort, amount, UNITS[sort], one.start, one.change, words))
        return found

    def _earlier_or_later(self, best: Sequence[Try]) -> list[Change]:
        """Return the start outside its own rules that breaks nothing shared: so many months would do."""
        allowed = {one.start for one in best}
        found = []
        for start in range(self.problem.months.count - self.item.duration_months + 1):
            if start in allowed:
                continue
            one = self._try(start, ())
            own = [v for v in one.broken if v.kind in ("earliest", "latest_finish")]
            if own and len(own) == len(one.broken):
                months = sum((Fraction(v.amount) for v in own), Fraction(0))
                word = "最早开工提前" if own[0].kind == "earliest" else "最晚完工推后"
                words = f"{word} {number(months)} 个月，就能 {month_words(self.problem, start)}开工，不超任何上限"
                found.append(Change("months", months, "个月", start, one.change, words))
        return found

    def _room(self, best: Sequence[Try]) -> list[Change]:
        """Return which single project would have to move or leave so that this one fits, and what the points lose."""
        found: list[Change] = []
        for one in [b for b in best if b.broken][:BEST_TRIES]:
            for rival in self._rivals(one):
                found += self._make_room(one.start, rival)
        return sorted(found, key=lambda c: -c.net)[:1]

    def _rivals(self, one: Try) -> list[Project]:
        """Return planned projects that use what is short at this start and are worth little, the least first."""
        short = {(v.kind, *split(v.constraint)[1:]) for v in one.broken}
        found = []
        for ident, start in self.rescorer.starts.items():
            item = self.problem.items[ident]
            if isinstance(item, Project) and not item.must and not item.bundle and self._uses(item, start, short):
                found.append(item)
        return sorted(found, key=lambda p: (Fraction(p.value), p.id))[:MOST_RIVALS]

    def _uses(self, item: Project, start: int, short: set[tuple[str, str, str]]) -> bool:
        for (kind, code, when), amount in demand(self.problem, item, start).items():
            name = self.problem.months.name(when) if kind in ("capacity", "street_max_active") else str(when)
            if kind == "ratio":
                amount = 0 if item.seismic_energy else 1
            if amount and (kind, code, name) in short:
                return True
        return False

    def _make_room(self, start: int, rival: Project) -> list[Change]:
        """Let a rival move to its best other start, or leave; return the better of both if it does."""
        was, points = self.rescorer.starts[rival.id], self.rescorer.score.objective
        self.rescorer.move(rival.id, None)
        self.rescorer.move(self.item.id, start)
        options: list[tuple[Fraction, int | None]] = []
        if self._clean():
            options.append((self.rescorer.score.objective, None))
            for other in self.problem.start_months(rival):
                score = self.rescorer.preview(rival.id, other)
                if all(v.constraint in self.before for v in score.violations):
                    options.append((score.objective, other))
        self.rescorer.move(self.item.id, None)
        self.rescorer.move(rival.id, was)
        if not options:
            return []
        after, elsewhere = max(options, key=lambda pair: (pair[0], pair[1] is not None))
        return [self._room_change(start, rival, elsewhere, after - points)]

    def _clean(self) -> bool:
        return all(v.constraint in self.before for v in self.rescorer.score.violations)

    def _room_change(self, start: int, rival: Project, other: int | None, net: Fraction) -> Change:
        name, day = called(self.problem, rival.id, self.names), month_words(self.problem, start)
        if other is None:
            words = f"{name}调出计划，就能 {day}开工，得分{_points(net)}"
            return Change("room", max(-net, Fraction(0)), "分", start, net, words, displaced=(rival.id,))
        words = f"{name}改到 {month_words(self.problem, other)}开工，就能 {day}开工，得分{_points(net)}"
        return Change("room", max(-net, Fraction(0)), "分", start, net, words, moved=((rival.id, other),))

    def _say_out(
        self, best: Try, binding: Sequence[Binding], changes: Sequence[Change], partners: Sequence[Project]
    ) -> list[str]:
        said = []
        if not best.broken:
            words = f"能放进去：{month_words(self.problem, best.start)}开工不超任何上限，得分{_points(best.change)}"
            return [f"{self.title}没有列入，但{words}"]
        parts = "，".join(f"{one.starts} 个月卡在{one.label}" for one in binding[:SHOWN])
        said.append(f"{self.title}没有列入：可以开工的 {binding[0].of} 个月里，{parts}")
        said.append(f"最接近的是 {month_words(self.problem, best.start)}开工：{self._over(best.broken)}")
        if partners:
            said.append(
                f"和它打捆的{'、'.join(called(self.problem, p.id, self.names) for p in partners[:SHOWN])}要一起排入"
            )
        said += [one.words for one in changes]
        if not changes:
            said.append("只改一种条件还放不进去，要同时补几种")
        return said

    def _over(self, broken: Sequence[Violation]) -> str:
        return over_all_words(self.problem, ((v.constraint, v.amount) for v in broken), self.names)

    # in the plan

    def chosen(self) -> Reasons:
        """Explain why the project starts when it does: what an earlier or later month would cost."""
        now = self.rescorer.starts[self.item.id]
        tries = [self._moved(start) for start in self.problem.start_months(self.item)]
        said = [self._say_points(now), *self._say_months(now, tries)]
        binding = self._binding([one for one in tries if one.start != now])
        better = [one for one in tries if one.change > 0 and one.start != now]
        changes = self._single_limits(sorted(better, key=lambda one: one.weight))
        cheapest: dict[str, Change] = {}
        for one in sorted(changes, key=lambda c: c.amount):
            cheapest.setdefault(one.kind, one)
        return Reasons(self.item.id, now, tuple(tries), binding, tuple(cheapest.values()), tuple(said))

    def _moved(self, start: int) -> Try:
        score = self.rescorer.preview(self.item.id, start)
        broken = tuple(v for v in score.violations if v.constraint not in self.before)
        return Try(start, score.change, broken)

    def _say_points(self, now: int) -> str:
        """Say what its points are made of at this start."""
        parts = [f"价值 {number(_short(self.item.value))}", f"等待 {_points(waiting(self.problem, self.item, now))}"]
        if self.item.outdoor:
            parts.append(f"雨季冬期 {_points(season(self.problem, self.item, now))}")
        pairs = self.problem.pairs_of.get(self.item.id, ())
        saved = sum((Fraction(p.saving) for p in pairs if overlap(self.problem, p, self.rescorer.starts)), Fraction(0))
        if saved:
            parts.append(f"同步施工 {_points(saved)}")
        return f"{self.title}{month_words(self.problem, now)}开工，得分：{'，'.join(parts)}"

    def _say_months(self, now: int, tries: Sequence[Try]) -> list[str]:
        """Say what the next month before and after would cost, and whether a better month is only kept by a limit."""
        said = []
        for label, start in (("早一个月", now - 1), ("晚一个月", now + 1)):
            one = next((t for t in tries if t.start == start), None)
            said.append(f"{label}：{self._say_try(one, start)}")
        free = [t for t in tries if t.start != now and not t.broken and t.change > 0]
        if free:
            best = max(free, key=lambda t: t.change)
            said.append(f"改到 {month_words(self.problem, best.start)}不超上限，得分还能{_points(best.change)}")
        held = [t for t in tries if t.broken and t.change > 0]
        if held and not free:
            best = max(held, key=lambda t: t.change)
            month = month_words(self.problem, best.start)
            said.append(f"得分最高的是 {month}（{_points(best.change)}），但{self._over(best.broken)}")
        return said

    def _say_try(self, one: Try | None, start: int) -> str:
        if one is None:
            return "不能，超出自身的开工条件" if 0 <= start < self.problem.months.count else "不能，超出计划期"
        if one.broken:
            return f"得分{_points(one.change)}，但{self._over(one.broken)}"
        return f"得分{_points(one.change)}"


def _short(value: Fraction | int) -> Fraction:
    return Fraction(round(Fraction(value) * 100), 100)


def _points(change: Fraction) -> str:
    """Write a change of points: 增加 1.20 分, 减少 0.35 分, 不变."""
    short = _short(change)
    if short == 0:
        return "不变"
    return f"{'增加' if short > 0 else '减少'} {number(abs(short))} 分"
