"""Which body does what on a project."""

from jiugai.accounts.models import Organisation
from jiugai.planning.models import Project
from jiugai.works.models.site import SiteFirm

# Where nobody is recorded for a duty, the next of the line has it.
LINES = {
    "contractor": ("contractor", "implementer", "organiser", "lead"),
    "supervisor": ("supervisor", "lead"),
    "implementer": ("implementer", "organiser", "lead"),
    "organiser": ("organiser", "lead"),
    "lead": ("lead",),
}


def firms_of(project: Project) -> dict[str, SiteFirm]:
    """Return the firms at work now by their duty. One query."""
    rows = SiteFirm.objects.filter(project=project, until__isnull=True).select_related("firm")
    return {row.duty: row for row in rows}


def body_for(project: Project, duty: str) -> Organisation | None:
    """Return the body that answers for a duty on a project; None when not even the lead is known."""
    firms = firms_of(project)
    for one in LINES[duty]:
        found = firms[one].firm if one in firms else getattr(project, one, None)
        if found is not None:
            body: Organisation = found
            return body
    return None
