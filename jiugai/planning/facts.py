"""The section `project` of `domain.facts.Facts`: the project in question of each community (policy.providers)."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from django.db.models import Count, Q

from jiugai.domain.facts import Opinion, ProjectFacts
from jiugai.domain.projects import Inclusion, is_central
from jiugai.planning.models import MassWork, Objection, Project, ProjectCommunity
from jiugai.planning.queries.pledges import tallies
from jiugai.registry.models import Community


def load_project_facts(communities: Sequence[int], on: date) -> dict[int, ProjectFacts]:
    """Return the facts of each community, in a constant number of queries.

    The project in question is the one that has not begun; without one, the last that was not given up. Pledges and mass
    work belong to the community and are there before any project.
    """
    projects = _in_question(communities)
    central = _central(communities)
    pledges = tallies(communities)
    visits, objections = _visits(communities), _objections(communities)
    opinions = _opinions([project.pk for project in projects.values()])
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


def _in_question(communities: Sequence[int]) -> dict[int, Project]:
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


def _opinions(projects: Sequence[int]) -> dict[int, list[Opinion]]:
    return defaultdict(list)
