"""Compiled loops of the search: simulated annealing by heat baths, limits as penalties that harden.

The energy of a plan is its points less, for each limit, slope x what is used above it. One move takes an item out and
draws its start (or staying out) anew, by the weights exp(energy / heat) of all its starts at once: sums over the months
give them in a few steps each. A bundle is drawn as a whole. The slopes begin near the prices of the bound and grow
until nothing above a limit pays any more; then a plan inside all limits is left (docs/planner.md).
"""

from typing import NamedTuple

import numpy as np

from jiugai.domain.planning.compiled import compiled
from jiugai.domain.planning.lists import Lists
from jiugai.domain.planning.tables import Floats, Ints

NOT = -1e18


class Load(NamedTuple):
    """What the present plan uses: whole numbers, money scaled."""

    start: Ints  # N, -1 out
    city: Ints  # Y
    money: Ints  # D x Y
    area: Ints  # D x T
    slot: Ints  # S x T
    ratio: Ints  # Y, must stay >= 0


class Slopes(NamedTuple):
    """Points lost for each unit above a limit."""

    city: Floats  # Y
    money: Floats  # D x Y
    area: Floats  # D x T
    slot: Floats  # S x T
    ratio: Floats  # Y


class Scratch(NamedTuple):
    """Room for one move."""

    sums: Floats  # T+1
    bonus: Floats  # T+1
    energy: Floats  # T
    months: Ints  # Y


@compiled
def put(x: Lists, u: Load, i: int, s: int, sign: int) -> None:
    """Put item i in at start s (sign 1) or take it out (-1)."""
    d, k = x.district[i], x.street[i]
    for m in range(s, s + x.duration[i]):
        u.slot[k, m] += sign
        u.area[d, m] += sign * x.area[i]
        u.city[x.year[m]] += sign * x.city_unit[i]
        u.money[d, x.year[m]] += sign * x.district_unit[i]
    u.ratio[x.year[s]] += sign * x.ratio[i]
    u.start[i] = s if sign > 0 else -1


@compiled
def fill(x: Lists, u: Load, start: Ints) -> None:
    """Put every planned item into an empty load."""
    for i in range(len(start)):
        if start[i] >= 0:
            put(x, u, i, start[i], 1)


@compiled
def over(used: int, adds: int, limit: int) -> int:
    """Return how much more stands above the limit when `adds` comes to `used`."""
    return max(0, used + adds - limit) - max(0, used - limit)


@compiled
def money_loss(x: Lists, u: Load, c: Slopes, i: int, s: int, months: Ints) -> float:
    """Return what putting item i at s loses to the yearly limits."""
    months[:] = 0
    for m in range(s, s + x.duration[i]):
        months[x.year[m]] += 1
    d, loss = x.district[i], 0.0
    for y in range(x.year[s], x.year[s + x.duration[i] - 1] + 1):
        loss += c.city[y] * over(u.city[y], months[y] * x.city_unit[i], x.city_limit[y])
        loss += c.money[d, y] * over(u.money[d, y], months[y] * x.district_unit[i], x.district_limit[d, y])
    return loss


@compiled
def weigh_starts(x: Lists, u: Load, c: Slopes, i: int, w: Scratch) -> None:
    """Set the energy of every allowed start of item i (which is out now), in the order of its entries."""
    d, k, n, months = x.district[i], x.street[i], x.duration[i], len(x.year)
    for m in range(months):
        w.sums[m + 1] = (
            w.sums[m]
            + c.slot[k, m] * over(u.slot[k, m], 1, x.most_active[k])
            + c.area[d, m] * over(u.area[d, m], x.area[i], x.capacity[d])
        )
    pair_bonus(x, u, i, w)
    lo = x.first[i]
    for e in range(lo, x.first[i + 1]):
        s = x.at[e]
        energy = x.gain[e] - (w.sums[s + n] - w.sums[s]) + w.bonus[s]
        if x.city_unit[i] or x.district_unit[i]:
            energy -= money_loss(x, u, c, i, s, w.months)
        if x.ratio[i]:
            y = x.year[s]
            energy -= c.ratio[y] * (max(0, -u.ratio[y] - x.ratio[i]) - max(0, -u.ratio[y]))
        w.energy[e - lo] = energy


@compiled
def pair_bonus(x: Lists, u: Load, i: int, w: Scratch) -> None:
    """Set the savings that item i would earn at each start."""
    months = len(x.year)
    w.bonus[:] = 0.0
    for q in range(x.near_first[i], x.near_first[i + 1]):
        other = x.near[q]
        s = u.start[other]
        if s >= 0:
            w.bonus[max(0, s - x.duration[i] + 1)] += x.near_saving[q]
            w.bonus[min(months, s + x.duration[other])] -= x.near_saving[q]
    for m in range(months):
        w.bonus[m + 1] += w.bonus[m]


