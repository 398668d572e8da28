"""Compiled loops of the Lagrangian bound: every shared limit has a price, every pair is a small problem of its own.

For prices z >= 0 and messages mu (one number for each pair, end and start) the points of no plan exceed

    sum of prices x limits + sum over items and bundles of their best priced start + sum over pairs of their best
    joint start with mu added (docs/planner.md)

The `soft_` loops give the gradient of the same with softened maxima, the `hard_` loops the bound.
"""

from typing import NamedTuple

import numpy as np

from jiugai.domain.planning.compiled import compiled_fast
from jiugai.domain.planning.lists import Lists
from jiugai.domain.planning.tables import Floats, Ints

LOWEST = -1e300


class Prices(NamedTuple):
    """Prices of the limits, in points for one kyuan, square metre, slot and ratio unit; also used for their use."""

    city: Floats  # Y
    money: Floats  # D x Y
    area: Floats  # D x T
    slot: Floats  # S x T
    ratio: Floats  # Y


class Sums(NamedTuple):
    """Prices summed over the months before each month."""

    city: Floats  # T+1
    money: Floats  # D x T+1
    area: Floats  # D x T+1
    slot: Floats  # S x T+1


@compiled_fast
def prefix(p: Prices, year: Ints, out: Sums) -> None:
    """Sum the prices over the months."""
    months = len(year)
    for m in range(months):
        y = year[m]
        out.city[m + 1] = out.city[m] + p.city[y]
        for d in range(p.money.shape[0]):
            out.money[d, m + 1] = out.money[d, m] + p.money[d, y]
            out.area[d, m + 1] = out.area[d, m] + p.area[d, m]
        for k in range(p.slot.shape[0]):
            out.slot[k, m + 1] = out.slot[k, m] + p.slot[k, m]


@compiled_fast
def priced(x: Lists, unit: Floats, p: Prices, s: Sums, theta: Floats) -> None:
    """Set theta: the points of every entry less what it takes at the prices. unit: 2 x N money of a month."""
    for i in range(len(x.duration)):
        n, d, k = x.duration[i], x.district[i], x.street[i]
        for e in range(x.first[i], x.first[i + 1]):
            a = x.at[e]
            b = a + n
            theta[e] = (
                x.gain[e]
                - unit[0, i] * (s.city[b] - s.city[a])
                - unit[1, i] * (s.money[d, b] - s.money[d, a])
                - x.area[i] * (s.area[d, b] - s.area[d, a])
                - (s.slot[k, b] - s.slot[k, a])
                + x.ratio[i] * p.ratio[x.year[a]]
            )


@compiled_fast
def send(x: Lists, mu_first: Ints, mu: Floats, theta: Floats) -> None:
    """Take the messages of the pairs off theta."""
    for e in range(len(x.saving)):
        for end in range(2):
            base = x.first[x.ends[e, end]]
            start = mu_first[2 * e + end]
            for k in range(mu_first[2 * e + end + 1] - start):
                theta[base + k] -= mu[start + k]


@compiled_fast
def soft_item(x: Lists, i: int, theta: Floats, tau: float, p: Floats) -> None:
    """Set p of one lone item: the softened choice among its starts and staying out."""
    lo, hi = x.first[i], x.first[i + 1]
    top = LOWEST if x.must[i] else 0.0
    for e in range(lo, hi):
        top = max(top, theta[e])
    z = 0.0 if x.must[i] else np.exp(-top / tau)
    for e in range(lo, hi):
        p[e] = np.exp((theta[e] - top) / tau)
        z += p[e]
    for e in range(lo, hi):
        p[e] /= z


@compiled_fast
def soft_year(x: Lists, i: int, y: int, theta: Floats, tau: float) -> float:
    """Return the softened best of an item among the starts of one year."""
    top = LOWEST
    for e in range(x.first[i], x.first[i + 1]):
        if x.year[x.at[e]] == y:
            top = max(top, theta[e])
    if top == LOWEST:
        return LOWEST
    z = 0.0
    for e in range(x.first[i], x.first[i + 1]):
        if x.year[x.at[e]] == y:
            z += np.exp((theta[e] - top) / tau)
    return float(top + tau * np.log(z))


