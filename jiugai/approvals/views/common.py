"""What the views of a project share: finding it."""

from django.http import HttpRequest

from jiugai.accounts.guard import actor_of, find
from jiugai.planning.models import Project


def project_of(request: HttpRequest, pk: int) -> Project:
    """Return the project in the person's scope, or 404."""
    rows = Project.objects.select_related("community__area", "lead", "organiser", "implementer")
    return find(rows, actor_of(request), pk=pk)
