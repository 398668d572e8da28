"""What the pages of the roster show and offer."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q

from jiugai.accounts.actor import Actor
from jiugai.accounts.models import Area, Organisation, User
from jiugai.accounts.roles import Role
from jiugai.accounts.scope import within
from jiugai.planning.models import GuideMark, Planner, PlannerTerm, PlannerTraining, Project


@dataclass(frozen=True)
class PlannerShown:
    """The page of a planner."""

    terms: list[dict[str, Any]]
    trainings: list[PlannerTraining]
    hours: int
    projects: list[Project]
    marks: int


def show_planner(planner: Planner, *, on: date) -> PlannerShown:
    """Load the page in a constant number of queries."""
    terms = list(PlannerTerm.objects.filter(planner=planner).select_related("street").defer("street__boundary"))
    trainings = list(PlannerTraining.objects.filter(planner=planner))
    here = [term.street.path for term in terms if _runs(term, on)]
    projects = list(Project.objects.filter(within(tuple(here))).order_by("-pk")[:50]) if here else []
    return PlannerShown(
        terms=[_row(term, on) for term in sorted(terms, key=lambda t: (t.valid.lower, t.pk), reverse=True)],
        trainings=trainings,
        hours=sum(t.hours for t in trainings),
        projects=projects,
        marks=GuideMark.objects.filter(by_name=planner.name, project__in=projects).count(),
    )


def _runs(term: PlannerTerm, on: date) -> bool:
    return bool(term.valid.lower <= on and (term.valid.upper is None or on < term.valid.upper))


def _row(term: PlannerTerm, on: date) -> dict[str, Any]:
    upper = term.valid.upper
    last = None if upper is None else date.fromordinal(upper.toordinal() - 1)
    state = "now" if _runs(term, on) else "later" if term.valid.lower > on else "past"
    return {"term": term, "from": term.valid.lower, "to": last, "state": state, "open": state != "past"}


def streets_of(planner: Planner) -> Any:
    """Return the planner's district, for its chief planner, and its streets."""
    levels = (Area.Level.DISTRICT, Area.Level.STREET)
    rows = Area.objects.filter(level__in=levels, path__startswith=planner.area_path)
    return rows.defer("boundary").order_by("level", "name")


def choices_for(actor: Actor) -> dict[str, Any]:
    """Return what the form of a planner offers: districts, companies and city bodies, people with the role."""
    areas = Area.objects.filter(level=Area.Level.DISTRICT).defer("boundary").order_by("code")
    if not actor.sees_all:
        areas = areas.filter(within(actor.paths, "path")) if actor.paths else areas.none()
    kinds = [Organisation.Kind.COMPANY, Organisation.Kind.CITY_DEPARTMENT]
    planners = User.objects.get_queryset().filter(Q(memberships__role=Role.PLANNER), is_active=True)
    return {
        "areas": areas,
        "bodies": Organisation.objects.filter(kind__in=kinds).order_by("kind", "name"),
        "users": planners.distinct().order_by("display_name"),
    }