@compiled
def draw(energy: Floats, count: int, alone: float, heat: float) -> int:
    """Draw one of `count` energies or, with weight by `alone`, none (-1)."""
    top = alone
    for k in range(count):
        top = max(top, energy[k])
    z = np.exp((alone - top) / heat)
    for k in range(count):
        if energy[k] - top > -30 * heat:
            z += np.exp((energy[k] - top) / heat)
    z *= np.random.random()
    z -= np.exp((alone - top) / heat)
    if z <= 0 and alone > NOT:
        return -1
    last = -1
    for k in range(count):
        if energy[k] - top > -30 * heat:
            z -= np.exp((energy[k] - top) / heat)
            last = k
            if z <= 0:
                break
    return last


@compiled
def redraw(x: Lists, u: Load, c: Slopes, i: int, heat: float, w: Scratch) -> float:
    """Draw the start of a lone item, or of a bundle's member within its year; return the change of energy."""
    lo, count, s = x.first[i], x.first[i + 1] - x.first[i], u.start[i]
    member = x.bundle[i] >= 0
    if count == 0 or (member and s < 0):
        return 0.0
    if s >= 0:
        put(x, u, i, s, -1)
    weigh_starts(x, u, c, i, w)
    before = 0.0
    for k in range(count):
        if x.at[lo + k] == s:
            before = w.energy[k]
        if member and x.year[x.at[lo + k]] != x.year[s]:
            w.energy[k] = NOT
    k = draw(w.energy, count, NOT if x.must[i] or member else 0.0, heat)
    if k < 0:
        return -before
    put(x, u, i, x.at[lo + k], 1)
    return float(w.energy[k] - before)


@compiled
def take_out(x: Lists, u: Load, c: Slopes, i: int, w: Scratch) -> float:
    """Take an item out; return the change of energy."""
    s = u.start[i]
    put(x, u, i, s, -1)
    weigh_starts(x, u, c, i, w)
    for e in range(x.first[i], x.first[i + 1]):
        if x.at[e] == s:
            return float(-w.energy[e - x.first[i]])
    return 0.0


@compiled
def redraw_bundle(x: Lists, u: Load, c: Slopes, g: int, heat: float, w: Scratch, old: Ints) -> float:
    """Move a whole bundle to a drawn year or out, by Metropolis; return the change of energy."""
    lo, hi = x.member_first[g], x.member_first[g + 1]
    change = 0.0
    for q in range(lo, hi):
        old[q - lo] = u.start[x.member[q]]
        if old[q - lo] >= 0:
            change += take_out(x, u, c, x.member[q], w)
    years = x.year[-1] + 1
    y = np.random.randint(0, years if x.must[x.member[lo]] else years + 1)
    if y < years:
        for q in range(lo, hi):
            change += _into_year(x, u, c, x.member[q], y, heat, w)
    missing = x.must[x.member[lo]] and old[0] < 0 and change > NOT / 2
    if missing or change >= 0 or np.random.random() < np.exp(change / heat):
        return change
    for q in range(lo, hi):
        move_to(x, u, x.member[q], old[q - lo])
    return 0.0


@compiled
def move_to(x: Lists, u: Load, i: int, s: int) -> None:
    """Bring item i to start s, or out (-1)."""
    if u.start[i] >= 0:
        put(x, u, i, u.start[i], -1)
    if s >= 0:
        put(x, u, i, s, 1)


@compiled
def _into_year(x: Lists, u: Load, c: Slopes, i: int, y: int, heat: float, w: Scratch) -> float:
    weigh_starts(x, u, c, i, w)
    lo, count = x.first[i], x.first[i + 1] - x.first[i]
    found = False
    for k in range(count):
        if x.year[x.at[lo + k]] != y:
            w.energy[k] = NOT
        else:
            found = True
    if not found:
        return NOT
    k = draw(w.energy, count, NOT, heat)
    put(x, u, i, x.at[lo + k], 1)
    return float(w.energy[k])


@compiled
def partner(x: Lists, u: Load, pool: Ints, first: Ints, i: int) -> int:
    """Draw a planned lone item of the same district, now and then of any; -1 if none is met."""
    d = x.district[i]
    lo, hi = first[d], first[d + 1]
    if np.random.random() < 0.1 or hi <= lo:
        lo, hi = 0, len(pool)
    for _ in range(8):
        j = pool[np.random.randint(lo, hi)]
        if j != i and u.start[j] >= 0 and x.bundle[j] < 0 and x.area[j] > 0:
            return int(j)
    return -1


