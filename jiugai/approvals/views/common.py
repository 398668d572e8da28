"""What the views of a project share: finding it, doing something with a form, the tabs between its pages."""

from typing import Any, TypeVar

from django.http import HttpRequest

from jiugai.accounts.guard import actor_of, find
from jiugai.domain.projects import Family
from jiugai.planning.models import Project

T = TypeVar("T")


def project_of(request: HttpRequest, pk: int) -> Project:
    """Return the project in the person's scope, or 404."""
    rows = Project.objects.select_related("community__area", "lead", "organiser", "implementer")
    return find(rows, actor_of(request), pk=pk)


def tabs(project: Project, current: str) -> list[dict[str, Any]]:
    """Return the pages of a project for the tabs."""
    home = f"/projects/{project.pk}/"
    pages = [
        ("project", "项目", home),
        ("design", "方案和意见", f"{home}design/"),
        ("approvals", "审批和招标", f"{home}approvals/"),
    ]
    if project.type.family is Family.REBUILD:
        pages.append(("rebuild", "改建", f"{home}rebuild/"))
    return [{"label": label, "url": url, "current": code == current} for code, label, url in pages]
