"""The planner: which projects of the pool, in which months, under budgets, capacity, streets and the 20 % share.

    from jiugai.domain.planning import load, parse, solve, check, total, Rescorer

    problem.py      the problem, frozen and validated          reading.py     the file format, faults in words
    constraints.py  each constraint: scores and explains       objective.py   the points, exactly
    rescore.py      one moved bar, at once                     usage.py       what a plan uses of each limit
    solve.py        problem -> Result                          result.py      plan, bound, gap, trace
    explain.py      why in, why out, what would change it    clash.py       why there is no plan at all
    wording.py      all of it in Chinese sentences           feasibility.py the oracle behind clashes
    tables.py, greedy.py, …  the machinery under solve (docs/planner.md)

Pure Python, no Django, no database, no I/O but `load`.
"""

from jiugai.domain.planning.constraints import CONSTRAINTS, Violation, check
from jiugai.domain.planning.months import Months
from jiugai.domain.planning.objective import breakdown, total
from jiugai.domain.planning.problem import District, Pair, Problem, Project, Street, Work
from jiugai.domain.planning.reading import BadInstance, Fault, load, parse
from jiugai.domain.planning.rescore import Rescorer, Score
from jiugai.domain.planning.result import Progress, Result, Status
from jiugai.domain.planning.solve import solve

__all__ = [
    "CONSTRAINTS", "BadInstance", "District", "Fault", "Months", "Pair", "Problem", "Progress", "Project", "Rescorer",
    "Result", "Score", "Status", "Street", "Violation", "Work", "breakdown", "check", "load", "parse", "solve", "total",
]  # fmt: skip
