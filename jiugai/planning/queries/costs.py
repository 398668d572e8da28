"""What the menus say of projects to the planner: money in thousand yuan, months, season and year."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from jiugai.domain.menu.costing import THOUSAND_YUAN
from jiugai.planning.models import Project, ProjectMenu


@dataclass(frozen=True)
class ProjectCost:
    """A project's cost and time from its menu.

    `district_cost` and `city_cost` are thousand yuan rounded up, `fen` the exact sums (district, city, other).
    `complete` is False while a chosen line has no amount; `provisional` marks rates without an approval.
    """

    project: int
    district_cost: int
    city_cost: int
    fen: tuple[int, int, int]
    duration_months: int | None
    outdoor: bool
    same_year: bool
    complete: bool
    provisional: bool


def project_costs(projects: Sequence[Project]) -> dict[int, ProjectCost]:
    """Return the cost of each project that has a menu, in one query; the others are left out, never guessed."""
    by_key = {project.pk: project for project in projects}
    return {
        menu.project_id: _cost(menu, by_key[menu.project_id]) for menu in ProjectMenu.objects.filter(project__in=by_key)
    }


def _cost(menu: ProjectMenu, project: Project) -> ProjectCost:
    return ProjectCost(
        project=project.pk,
        district_cost=ceil(menu.district_fen / THOUSAND_YUAN),
        city_cost=ceil(menu.city_fen / THOUSAND_YUAN),
        fen=(menu.district_fen, menu.city_fen, menu.other_fen),
        duration_months=menu.months,
        outdoor=menu.outdoor,
        same_year=project.type.same_year,
        complete=menu.missing == 0 and menu.months is not None,
        provisional=menu.rates_provisional,
    )
