"""The kind 现场检查: due by the rhythm of the site's risk grade, covers the four fields (T20-1, T20-2)."""

from collections.abc import Mapping
from typing import Any

from jiugai.accounts.permissions import Permission
from jiugai.domain.process import Move, Process, Stage, filled
from jiugai.matters.kinds import KindOf, register
from jiugai.web.tables.columns import Column
from jiugai.works.kinds._shared import PROJECT, owned_by, page_of, prepared
from jiugai.works.models import SiteCheck
from jiugai.works.models.site import FIELDS

CHECK = Permission.SITE_CHECK.value
FOUR = (
    filled("safety", "施工安全"),
    filled("fire", "消防安全"),
    filled("green", "绿色施工"),
    filled("health", "疫情防控"),
)
PROCESS = Process(
    kind="site_check",
    label="现场检查",
    stages=(
        Stage("planned", "待检查", tag="soon"),
        Stage("done", "已检查", end=True, tag="ok"),
        Stage("dropped", "不再检查", end=True, tag="na"),
    ),
    moves=(
        Move("record", "登记检查", ("planned",), "done", CHECK,
             needs=(*FOUR, filled("checked_on", "检查日期"), filled("inspector", "检查人")),
             announces="site_checked", result="已检查", icon="clipboard-check"),
        Move("drop", "不再检查", ("planned",), "dropped", "matter.assign", reason_required=True, free=True, icon="ban"),
    ),
)  # fmt: skip


def _title(values: Mapping[str, Any], community: Any) -> str:
    return f"现场检查：{values['project']}"


def _result(name: str, label: str) -> Column:
    """Return the column of a field's result."""

    def value(check: Any) -> Any:
        return getattr(check, f"get_{name}_display")()

    return Column(key=name, label=label, value=value, blank="", default=False)


def declare() -> None:
    """Make the kind known."""
    register(
        SiteCheck,
        KindOf(
            process=PROCESS,
            form_fields=("project", "service", "due_on", "detail"),
            edit_fields=("detail", "service", "due_on", "safety", "fire", "green", "health", "checked_on", "inspector"),
            list_columns=(
                PROJECT,
                Column(key="checked", label="检查日期", value=lambda c: c.checked_on, kind="date", blank="没有检查"),
                Column(key="inspector", label="检查人", value=lambda c: c.inspector, blank=""),
                *(_result(name, label) for name, label in FIELDS),
            ),
            clauses=("T20-1", "T20-2"),
            line="renovation",
            icon="clipboard-check",
            unit="次",
            opens=Permission.SITE_CHECK,
            title=_title,
            owner=owned_by("supervisor"),
            remarks="检查日期到了会出现在监理或监管单位的待办里；手机上在项目的“现场”页登记更快",
            page=page_of("site", "项目的现场"),
            prepare=prepared(built=False, checked_on="检查日期"),
        ),
    )  # fmt: skip
