"""The objective in exact fractions: value, less waiting and season, plus what is dug once (problem.md, T16-3)."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from jiugai.domain.planning.problem import Item, Pair, Problem, Project

Starts = Mapping[str, int]


@dataclass(frozen=True)
class Breakdown:
    """The parts of the objective; waiting and season are negative."""

    value: Fraction
    waiting: Fraction
    season: Fraction
    savings: Fraction

    @property
    def total(self) -> Fraction:
        """The objective."""
        return self.value + self.waiting + self.season + self.savings


def waiting(problem: Problem, project: Project, start: int) -> Fraction:
    """Return what the benefit loses because the project waits until `start`."""
    return -Fraction(project.value) * problem.wait_rate * start


def season(problem: Problem, project: Project, start: int) -> Fraction:
    """Return what an outdoor project loses to rain and winter."""
    if not project.outdoor:
        return Fraction(0)
    return -Fraction(project.value) * problem.season_rate * problem.season_share(start, project.duration_months)


def gain(problem: Problem, item: Item, start: int) -> Fraction:
    """Return the points of one item started in `start`, without pairs; works have none."""
    if not isinstance(item, Project):
        return Fraction(0)
    return item.value + waiting(problem, item, start) + season(problem, item, start)


def overlap(problem: Problem, pair: Pair, starts: Starts) -> bool:
    """Whether both items of a pair are planned and share a month ("dig once")."""
    a, b = starts.get(pair.a), starts.get(pair.b)
    if a is None or b is None:
        return False
    items = problem.items
    return a < b + items[pair.b].duration_months and b < a + items[pair.a].duration_months


def breakdown(problem: Problem, starts: Starts) -> Breakdown:
    """Return the parts of the objective of a plan; ids that the problem does not know count nothing."""
    planned = [(p, starts[p.id]) for p in problem.projects if p.id in starts]
    return Breakdown(
        value=sum((Fraction(p.value) for p, _ in planned), Fraction(0)),
        waiting=sum((waiting(problem, p, s) for p, s in planned), Fraction(0)),
        season=sum((season(problem, p, s) for p, s in planned), Fraction(0)),
        savings=sum((Fraction(x.saving) for x in problem.pairs if overlap(problem, x, starts)), Fraction(0)),
    )


def total(problem: Problem, starts: Starts) -> Fraction:
    """Return the objective of a plan."""
    return breakdown(problem, starts).total
