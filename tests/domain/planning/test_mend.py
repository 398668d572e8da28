"""An annealing that ends above a limit is mended, not lost."""

import numpy as np

from jiugai.domain.planning import anneal, check
from jiugai.domain.planning.bounds import Dual
from jiugai.domain.planning.cooling import AGAIN
from jiugai.domain.planning.mend import mend
from jiugai.domain.planning.search import Search
from jiugai.domain.planning.tables import tables
from tests.domain.planning.small import document, project, read, work


def tangled():
    """Return a problem where a bundle overfills its street, but carries the ratio that others need."""
    pair = [
        project(f"B{k}", bundle="B", basic_class=True, seismic_energy=True, kind="comprehensive_energy", value=90,
                duration_months=4)
        for k in range(2)
    ]  # fmt: skip
    plain = [project(f"P{k}", street="D2", basic_class=True, kind="single_item", value=5) for k in range(3)]
    streets = [{"code": "D1", "district": "D", "max_active": 2}, {"code": "D2", "district": "D", "max_active": 9}]
    jobs = [work(f"W{k}", earliest=0, latest_start=0, duration_months=4) for k in range(2)]
    return read(document(projects=pair + plain, works=jobs, streets=streets, months=4))


def test_a_plan_above_two_limits_that_block_each_other_is_mended():
    problem = tangled()
    t = tables(problem)
    search = Search(Dual(t), 1)
    u = search.load(np.zeros(t.count, np.int64))
    assert not anneal.inside(search.x, u)
    assert mend(search, u, AGAIN, lambda: False)
    assert check(problem, t.starts(u.start)) == []
    assert "B0" not in t.starts(u.start)


def test_mending_stops_when_told():
    t = tables(tangled())
    search = Search(Dual(t), 1)
    u = search.load(np.zeros(t.count, np.int64))
    assert not mend(search, u, AGAIN, lambda: True)
