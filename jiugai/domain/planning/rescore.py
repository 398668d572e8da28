"""Move one bar, know objective and violations at once: the constraint functions, on what the move touches."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from jiugai.domain.planning import constraints, objective
from jiugai.domain.planning.constraints import SHARED, Violation
from jiugai.domain.planning.problem import Item, Problem, Project
from jiugai.domain.planning.usage import Key, Usage


@dataclass(frozen=True)
class Score:
    """A plan's objective and broken constraints, and what the last move changed of the objective."""

    objective: Fraction
    change: Fraction
    violations: tuple[Violation, ...]

    @property
    def feasible(self) -> bool:
        """Whether nothing is broken."""
        return not self.violations


class Rescorer:
    """Keeps a plan's score while single starts change; `move(id, None)` takes an item out.

    A move costs a fraction of a millisecond whatever the size of the instance, because only the limits that the item
    touches are judged again. Starts outside the horizon are kept as violations, as `check` does.
    """

    def __init__(self, problem: Problem, starts: Mapping[str, int]) -> None:
        self.problem = problem
        self.starts: dict[str, int] = {}
        self._usage = Usage(problem)
        self._broken: dict[object, list[Violation]] = {}
        self._good: dict[str, int] = {}
        self._objective = Fraction(0)
        for item in problem.items.values():
            self._judge_item(item)
        for ident, start in starts.items():
            self._place(problem.items[ident], start)
        self._rejudge(set(self._usage.used), set(problem.bundles))

    @property
    def score(self) -> Score:
        """The score as it stands."""
        return self._score(Fraction(0))

    def move(self, ident: str, start: int | None) -> Score:
        """Set, change or remove (None) the start of one item; return the new score."""
        before, item = self._objective, self.problem.items[ident]
        touched = self._remove(item)
        if start is not None:
            touched |= self._place(item, start)
        bundle = item.bundle if isinstance(item, Project) else None
        self._rejudge(touched, {bundle} if bundle else set())
        return self._score(self._objective - before)

    def preview(self, ident: str, start: int | None) -> Score:
        """Return what `move` would give, and leave the plan as it is."""
        back = self.starts.get(ident)
        score = self.move(ident, start)
        self.move(ident, back)
        return score

    def _score(self, change: Fraction) -> Score:
        return Score(self._objective, change, tuple(v for found in self._broken.values() for v in found))

    def _place(self, item: Item, start: int) -> set[Key]:
        self.starts[item.id] = start
        self._judge_item(item)
        if constraints.horizon(item, start, self.problem.months):
            return set()
        self._good[item.id] = start
        self._objective += self._points(item)
        return self._usage.add(item, start)

    def _remove(self, item: Item) -> set[Key]:
        self.starts.pop(item.id, None)
        touched = set[Key]()
        if item.id in self._good:
            self._objective -= self._points(item)
            touched = self._usage.add(item, self._good.pop(item.id), -1)
        self._judge_item(item)
        return touched

    def _points(self, item: Item) -> Fraction:
        pairs = self.problem.pairs_of.get(item.id, ())
        saved = [Fraction(p.saving) for p in pairs if objective.overlap(self.problem, p, self._good)]
        return objective.gain(self.problem, item, self._good[item.id]) + sum(saved, Fraction(0))

    def _judge_item(self, item: Item) -> None:
        self._note(item.id, constraints.item_violations(self.problem, item, self.starts.get(item.id)))

    def _rejudge(self, keys: set[Key], bundles: set[str]) -> None:
        for key in keys:
            found = SHARED[key[0]](self.problem, self._usage, key)
            self._note(key, [found] if found else [])
        for name in bundles:
            members = self.problem.bundles[name]
            self._note(("bundle", name), constraints.bundle(name, members, self._good, self.problem.months))

    def _note(self, about: object, found: list[Violation]) -> None:
        if found:
            self._broken[about] = found
        else:
            self._broken.pop(about, None)