@compiled_fast
def soft_bundle(x: Lists, g: int, theta: Floats, tau: float, p: Floats) -> None:
    """Set p of the members of one bundle: one start year for all, or all out."""
    years = x.year[-1] + 1
    lo, hi = x.member_first[g], x.member_first[g + 1]
    best = np.zeros((hi - lo + 1, years))
    for k in range(hi - lo):
        for y in range(years):
            best[k, y] = soft_year(x, x.member[lo + k], y, theta, tau)
            best[hi - lo, y] += best[k, y]
    whole = best[hi - lo]
    top = whole.max() if x.must[x.member[lo]] else max(0.0, whole.max())
    z = np.exp((whole - top) / tau).sum() + (0.0 if x.must[x.member[lo]] else np.exp(-top / tau))
    for k in range(hi - lo):
        i = x.member[lo + k]
        for e in range(x.first[i], x.first[i + 1]):
            y = x.year[x.at[e]]
            p[e] = np.exp((whole[y] - top) / tau) / z * np.exp((theta[e] - best[k, y]) / tau)


@compiled_fast
def soft_choice(x: Lists, theta: Floats, tau: float, p: Floats) -> None:
    """Set p of all items."""
    for i in range(len(x.duration)):
        if x.bundle[i] < 0:
            soft_item(x, i, theta, tau, p)
    for g in range(len(x.member_first) - 1):
        if x.first[x.member[x.member_first[g]]] < x.first[x.member[x.member_first[g]] + 1]:
            soft_bundle(x, g, theta, tau, p)


@compiled_fast
def weigh(x: Lists, i: int, mu: Floats, start: int, tau: float, dense: Floats, sums: Floats) -> float:
    """Spread exp(mu / tau) of one end over the months; return the weight of staying out (0 of a must)."""
    lo, hi = x.first[i], x.first[i + 1]
    top = LOWEST if x.must[i] else 0.0
    for k in range(hi - lo):
        top = max(top, mu[start + k])
    dense[:] = 0.0
    for k in range(hi - lo):
        dense[x.at[lo + k]] = np.exp((mu[start + k] - top) / tau)
    for m in range(len(dense)):
        sums[m + 1] = sums[m] + dense[m]
    return 0.0 if x.must[i] else np.exp(-top / tau)


@compiled_fast
def soft_pair(x: Lists, e: int, mu_first: Ints, mu: Floats, tau: float, dense: Floats, sums: Floats, g: Floats) -> None:
    """Add to g the softened joint choice of one pair (g is the gradient by mu)."""
    months = dense.shape[1]
    out = np.zeros(2)
    for end in range(2):
        out[end] = weigh(x, x.ends[e, end], mu, mu_first[2 * e + end], tau, dense[end], sums[end])
    c0 = np.exp(-x.saving[e] / tau)
    alone = (out[0] + sums[0, months]) * (out[1] + sums[1, months])
    joint = 0.0
    n0, n1 = x.duration[x.ends[e, 0]], x.duration[x.ends[e, 1]]
    for m in range(months):
        if dense[0, m] > 0:
            joint += dense[0, m] * (sums[1, min(months, m + n0)] - sums[1, max(0, m - n1 + 1)])
    z = c0 * alone + (1 - c0) * joint
    if not z > 1e-280:
        return
    for end in range(2):
        mine, other = x.duration[x.ends[e, end]], x.duration[x.ends[e, 1 - end]]
        whole = out[1 - end] + sums[1 - end, months]
        base, start = x.first[x.ends[e, end]], mu_first[2 * e + end]
        for k in range(mu_first[2 * e + end + 1] - start):
            m = x.at[base + k]
            meets = sums[1 - end, min(months, m + mine)] - sums[1 - end, max(0, m - other + 1)]
            g[start + k] += dense[end, m] * (c0 * whole + (1 - c0) * meets) / z


@compiled_fast
def pairs_gradient(x: Lists, mu_first: Ints, mu: Floats, tau: float, p: Floats, g: Floats) -> None:
    """Set g: the softened joint choices of the pairs less the choices p of their items."""
    dense, sums = np.zeros((2, len(x.year))), np.zeros((2, len(x.year) + 1))
    for e in range(len(x.saving)):
        soft_pair(x, e, mu_first, mu, tau, dense, sums, g)
        for end in range(2):
            base, start = x.first[x.ends[e, end]], mu_first[2 * e + end]
            for k in range(mu_first[2 * e + end + 1] - start):
                g[start + k] -= p[base + k]


