"""The kind 现场问题: rectified with evidence by the contractor, looked at again by who supervises (T20-1)."""

from collections.abc import Mapping
from typing import Any

from jiugai.accounts.permissions import Permission
from jiugai.domain.process import Clock, Move, Process, Stage, document, filled
from jiugai.matters.kinds import KindOf, register
from jiugai.web.tables.columns import Column
from jiugai.web.tables.filters import Choice, equals
from jiugai.works.kinds._shared import PROJECT, owned_by, page_of, prepared
from jiugai.works.models import SiteFinding
from jiugai.works.models.site import FIELDS, Origin, Severity

CHECK = Permission.SITE_CHECK.value
PROCESS = Process(
    kind="site_finding",
    label="现场问题",
    stages=(
        Stage("found", "待整改", Clock(5, clause="T20-1"), tag="bad"),
        Stage("rectified", "待复查", Clock(3, clause="T20-1"), tag="run"),
        Stage("closed", "已闭合", end=True, tag="ok"),
        Stage("dismissed", "不属实", end=True, tag="na"),
    ),
    moves=(
        Move("rectify", "整改完成", ("found",), "rectified",
             needs=(document("整改照片"), filled("measures", "整改措施"), filled("rectified_on", "整改完成日期")),
             announces="finding_rectified", icon="tool"),
        Move("close", "复查通过", ("rectified",), "closed", CHECK,
             needs=(document("复查照片"), filled("rechecked_on", "复查日期")),
             announces="finding_closed", result="已闭合", icon="check"),
        Move("again", "复查未通过", ("rectified",), "found", CHECK, reason_required=True, free=True,
             announces="finding_raised", icon="arrow-back-up"),
        Move("dismiss", "不属实", ("found",), "dismissed", "matter.assign", reason_required=True, free=True,
             announces="finding_closed", result="不属实", icon="ban"),
    ),
    opens="finding_raised",
)  # fmt: skip


def _title(values: Mapping[str, Any], community: Any) -> str:
    return f"{dict(FIELDS).get(values.get('field', ''), '现场')}：{values.get('place', '')}"


def _urgent(finding: Any) -> None:
    """What is major is urgent."""
    finding.priority = "urgent" if finding.severity == Severity.MAJOR else finding.priority


FIRST = ("project", "field", "severity", "place", "found_on", "works_stopped", "detail")
COLUMNS = (
    PROJECT,
    Column(key="field", label="方面", value=lambda f: f.get_field_display(), width=10),
    Column(key="severity", label="程度", value=lambda f: f.get_severity_display(), width=10),
    Column(key="origin", label="来源", value=lambda f: f.get_origin_display(), width=10),
    Column(key="place", label="具体位置", value=lambda f: f.place, width=18, default=False),
    Column(key="found", label="发现日期", value=lambda f: f.found_on, kind="date", default=False),
)
FILTERS = (
    Choice(name="field", label="方面", main=True, options=equals("field", FIELDS)),
    Choice(name="severity", label="程度", options=equals("severity", Severity.choices)),
    Choice(name="origin", label="来源", options=equals("origin", Origin.choices)),
)


def declare() -> None:
    """Make the kind known."""
    register(
        SiteFinding,
        KindOf(
            process=PROCESS,
            form_fields=FIRST,
            edit_fields=(*FIRST[1:], "measures", "rectified_on", "rechecked_on"),
            list_columns=COLUMNS,
            filters=FILTERS,
            clauses=("T20-1",),
            line="renovation",
            icon="alert-triangle",
            unit="处",
            point=True,
            opens=Permission.SITE_CHECK,
            title=_title,
            owner=owned_by("contractor"),
            remarks="写清位置；整改完成要附整改照片，复查要附复查照片",
            page=page_of("site", "项目的现场"),
            prepare=prepared(
                built=False, new=_urgent, found_on="发现日期", rectified_on="整改完成日期", rechecked_on="复查日期"
            ),
        ),
    )  # fmt: skip
