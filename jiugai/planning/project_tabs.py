"""The pages of one project as one row of tabs: each part names its own, and a project is one file to its reader."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from jiugai.accounts.actor import Actor
from jiugai.accounts.permissions import Permission, may
from jiugai.planning.models import Project


@dataclass(frozen=True)
class _Tab:
    code: str
    label: str
    view: str
    order: int
    permission: Permission
    shown: Callable[[Project], bool]


_tabs: dict[str, _Tab] = {}


def project_tab(
    code: str,
    label: str,
    view: str,
    order: int,
    permission: Permission,
    *,
    shown: Callable[[Project], bool] = lambda _project: True,
) -> None:
    """Add a page to the tabs of a project, lower orders first; `view` names an address with the project's key."""
    _tabs[code] = _Tab(code, label, view, order, permission, shown)


def tabs_of(project: Project, actor: Actor, current: str) -> list[dict[str, Any]]:
    """Return the pages of this project that the person may open, in the order of the work."""
    return [
        {"label": tab.label, "url": reverse(tab.view, args=[project.pk]), "current": tab.code == current}
        for tab in sorted(_tabs.values(), key=lambda one: one.order)
        if tab.shown(project) and may(actor, tab.permission, project)
    ]