@compiled_fast
def use(x: Lists, unit: Floats, p: Floats, out: Prices) -> None:
    """Add what the choices p take of each limit to `out` (of the ratio: less what they give)."""
    months = len(x.year)
    area, slot = np.zeros((out.area.shape[0], months + 1)), np.zeros((out.slot.shape[0], months + 1))
    money, city = np.zeros((out.area.shape[0], months + 1)), np.zeros(months + 1)
    for i in range(len(x.duration)):
        n, d, k = x.duration[i], x.district[i], x.street[i]
        for e in range(x.first[i], x.first[i + 1]):
            a = x.at[e]
            w = p[e]
            slot[k, a] += w
            slot[k, a + n] -= w
            area[d, a] += w * x.area[i]
            area[d, a + n] -= w * x.area[i]
            money[d, a] += w * unit[1, i]
            money[d, a + n] -= w * unit[1, i]
            city[a] += w * unit[0, i]
            city[a + n] -= w * unit[0, i]
            out.ratio[x.year[a]] -= w * x.ratio[i]
    _collect(x.year, city, money, area, slot, out)


@compiled_fast
def _collect(year: Ints, city: Floats, money: Floats, area: Floats, slot: Floats, out: Prices) -> None:
    run = 0.0
    for m in range(len(year)):
        run += city[m]
        out.city[year[m]] += run
    for d in range(area.shape[0]):
        run, paid = 0.0, 0.0
        for m in range(len(year)):
            run += area[d, m]
            out.area[d, m] += run
            paid += money[d, m]
            out.money[d, year[m]] += paid
    for k in range(slot.shape[0]):
        run = 0.0
        for m in range(len(year)):
            run += slot[k, m]
            out.slot[k, m] += run


@compiled_fast
def hard_items(x: Lists, theta: Floats, out: Floats) -> None:
    """Set the best of every lone item, and of every bundle at its first member."""
    out[:] = 0.0
    for i in range(len(x.duration)):
        if x.bundle[i] < 0:
            top = LOWEST if x.must[i] else 0.0
            for e in range(x.first[i], x.first[i + 1]):
                top = max(top, theta[e])
            out[i] = top
    for g in range(len(x.member_first) - 1):
        out[x.member[x.member_first[g]]] = _hard_bundle(x, g, theta)


@compiled_fast
def _hard_bundle(x: Lists, g: int, theta: Floats) -> float:
    lo, hi = x.member_first[g], x.member_first[g + 1]
    top = LOWEST if x.must[x.member[lo]] else 0.0
    for y in range(x.year[-1] + 1):
        whole = 0.0
        for k in range(lo, hi):
            i = x.member[k]
            best = LOWEST
            for e in range(x.first[i], x.first[i + 1]):
                if x.year[x.at[e]] == y:
                    best = max(best, theta[e])
            whole += best
        top = max(top, whole)
    return top


@compiled_fast
def hard_pairs(x: Lists, mu_first: Ints, mu: Floats, out: Floats) -> None:
    """Set the best joint choice of every pair."""
    dense = np.empty((2, len(x.year)))
    for e in range(len(x.saving)):
        alone = 0.0
        for end in range(2):
            i, start = x.ends[e, end], mu_first[2 * e + end]
            dense[end, :] = LOWEST
            top = LOWEST if x.must[i] else 0.0
            for k in range(mu_first[2 * e + end + 1] - start):
                dense[end, x.at[x.first[i] + k]] = mu[start + k]
                top = max(top, mu[start + k])
            alone += top
        out[e] = max(alone, _joint(dense, x.duration[x.ends[e, 0]], x.duration[x.ends[e, 1]]) + x.saving[e])


@compiled_fast
def _joint(dense: Floats, n0: int, n1: int) -> float:
    best = LOWEST
    for a in range(dense.shape[1]):
        if dense[0, a] > LOWEST:
            for b in range(max(0, a - n1 + 1), min(dense.shape[1], a + n0)):
                best = max(best, dense[0, a] + dense[1, b])
    return best


@compiled_fast
def adam(z: Floats, g: Floats, m: Floats, v: Floats, rate: float, step: int, floor: float) -> None:
    """Move z against the gradient g by Adam's rule, not below `floor`."""
    c1, c2 = 1 - 0.9**step, 1 - 0.95**step
    for k in range(len(z)):
        m[k] = 0.9 * m[k] + 0.1 * g[k]
        v[k] = 0.95 * v[k] + 0.05 * g[k] * g[k]
        z[k] = max(floor, z[k] - rate * (m[k] / c1) / (np.sqrt(v[k] / c2) + 1e-9))
