"""The section `project` of `domain.facts.Facts`: the project in question of each community (policy.providers)."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta

from django.db.models import Count, Q
from django.utils.timezone import localdate

from jiugai.domain.calendar import WorkCalendar
from jiugai.domain.clock import left
from jiugai.domain.facts import Opinion, ProjectFacts
from jiugai.domain.process import Unit
from jiugai.domain.projects import Inclusion, is_central
from jiugai.matters.clocks import calendar
from jiugai.planning.models import MassWork, Objection, PlannerOpinion, Project, ProjectCommunity
from jiugai.planning.queries.pledges import tallies
from jiugai.registry.models import Community


def load_project_facts(communities: Sequence[int], on: date) -> dict[int, ProjectFacts]:
    """Return the facts of each community, in a constant number of queries.

    The project in question is the one that has not begun; without one, the last that was not given up. Pledges and mass
    work belong to the community and are there before any project.
    """
    projects = in_question(communities)
    central = _central(communities)
    pledges = tallies(communities)
    visits, objections = _visits(communities), _objections(communities)
    opinions = _opinions([project.pk for project in projects.values()], on)
    found = {}
    for key in communities:
        project = projects.get(key)
        found[key] = ProjectFacts(
            ref=project.code if project else "",
            kind=project.kind if project else "",
            items=tuple(project.items) if project else None,
            state=project.state if project else "",
            lead=project.lead.name if project and project.lead else "",
            lead_is_housing=True if project else None,  # the database takes no other (T06-2)
            cost_yuan=project.cost_yuan if project else None,
            works_area_m2=project.works_area_m2 if project else None,
            energy_saving=project.type.energy_saving if project else None,
            opinions=tuple(opinions.get(project.pk, ())) if project else (),
            pledge=pledges[key].facts(),
            visits=visits.get(key, 0),
            objections_open=objections.get(key, 0),
            dual_inclusion=_dual(project, central.get(key)),
        )
    return found


def in_question(communities: Sequence[int]) -> dict[int, Project]:
    """Return the project in question of each community: one that has not begun, else the last not given up."""
    links = (
        ProjectCommunity.objects.filter(community__in=communities)
        .exclude(project__state__in=["exited", "withdrawn"])
        .select_related("project__lead")
        .order_by("waiting", "pk")
    )
    return {link.community_id: link.project for link in links}


def _central(communities: Sequence[int]) -> dict[int, bool | None]:
    rows = Community.objects.filter(pk__in=communities).values_list("pk", "ownership_group", "ownership_classes")
    return {key: is_central(group, classes) for key, group, classes in rows}


def _dual(project: Project | None, central: bool | None) -> bool | None:
    """Central property needs both lists; what is not central needs none, so that nothing is missing there."""
    if central is False:
        return True
    if project is None or central is None:
        return None
    return Inclusion(project.city_plan, project.central_plan).both


def _visits(communities: Sequence[int]) -> dict[int, int]:
    rows = MassWork.objects.filter(community__in=communities, kind=MassWork.Kind.VISIT, withdrawn_at__isnull=True)
    return dict(rows.order_by().values_list("community").annotate(n=Count("pk")))


def _objections(communities: Sequence[int]) -> dict[int, int]:
    rows = Objection.objects.filter(community__in=communities).order_by().values_list("community")
    return dict(rows.annotate(n=Count("pk", filter=Q(closed_on__isnull=True))))


def _opinions(projects: Sequence[int], on: date) -> dict[int, list[Opinion]]:
    """Load the opinions of projects in one query; one whose time has run out counts as lapsed until it is given."""
    rows = PlannerOpinion.objects.filter(project__in=projects).exclude(stage="stopped")
    working, found = calendar(), defaultdict[int, list[Opinion]](list)
    for row in rows.select_related("owner", "assignee").order_by("pk"):
        given = None if row.closed_at is None else localdate(row.closed_at)
        state = row.stage if given else "lapsed" if _is_late(row, on) else "asked"
        by = str(row.assignee or row.owner or "")
        taken = _taken(row, given or on, working)
        found[row.project_id].append(Opinion(row.at, state, by, given, row.number, taken, row.role, row.edition))
    return found


def _is_late(row: PlannerOpinion, on: date) -> bool:
    return row.suspended_on is None and row.due_on is not None and row.due_on < on


def _taken(row: PlannerOpinion, day: date, working: WorkCalendar) -> int | None:
    """Count the working days taken: the term less what is left, and the due date knows of every stop."""
    if row.due_on is None or row.clock_days is None:
        return None
    until = row.suspended_on - timedelta(days=1) if row.suspended_on else day
    return max(0, row.clock_days - left(until, row.due_on, Unit.WORKING, working))
