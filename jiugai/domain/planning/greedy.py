"""A first plan as a spreadsheet makes it: works and musts first, then the best value for money, as early as it fits.

Plain Python on purpose: it needs no compiled code, so that even one second is enough for a plan.
"""

from collections.abc import Callable

import numpy as np

from jiugai.domain.planning.tables import Ints, Tables


class Board:
    """A plan that stays inside every limit but the ratio, with what is left of each."""

    def __init__(self, t: Tables) -> None:
        self.t = t
        self.chosen: Ints = np.full(t.count, -1, np.int64)
        months = t.months
        self.city = t.city_limit.copy()
        self.money = t.district_limit.copy()
        self.area = np.repeat(t.capacity[:, None], months, axis=1)
        self.slots = np.repeat(t.most_active[:, None], months, axis=1)
        self.ratio = np.zeros(len(t.city_limit), np.int64)
        self._counts: dict[tuple[int, int], Ints] = {}

    def counts(self, start: int, duration: int) -> Ints:
        """Months of [start, start + duration) in each year."""
        key = (start, duration)
        if key not in self._counts:
            self._counts[key] = np.bincount(self.t.year[start : start + duration], minlength=len(self.city))
        return self._counts[key]

    def fits(self, row: int, start: int) -> bool:
        """Whether the item may start then beside what is planned."""
        t, end = self.t, start + int(self.t.duration[row])
        if self.slots[t.street[row], start:end].min() < 1:
            return False
        if row >= t.projects:
            return True
        if self.area[t.district[row], start:end].min() < t.area[row]:
            return False
        count = self.counts(start, end - start)
        return bool(
            (count * t.city_unit[row] <= self.city).all()
            and (count * t.district_unit[row] <= self.money[t.district[row]]).all()
        )

    def put(self, row: int, start: int, sign: int = 1) -> None:
        """Put the item in (1) or take it out (-1)."""
        t, end = self.t, start + int(self.t.duration[row])
        self.slots[t.street[row], start:end] -= sign
        self.area[t.district[row], start:end] -= sign * t.area[row]
        count = self.counts(start, end - start)
        self.city -= sign * count * t.city_unit[row]
        self.money[t.district[row]] -= sign * count * t.district_unit[row]
        self.ratio[t.year[start]] += sign * t.ratio[row]
        self.chosen[row] = start if sign > 0 else -1

    def starts(self, row: int, year: int | None = None) -> Ints:
        """Allowed starts, best first, all or of one year."""
        t = self.t
        mask = t.allowed[row] if year is None else t.allowed[row] & (t.year == year)
        found = np.flatnonzero(mask)
        return found[np.argsort(-t.gain[row, found], kind="stable")]

    def place(self, group: Ints, *, keep_ratio: bool) -> bool:
        """Place a project or a whole bundle (in one start year), or nothing."""
        years = range(len(self.city)) if len(group) > 1 else (None,)
        return any(self._place_in(group, year, keep_ratio=keep_ratio) for year in years)

    def _place_in(self, group: Ints, year: int | None, *, keep_ratio: bool) -> bool:
        done: list[tuple[int, int]] = []
        for row in map(int, group):
            wanted = (int(s) for s in self.starts(row, year) if self.fits(row, int(s)))
            if len(group) == 1 and keep_ratio:
                wanted = (s for s in wanted if self._ratio_after(row, s) >= 0 or self.t.ratio[row] >= 0)
            start = next(wanted, None)
            if start is None:
                break
            self.put(row, start)
            done.append((row, start))
        short = keep_ratio and bool(self.t.ratio[group].sum() < 0 and (self.ratio < 0).any())
        if len(done) == len(group) and not short:
            return True
        for row, start in reversed(done):
            self.put(row, start, -1)
        return False

    def _ratio_after(self, row: int, start: int) -> int:
        return int(self.ratio[self.t.year[start]] + self.t.ratio[row])


def groups(t: Tables) -> list[Ints]:
    """Bundles, and projects and works that stand alone."""
    return [*t.members, *(np.array([row]) for row in np.flatnonzero(t.bundle < 0))]


def greedy(t: Tables, should_stop: Callable[[], bool] = lambda: False) -> Board:
    """Return a greedy plan: it may miss musts or the ratio where that is hard; `holds` tells."""
    board, every = Board(t), groups(t)
    freedom = t.allowed.sum(axis=1)
    first = [g for g in every if t.must[g].any()]
    for group in sorted(first, key=lambda g: (int(freedom[g].min()), -int(t.area[g].sum()))):
        board.place(group, keep_ratio=False)
    rest = [g for g in every if not t.must[g].any() and freedom[g].min() > 0]
    worth = {id(g): float(t.gain[g].max(axis=1).sum()) / (1 + float(_cost(t, g))) for g in rest}
    # seismic projects first where the musts alone break the ratio, then the best value for money
    for group in sorted(rest, key=lambda g: -worth[id(g)]):
        if (board.ratio < 0).any() and t.ratio[group].sum() > 0:
            board.place(group, keep_ratio=False)
    for group in sorted(rest, key=lambda g: -worth[id(g)]):
        if should_stop():
            break
        if board.chosen[group[0]] < 0:
            board.place(group, keep_ratio=True)
    return board


def holds(board: Board) -> bool:
    """Whether the plan has every must and keeps the ratio."""
    return bool((board.chosen[board.t.must] >= 0).all() and (board.ratio >= 0).all())


def _cost(t: Tables, group: Ints) -> int:
    return int(((t.city_unit[group] + t.district_unit[group]) * t.duration[group]).sum()) // t.scale
