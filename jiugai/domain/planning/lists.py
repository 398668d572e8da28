"""The arrays of the problem as sparse lists for compiled code: allowed starts of each item, ends of each pair."""

from typing import NamedTuple

import numpy as np

from jiugai.domain.planning.tables import Bools, Floats, Ints, Tables


class Lists(NamedTuple):
    """One problem for the compiled loops. N items, A allowed (item, start) entries, E pairs, B bundles."""

    year: Ints  # T
    first: Ints  # N+1: the entries of item i are first[i]..first[i+1]
    at: Ints  # A: start month of an entry
    gain: Floats  # A
    duration: Ints  # N
    area: Ints  # N
    district: Ints  # N
    street: Ints  # N
    city_unit: Ints  # N
    district_unit: Ints  # N
    ratio: Ints  # N
    must: Ints  # N: 1 where the item may not stay out
    bundle: Ints  # N, -1 without
    member_first: Ints  # B+1
    member: Ints  # items in the order of bundles
    ends: Ints  # E x 2
    saving: Floats  # E
    near_first: Ints  # N+1
    near: Ints  # 2E: the other end
    near_saving: Floats  # 2E
    city_limit: Ints  # Y
    district_limit: Ints  # D x Y
    capacity: Ints  # D
    most_active: Ints  # S


def lists(t: Tables) -> Lists:
    """Return the sparse lists of a problem."""
    rows, at = np.nonzero(t.allowed)
    first = np.concatenate([[0], np.cumsum(t.allowed.sum(axis=1))]).astype(np.int64)
    possible: Bools = np.asarray(t.allowed.any(axis=1))
    keep = (possible[t.pairs[:, 0]] & possible[t.pairs[:, 1]]) if len(t.pairs) else np.zeros(0, bool)
    ends, saving = t.pairs[keep], t.saving[keep]
    near_first, near, near_saving = _neighbours(t.count, ends, saving)
    sizes = [len(group) for group in t.members]
    return Lists(
        year=t.year, first=first, at=at.astype(np.int64), gain=t.gain[rows, at], duration=t.duration, area=t.area,
        district=t.district, street=t.street, city_unit=t.city_unit, district_unit=t.district_unit, ratio=t.ratio,
        must=t.must.astype(np.int64), bundle=t.bundle,
        member_first=np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64),
        member=np.concatenate([np.zeros(0, np.int64), *t.members]),
        ends=ends.reshape(-1, 2), saving=saving, near_first=near_first, near=near, near_saving=near_saving,
        city_limit=t.city_limit, district_limit=t.district_limit, capacity=t.capacity, most_active=t.most_active,
    )  # fmt: skip


def _neighbours(count: int, ends: Ints, saving: Floats) -> tuple[Ints, Ints, Floats]:
    here, there = np.concatenate([ends[:, 0], ends[:, 1]]), np.concatenate([ends[:, 1], ends[:, 0]])
    order = np.argsort(here, kind="stable")
    first = np.concatenate([[0], np.cumsum(np.bincount(here, minlength=count))]).astype(np.int64)
    return first, there[order], np.concatenate([saving, saving])[order]
