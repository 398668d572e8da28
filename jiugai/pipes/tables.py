"""Pipeline jobs, boundary points and duties of companies as lists."""

from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from jiugai.accounts.permissions import Permission
from jiugai.domain.pipes import TRADES
from jiugai.pipes.models import BoundaryPoint, PipeJob, UtilityDuty
from jiugai.registry.filters import IDS, PLACES, PROVENANCE
from jiugai.registry.tables import place
from jiugai.web.parts import marks
from jiugai.web.tables.columns import Column
from jiugai.web.tables.filters import Choice, Dates, FilterSet, Option, Text, equals, flag
from jiugai.web.tables.table import Empty, Link, Table

VIEW = Permission.PIPES_VIEW
HEAVY = ("community__boundary", "community__search_text", "community__area__boundary",
         "community__area__parent__boundary", "community__area__parent__parent__boundary")  # fmt: skip


def _demo(row: Any) -> Any:
    return marks.demo() if row.provenance == "demo" else ""


def job_rows() -> QuerySet[PipeJob]:
    """Return the jobs with project and place."""
    rows = PipeJob.objects.select_related("plan__project", "community__area__parent__parent", "merged_into")
    return rows.defer("geom", "ground", *HEAVY)


job_filters = FilterSet(
    (
        Text(
            name="q",
            label="搜索",
            word=lambda w: Q(title__icontains=w) | Q(code__icontains=w) | Q(company__icontains=w),
            placeholder="名称、编号、专业公司",
        ),
        *PLACES,
        Choice(name="trade", label="专业", options=equals("trade", TRADES), main=True),
        Choice(name="lift", label="加装电梯", options=flag("for_lift", "因加装电梯改移", "其他")[:2], main=True),
        Choice(name="inside", label="红线", options=flag("inside", "红线内", "红线外")[:2]),
        Choice(
            name="accepted",
            label="验收",
            options=(
                Option("yes", "已验收", Q(accepted_on__isnull=False)),
                Option("no", "没有验收", Q(accepted_on__isnull=True)),
            ),
            main=True,
        ),
        Choice(
            name="merged",
            label="合并",
            options=(
                Option("yes", "已并入别的管线", Q(merged_into__isnull=False)),
                Option("no", "单独", Q(merged_into__isnull=True)),
            ),
        ),
        Dates(name="starts", label="开工", column="starts", is_time=False),
        PROVENANCE,
        IDS,
    )
)

JOBS = Table(
    key="pipes",
    title="管线改造",
    unit="项",
    name="pipejob",
    rows=job_rows,
    filters=job_filters,
    columns=(
        Column(
            key="title", label="管线", value=lambda j: j.title, lead=True, tag=_demo, width=26, second=lambda j: j.code
        ),
        Column(key="trade", label="专业", value=lambda j: j.get_trade_display(), sort="trade", width=10),
        Column(key="company", label="专业公司", value=lambda j: j.company, width=18),
        Column(key="project", label="项目", value=lambda j: j.plan.project.title, width=26),
        Column(key="starts", label="开工", value=lambda j: j.starts, kind="date", sort="starts"),
        Column(key="ends", label="完工", value=lambda j: j.ends, kind="date"),
        Column(key="accepted", label="验收", value=lambda j: j.accepted_on, kind="date", blank="没有验收"),
        Column(
            key="lift", label="加装电梯", value=lambda j: "因加装电梯改移" if j.for_lift else "", blank="", width=14
        ),
        Column(key="cost", label="费用", value=lambda j: j.cost_fen and j.cost_fen / 100, unit="元", kind="decimal"),
        Column(key="inside", label="红线", value=lambda j: "红线内" if j.inside else "红线外", default=False),
        Column(
            key="merged", label="并入", value=lambda j: j.merged_into and j.merged_into.code, blank="", default=False
        ),
        Column(key="area", label="辖区", value=lambda j: place(j.community), sort="area_path", width=20, default=False),
    ),
    order="-starts",
    link=lambda j: f"/pipes/{j.pk}/",
    search_hint="名称、编号、专业公司",
    tools=(
        Link("产权分界点", "/boundaries/", "map-pin", VIEW),
        Link("专业公司责任", "/duties/", "list-check", VIEW),
        Link("专项资金", "/matters/kinds/pipe_fund/", "coin", Permission.MATTER_VIEW),
        Link("红线外审批", "/matters/kinds/pipe_approval/", "route", Permission.MATTER_VIEW),
        Link("移交", "/matters/kinds/pipe_handover/", "home-check", Permission.MATTER_VIEW),
        Link("上下水改造", "/matters/kinds/riser/", "droplet", Permission.MATTER_VIEW),
        Link("导入", "/pipes/import/", "file-import", Permission.PIPES_RECORD),
    ),
    empty=Empty(title="还没有管线改造", text="在改造项目的“管线”页逐项登记"),
)


