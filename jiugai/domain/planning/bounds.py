"""The Lagrangian bound: prices by steps on softened maxima, the bound by hard ones with a margin for rounding."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from jiugai.domain.planning import dual
from jiugai.domain.planning.dual import LOWEST, Prices, Sums
from jiugai.domain.planning.lists import lists
from jiugai.domain.planning.tables import Floats, Ints, Tables

MARGIN = 1e-9
TAU, RATE = (0.05, 0.0015), (0.1, 0.0001)


def joined(t: Tables) -> Ints:
    """Return a region for each district: districts with a bundle or pair between them share one."""
    region = np.arange(len(t.capacity))
    links = [t.district[group] for group in t.members] + ([t.district[t.pairs].T] if len(t.pairs) else [])
    edges = np.concatenate([np.stack([d[:-1], d[1:]]) if d.ndim == 1 else d for d in links], axis=1) if links else None
    for a, b in edges.T[edges[0] != edges[1]] if edges is not None else ():
        region[region == region[b]] = region[a]
    return region


@dataclass
class Layout:
    """Where each kind of price stands in one long vector."""

    months: int
    years: int
    districts: int
    streets: int

    @property
    def size(self) -> int:
        """Number of prices."""
        return 2 * self.years + self.districts * (self.years + self.months) + self.streets * self.months

    def split(self, z: Floats) -> Prices:
        """Return views into the vector."""
        y, d, t, s = self.years, self.districts, self.months, self.streets
        cuts = np.cumsum([0, y, d * y, d * t, s * t, y])
        a, b, c, e, f = (z[cuts[k] : cuts[k + 1]] for k in range(5))
        return Prices(a, b.reshape(d, y), c.reshape(d, t), e.reshape(s, t), f)


class Dual:
    """The dual problem of one instance: its best prices so far and their bound."""

    def __init__(self, t: Tables) -> None:
        self.t, self.x = t, lists(t)
        self.layout = Layout(t.months, len(t.city_limit), len(t.capacity), len(t.most_active))
        self.unit: Floats = t.unit_low / t.scale
        self.limit = self._limits()
        self.size = self._sizes()
        x = self.x
        counts = (x.first[1:] - x.first[:-1])[x.ends.reshape(-1)]
        self.mu_first: Ints = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        self.z: Floats = np.zeros(self.layout.size)
        self.mu: Floats = np.zeros(int(self.mu_first[-1]))
        self.best = np.inf
        self.best_z, self.best_mu = self.z.copy(), self.mu.copy()
        self.theta: Floats = np.zeros(len(x.at))
        self.p: Floats = np.zeros(len(x.at))
        self.of_item: Floats = np.zeros(t.count)
        self.of_pair: Floats = np.zeros(len(x.saving))
        self.moments = [np.zeros_like(v) for v in (self.z, self.z, self.mu, self.mu)]
        self.step = 0
        worth = t.gain[t.allowed]
        self.mean = float(np.abs(worth[worth != 0]).mean()) if (worth != 0).any() else 1.0

    def _limits(self) -> Floats:
        out = np.zeros(self.layout.size)
        p, t = self.layout.split(out), self.t
        p.city[:], p.money[:] = t.city_limit / t.scale, t.district_limit / t.scale
        p.area[:], p.slot[:] = t.capacity[:, None], t.most_active[:, None]
        return out

    def _sizes(self) -> Floats:
        """A usual amount taken from each limit, so that all prices are alike in points."""
        out = np.ones(self.layout.size)
        p, t, n = self.layout.split(out), self.t, max(1, self.t.projects)
        whole = self.unit * t.duration
        p.city[:] = max(1.0, whole[0].sum() / n)
        for d in range(len(t.capacity)):
            mine = (t.district == d) & (t.area > 0)
            if mine.any():
                p.money[d], p.area[d] = max(1.0, whole[1, mine].mean()), t.area[mine].mean()
        p.ratio[:] = max(1.0, float(np.abs(t.ratio).sum()) / n)
        return out

    def net(self, z: Floats) -> Floats:
        """Return the points of every entry less its use at the prices, without messages."""
        self.price(z, np.zeros_like(self.mu))
        return self.theta.copy()

    def price(self, z: Floats, mu: Floats) -> None:
        """Set theta at the prices and messages."""
        lay, months = self.layout, self.t.months
        p = lay.split(z / self.size)
        sums = Sums(
            np.zeros(months + 1), *(np.zeros((k, months + 1)) for k in (lay.districts, lay.districts, lay.streets))
        )
        dual.prefix(p, self.x.year, sums)
        dual.priced(self.x, self.unit, p, sums, self.theta)
        dual.send(self.x, self.mu_first, mu, self.theta)

    def bound(self, z: Floats, mu: Floats) -> float:
        """Return the proven bound of prices and messages, with a margin above every rounding error."""
        self.price(z, mu)
        dual.hard_items(self.x, self.theta, self.of_item)
        dual.hard_pairs(self.x, self.mu_first, mu, self.of_pair)
        limits = (z / self.size) * self.limit
        terms = np.abs(limits).sum() + np.abs(self.of_item).sum() + np.abs(self.of_pair).sum() + self.x.saving.sum()
        return float(limits.sum() + self.of_item.sum() + self.of_pair.sum() + MARGIN * (1 + terms))

    def regions(self) -> tuple[Floats, Ints]:
        """Split the best bound by region (districts that bundles or pairs join); return parts and region of district.

        The city's own part, prices of city money times its budget, is left out.
        """
        region = joined(self.t)
        self.bound(self.best_z, self.best_mu)
        paid = self.layout.split((self.best_z / self.size) * self.limit)
        of_street = np.zeros(self.layout.streets, np.int64)
        of_street[self.t.street] = self.t.district
        parts = np.bincount(region, paid.money.sum(axis=1) + paid.area.sum(axis=1), minlength=len(region))
        parts += np.bincount(region[of_street], paid.slot.sum(axis=1), minlength=len(region))
        parts += np.bincount(region[self.t.district], self.of_item, minlength=len(region))
        parts += np.bincount(region[self.t.district[self.x.ends[:, 0]]], self.of_pair, minlength=len(region))
        return parts.astype(np.float64), region

    def gradient(self, tau: float) -> tuple[Floats, Floats]:
        """Return the gradient of the softened bound by prices and messages."""
        self.price(self.z, self.mu)
        dual.soft_choice(self.x, self.theta, tau, self.p)
        used, g = np.zeros(self.layout.size), np.zeros(len(self.mu))
        dual.use(self.x, self.unit, self.p, self.layout.split(used))
        dual.pairs_gradient(self.x, self.mu_first, self.mu, tau, self.p, g)
        return (self.limit - used) / self.size, g

    def walk(
        self,
        steps: int,
        tau: tuple[float, float] = TAU,
        rate: tuple[float, float] = RATE,
        *,
        every: int = 25,
        stop: Callable[[float], bool] = lambda bound: False,
    ) -> None:
        """Take gradient steps while temperature and rate fall from first to last; keep the best prices.

        `stop(best bound)` is asked now and then.
        """  # fmt: skip
        for k in range(steps):
            share = k / max(1, steps - 1)
            self.step += 1
            gz, gm = self.gradient(self.mean * tau[0] * (tau[1] / tau[0]) ** share)
            pace = self.mean * rate[0] * (rate[1] / rate[0]) ** share
            dual.adam(self.z, gz, self.moments[0], self.moments[1], pace, self.step, 0.0)
            dual.adam(self.mu, gm, self.moments[2], self.moments[3], 0.1 * pace, self.step, LOWEST)
            if k % every == every - 1 or k == steps - 1:
                self.keep()
                if stop(self.best):
                    return

    def keep(self) -> float:
        """Evaluate the present prices; keep them if they are the best."""
        bound = self.bound(self.z, self.mu)
        if bound < self.best:
            self.best, self.best_z, self.best_mu = bound, self.z.copy(), self.mu.copy()
        return bound
