"""Which body of a district decides a step, and which can watch a site."""

from django.db.models import Q, QuerySet

from jiugai.accounts.models import Organisation
from jiugai.domain.approvals import Owner
from jiugai.planning.models import Project

Kind = Organisation.Kind


def owner_of(owner: Owner, project: Project) -> Organisation | None:
    """Return the body: the district's department by its usual names, else the district's government, else the lead.

    The government's office hands on what belongs to a department that is not on record.
    """
    if owner is Owner.HOUSING:
        return project.lead
    here = Organisation.objects.filter(area__level="district", area__path=_district(project))
    named = Q()
    for part in owner.names:
        named |= Q(name__contains=part)
    department = here.filter(named, kind=Kind.DISTRICT_DEPARTMENT).order_by("pk").first() if owner.names else None
    return department or here.filter(kind=Kind.DISTRICT_GOVERNMENT).order_by("pk").first() or project.lead


def _district(project: Project) -> str:
    codes = project.area_path.strip("/").split("/")
    return f"/{'/'.join(codes[:2])}/"


def who_may_watch(project: Project) -> QuerySet[Organisation]:
    """Return the bodies of the street and the district that may watch a site by their duty (T20-6)."""
    kinds = (Kind.STREET, Kind.DISTRICT_DEPARTMENT, Kind.DISTRICT_GOVERNMENT)
    rows = Organisation.objects.filter(kind__in=kinds, area__path__in=_above(project))
    return rows.order_by("-kind", "name")


def _above(project: Project) -> list[str]:
    codes = project.area_path.strip("/").split("/")
    return [f"/{'/'.join(codes[:n])}/" for n in range(1, len(codes) + 1)]
