"""What later parts add to the page of a project, as `registry.panels` does for the file of a community.

Planning knows none of them. Each part says so once, in its AppConfig.ready(); a panel is loaded with the person's eyes.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from jiugai.accounts.actor import Actor
from jiugai.accounts.permissions import Permission, may
from jiugai.planning.models import Project

Column = Literal["left", "middle", "right"]


@dataclass(frozen=True)
class ProjectLook:
    """Which project is looked at, by whom, on which day."""

    project: Project
    actor: Actor
    on: date


Load = Callable[[ProjectLook], Mapping[str, Any] | None]


@dataclass(frozen=True)
class _Panel:
    key: str
    order: int
    template: str
    load: Load
    column: Column
    permission: Permission | None


_panels: dict[str, _Panel] = {}


def project_panel(
    key: str,
    order: int,
    template: str,
    load: Load,
    *,
    column: Column = "middle",
    permission: Permission | None = None,
) -> None:
    """Show `template` on the page of a project, lower orders first; nothing when `load` returns None.

    The template gets what `load` returned as `p`, beside `project` and `actor`. A key given again replaces the panel.
    """
    _panels[key] = _Panel(key, order, template, load, column, permission)


def panels_of(look: ProjectLook) -> dict[str, list[dict[str, Any]]]:
    """Load the panels that the person may see, by column."""
    found: dict[str, list[dict[str, Any]]] = {"left": [], "middle": [], "right": []}
    for one in sorted(_panels.values(), key=lambda p: (p.order, p.key)):
        if one.permission is not None and not may(look.actor, one.permission, look.project):
            continue
        context = one.load(look)
        if context is not None:
            found[one.column].append({"template": one.template, "p": context})
    return found