@compiled
def exchange(x: Lists, u: Load, c: Slopes, i: int, j: int, heat: float, w: Scratch) -> float:
    """Take both items out, draw i and then j anew; keep it by Metropolis; return the change of energy."""
    a, b = u.start[i], u.start[j]
    change = take_out(x, u, c, j, w)
    if a >= 0:
        change += take_out(x, u, c, i, w)
    else:
        weigh_starts(x, u, c, i, w)
    for item in (i, j):
        if item == j:
            weigh_starts(x, u, c, j, w)
        k = draw(w.energy, x.first[item + 1] - x.first[item], NOT if x.must[item] else 0.0, heat)
        if k >= 0:
            change += w.energy[k]
            put(x, u, item, x.at[x.first[item] + k], 1)
    if change >= 0 or np.random.random() < np.exp(change / heat):
        return change
    move_to(x, u, i, -1)
    move_to(x, u, j, b)
    move_to(x, u, i, a)
    return 0.0


@compiled
def sweep(
    x: Lists, u: Load, c: Slopes, pool: Ints, first: Ints, heat: float, swaps: float, moves: int, w: Scratch
) -> float:
    """Make some moves with the items of the pool (by district, whole bundles); return the change of energy."""
    change = 0.0
    old = np.zeros(len(x.member) + 1, np.int64)
    for _ in range(moves):
        i = pool[np.random.randint(0, len(pool))]
        g = x.bundle[i]
        if g >= 0 and (u.start[i] < 0 or np.random.random() < 0.3):
            if x.first[i] < x.first[i + 1]:
                change += redraw_bundle(x, u, c, g, heat, w, old)
        elif g < 0 and x.area[i] > 0 and np.random.random() < swaps:
            j = partner(x, u, pool, first, i)
            if j >= 0:
                change += exchange(x, u, c, i, j, heat, w)
        else:
            change += redraw(x, u, c, i, heat, w)
    return change


@compiled
def sow(seed: int) -> None:
    """Seed the compiled generator of this thread."""
    np.random.seed(seed)


@compiled
def points(x: Lists, start: Ints) -> float:
    """Return the points of a plan."""
    total = 0.0
    for i in range(len(start)):
        for e in range(x.first[i], x.first[i + 1]):
            if x.at[e] == start[i]:
                total += x.gain[e]
    for e in range(len(x.saving)):
        a, b = x.ends[e, 0], x.ends[e, 1]
        sa, sb = start[a], start[b]
        if sa >= 0 and sb >= 0 and sa < sb + x.duration[b] and sb < sa + x.duration[a]:
            total += x.saving[e]
    return total


@compiled
def inside(x: Lists, u: Load) -> bool:
    """Whether the plan keeps every limit and has every must: whole numbers, so exact."""
    for i in range(len(u.start)):
        if x.must[i] and u.start[i] < 0:
            return False
    for y in range(len(u.city)):
        if u.city[y] > x.city_limit[y] or u.ratio[y] < 0:
            return False
    return below(u.money, x.district_limit) and under(u.area, x.capacity) and under(u.slot, x.most_active)


@compiled
def below(used: Ints, limit: Ints) -> bool:
    """Whether no number stands above its limit."""
    for d in range(used.shape[0]):
        for y in range(used.shape[1]):
            if used[d, y] > limit[d, y]:
                return False
    return True


@compiled
def under(used: Ints, limit: Ints) -> bool:
    """Whether no number of a row stands above the row's limit."""
    for d in range(used.shape[0]):
        for m in range(used.shape[1]):
            if used[d, m] > limit[d]:
                return False
    return True


@compiled
def excess(x: Lists, u: Load, c: Slopes) -> float:
    """Return what the plan loses above the limits."""
    loss = 0.0
    for y in range(len(u.city)):
        loss += c.city[y] * max(0, u.city[y] - x.city_limit[y]) + c.ratio[y] * max(0, -u.ratio[y])
        for d in range(u.money.shape[0]):
            loss += c.money[d, y] * max(0, u.money[d, y] - x.district_limit[d, y])
    for m in range(len(x.year)):
        for d in range(u.area.shape[0]):
            loss += c.area[d, m] * max(0, u.area[d, m] - x.capacity[d])
        for k in range(u.slot.shape[0]):
            loss += c.slot[k, m] * max(0, u.slot[k, m] - x.most_active[k])
    return loss