def point_rows() -> QuerySet[BoundaryPoint]:
    """Return the boundary points with their place."""
    return BoundaryPoint.objects.select_related("community__area__parent__parent").defer(*HEAVY)


POINTS = Table(
    key="boundaries",
    title="产权分界点",
    unit="处",
    name="boundary",
    rows=point_rows,
    filters=FilterSet(
        (
            Text(name="q", label="搜索", word=lambda w: Q(description__icontains=w) | Q(company__icontains=w)),
            *PLACES,
            Choice(name="trade", label="专业", options=equals("trade", TRADES), main=True),
            PROVENANCE,
            IDS,
        )
    ),
    columns=(
        Column(key="description", label="分界位置", value=lambda p: p.description, lead=True, tag=_demo, width=28),
        Column(key="trade", label="专业", value=lambda p: p.get_trade_display(), width=10),
        Column(key="company", label="专业公司", value=lambda p: p.company, width=18),
        Column(key="home", label="小区", value=lambda p: p.community.name, width=20),
        Column(key="agreed", label="确认", value=lambda p: p.agreed_on, kind="date"),
        Column(key="reference", label="依据", value=lambda p: p.reference, blank="", width=20),
        Column(key="lon", label="经度", value=lambda p: p.point.x, default=False),
        Column(key="lat", label="纬度", value=lambda p: p.point.y, default=False),
        Column(key="area", label="辖区", value=lambda p: place(p.community), sort="area_path", width=20),
    ),
    order="area",
    link=lambda p: f"/communities/{p.community_id}/pipes/",
    tools=(Link("导入", "/boundaries/import/", "file-import", Permission.PIPES_RECORD),),
    empty=Empty(title="还没有产权分界点", text="在小区档案的“管线”页登记各专业公司服务到哪里"),
)


def duty_rows() -> QuerySet[UtilityDuty]:
    """Return the duties with their project."""
    return UtilityDuty.objects.select_related("project")


def _stands(duty: Any) -> tuple[str, str]:
    if duty.done_on:
        return ("ok", "已履行") if duty.done_on <= duty.due_on else ("unk", "逾期履行")
    return ("bad", "逾期") if duty.due_on < timezone.localdate() else ("run", "未到期")


def _standing(actor: Any, params: Any) -> tuple[Option, ...]:
    today = timezone.localdate()
    return (
        Option("late", "逾期", Q(done_on__isnull=True, due_on__lt=today)),
        Option("open", "未到期", Q(done_on__isnull=True, due_on__gte=today)),
        Option("done", "已履行", Q(done_on__isnull=False)),
    )


DUTIES = Table(
    key="duties",
    title="专业公司责任",
    unit="项",
    name="duty",
    rows=duty_rows,
    filters=FilterSet(
        (
            Text(name="q", label="搜索", word=lambda w: Q(duty__icontains=w) | Q(company__icontains=w)),
            *PLACES,
            Choice(name="stands", label="履行", options=_standing, main=True),
            Choice(name="trade", label="专业", options=equals("trade", TRADES), main=True),
            PROVENANCE,
            IDS,
        )
    ),
    columns=(
        Column(key="duty", label="责任", value=lambda d: d.duty, lead=True, tag=_demo, width=28),
        Column(key="company", label="专业公司", value=lambda d: d.company, width=18),
        Column(key="trade", label="专业", value=lambda d: d.get_trade_display(), width=10),
        Column(key="project", label="项目", value=lambda d: d.project.title, width=26),
        Column(key="due", label="期限", value=lambda d: d.due_on, kind="date", sort="due_on"),
        Column(
            key="stands", label="履行", value=lambda d: _stands(d)[1], show=lambda d: marks.state(*_stands(d)), width=12
        ),
        Column(key="done", label="履行日期", value=lambda d: d.done_on, kind="date", blank=""),
        Column(key="proof", label="凭据", value=lambda d: d.proof, blank="", width=20),
    ),
    order="due",
    link=lambda d: f"/projects/{d.project_id}/pipes/",
    tools=(Link("导入", "/duties/import/", "file-import", Permission.PIPES_RECORD),),
    empty=Empty(title="还没有明确责任", text="在改造项目的“管线”页写明各专业公司的责任和期限"),
)
