"""What matters add to the file of a community: the panel of open matters."""

from collections.abc import Mapping
from typing import Any

from jiugai.accounts.permissions import Permission
from jiugai.matters import kinds, showing
from jiugai.matters.models import Matter
from jiugai.registry import panels
from jiugai.registry.panels import Look

SHOWN = 6


def add_to_the_file() -> None:
    """Say so to the register."""
    panels.panel(
        "matters", "在办事项", 40, "matters/panel.html", open_matters, column="right", permission=Permission.MATTER_VIEW
    )


def open_matters(look: Look) -> Mapping[str, Any]:
    """Load the most pressing open matters of a community. One query, and the calendar's."""
    rows = Matter.objects.visible_to(look.actor).open().filter(community_id=look.community.pk)
    found = list(rows.select_related("owner").order_by("due_on", "pk")[: SHOWN + 1])
    lines = [(row, showing.time_tag(row), kinds.stage_label(row.kind, row.stage)) for row in found[:SHOWN]]
    return {"lines": lines, "more": len(found) > SHOWN, "url": f"/matters/?community={look.community.pk}&time=open"}
