"""Mend a plan that an annealing left above a limit: take out what nobody demands, heat up the street, or go back there.

Two limits can block each other so that no single move frees them (a bundle overfills a street, but the ratio needs
it); without mending, one such street would cost the whole annealing.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from jiugai.domain.planning import anneal
from jiugai.domain.planning.anneal import Load
from jiugai.domain.planning.cooling import Pace, Stage
from jiugai.domain.planning.tables import Ints

if TYPE_CHECKING:
    from jiugai.domain.planning.search import Search

TRIES = 6
SWEEPS = 300
CALM = 60


def mend(search: "Search", u: Load, stages: tuple[Stage, ...], over: Callable[[], bool]) -> bool:
    """Bring the plan inside all limits, near what it is; say whether it is."""
    for attempt in range(TRIES):
        wrong = _wrong(search, u, districts=attempt >= 3)
        if not wrong or over():
            break
        pool = _whole(search, wrong)
        rest = search.everything
        if attempt % 2 == 0:
            rest = np.setdiff1d(rest, _take_out(search, u, pool))
        elif attempt == TRIES - 1 and search.best is not None:
            _go_back(search, u, pool)
        else:
            search.anneal(u, pool, Pace(SWEEPS * len(pool)), stages, over)
        search.anneal(u, rest, Pace(CALM * len(rest)), stages[1:], over)
        _press(search, u, rest)
    return bool(anneal.inside(search.x, u))


def _take_out(search: "Search", u: Load, pool: Ints) -> Ints:
    """Take out planned items of the pool, the least worth first, until its streets are inside; return them."""
    t = search.t
    groups = {int(t.bundle[i]) if t.bundle[i] >= 0 else -2 - int(i) for i in pool if u.start[i] >= 0 and not t.must[i]}
    rows = [t.members[g] if g >= 0 else np.array([-2 - g]) for g in sorted(groups)]
    rows.sort(key=lambda group: float(search.worth[group].sum()))
    taken = [group for group in rows if _free(search, u, group)]
    return np.concatenate([np.zeros(0, np.int64), *taken])


def _free(search: "Search", u: Load, group: Ints) -> bool:
    """Take a lone item or bundle out if one of them stands where a limit is broken."""
    above = any(_above(search, u, int(i)) for i in group if u.start[i] >= 0)
    if above:
        for i in group:
            anneal.move_to(search.x, u, int(i), -1)
    return above


def _above(search: "Search", u: Load, i: int) -> bool:
    """Whether an item stands where a limit is broken (of the city's: anywhere)."""
    t, s = search.t, int(u.start[i])
    d, k, span = t.district[i], t.street[i], slice(s, s + int(t.duration[i]))
    years = t.year[span]
    return bool(
        (u.slot[k, span] > t.most_active[k]).any()
        or (t.area[i] > 0 and (u.area[d, span] > t.capacity[d]).any())
        or (u.money[d, years] > t.district_limit[d, years]).any()
        or (u.city[years] > t.city_limit[years]).any()
    )


def _wrong(search: "Search", u: Load, *, districts: bool) -> set[int]:
    """Rows in streets (or whole districts) above a limit; all rows where a limit of the city is broken."""
    t = search.t
    streets = {int(k) for k in np.flatnonzero((u.slot > t.most_active[:, None]).any(axis=1))}
    streets |= {int(k) for k in t.street[t.must & (u.start < 0)]}
    bad = {int(d) for d in np.argwhere(u.area > t.capacity[:, None])[:, 0]}
    bad |= {int(d) for d in np.argwhere(u.money > t.district_limit)[:, 0]}
    if districts:
        bad |= {int(d) for d in t.district[np.isin(t.street, list(streets))]}
    city = (u.city > t.city_limit).any() or (u.ratio < 0).any()
    if city and not (streets or bad):
        return set(range(t.count))
    rows = np.isin(t.street, list(streets)) | np.isin(t.district, list(bad))
    return {int(i) for i in np.flatnonzero(rows)}


def _whole(search: "Search", wrong: set[int]) -> Ints:
    """Rows that can start at all, with all members of their bundles."""
    t = search.t
    bundles = {int(t.bundle[i]) for i in wrong if t.bundle[i] >= 0}
    rows = wrong.union(*(map(int, t.members[g]) for g in bundles))
    return np.array([i for i in search.everything if int(i) in rows], np.int64)


def _go_back(search: "Search", u: Load, pool: Ints) -> None:
    """Take the rows of the pool back to where the best plan has them."""
    if search.best is not None:
        for row in pool:
            anneal.move_to(search.x, u, int(row), int(search.best[row]))


def _press(search: "Search", u: Load, pool: Ints) -> None:
    """Let nothing above a limit pay."""
    if len(pool):
        search.sweep(u, pool, search.slopes(1e6, 1e6), 1e-5, 6 * len(pool), swaps=0.3)
