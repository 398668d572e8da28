"""What the ranking says a project is worth to the planner: its points, for each of its households."""

from collections.abc import Mapping, Sequence
from datetime import date

from jiugai.domain.ranking import Scored, score
from jiugai.planning.actions.ranking import weights_of, weights_on
from jiugai.planning.models import Project, ProjectInput
from jiugai.planning.queries.ranking_inputs import inputs_of, shares_of
from jiugai.policy import figures

FULL = 10_000


def values_of_ranks(projects: Sequence[Project], on: date) -> Mapping[int, int]:
    """Return points > 0 by project: score (0 … 100) × households ÷ 100, counted now, in a constant number of queries.

    Without dated figures for the arithmetic nothing is ranked.
    """
    shares = shares_of(figures.current(), on)
    if shares is None:
        return {}
    homes = dict(ProjectInput.objects.filter(project__in=projects).values_list("project", "households"))
    weights = weights_of(weights_on(on))
    scored = [score(one, weights, shares) for one in inputs_of(projects, on)]
    return {one.project: _value(one, homes.get(one.project)) for one in scored}


def _value(one: Scored, households: int | None) -> int:
    """Count a project of which nothing is known as one point, so that it is planned last and not left out."""
    return max(1, round(one.low * (households or 1) / FULL))
