"""Approvals, schemes, local supervision and tender plans as lists."""

from typing import Any

from django.contrib.postgres.aggregates import StringAgg
from django.db.models import Count, F, Max, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from jiugai.accounts.permissions import Permission
from jiugai.approvals.filters import approval_filters, plan_filters, scheme_filters, supervision_filters
from jiugai.approvals.models import (
    ApprovalCase,
    ApprovalStep,
    LocalSupervision,
    Scheme,
    SchemeEdition,
    SchemeItem,
    TenderPlan,
)
from jiugai.approvals.models.approvals import STEP_CHOICES
from jiugai.planning.models import PlannerOpinion
from jiugai.registry.tables import place
from jiugai.web.parts import marks
from jiugai.web.tables.columns import Column
from jiugai.web.tables.table import Empty, Link, Table

SHAPES = (
    "project__community__boundary", "project__community__search_text", "project__community__area__boundary",
    "project__community__area__parent__boundary", "project__community__area__parent__parent__boundary",
)  # fmt: skip


def _demo(row: Any) -> Any:
    return marks.demo() if row.provenance == "demo" else ""


def _with_place(rows: Any) -> QuerySet[Any]:
    found: QuerySet[Any] = rows.select_related("project__community__area__parent__parent").defer(*SHAPES)
    return found


TITLE = Column(key="project", label="项目", value=lambda row: row.project.title, tag=_demo, lead=True, width=30,
               second=lambda row: row.project.code)  # fmt: skip
PLACE = Column(key="area", label="辖区", value=lambda row: place(row.project.community), sort="area_path", width=22)


def _state(row: Any) -> tuple[str, str]:
    if row.withdrawn_on:
        return "na", "已撤回"
    if row.finished_on:
        return "ok", "已办完"
    return ("bad", "有环节逾期") if row.late else ("run", "在办")


def _where(row: Any) -> str | None:
    labels = dict(STEP_CHOICES)
    return "、".join(labels[code] for code in row.steps_open.split(",")) if row.steps_open else None


def _limit(row: Any) -> str | None:
    return f"{row.limit_days} {row.get_unit_display()}" if row.limit_days else None


def _days(row: Any) -> int:
    """Calendar days since it began; the page of the project tells working days and stops."""
    end = row.finished_on or row.withdrawn_on or timezone.localdate()
    return int((end - row.started_on).days)


def approval_rows() -> QuerySet[Any]:
    """Return cases with where they stand."""
    here = ApprovalStep.objects.filter(case=OuterRef("pk"), closed_at__isnull=True).order_by().values("case")
    late = here.filter(suspended_on__isnull=True, due_on__lt=timezone.localdate())
    rows = ApprovalCase.objects.annotate(
        steps_open=Subquery(here.annotate(names=StringAgg(F("step"), delimiter=",", order_by="step")).values("names")),
        next_due=Subquery(here.annotate(day=Max("due_on")).values("day")),
        late=Subquery(late.annotate(n=Count("pk")).values("n")),
    )
    return _with_place(rows)


APPROVALS = Table(
    key="approvals",
    title="审批",
    unit="件",
    name="approval",
    rows=approval_rows,
    filters=approval_filters,
    columns=(
        TITLE,
        Column(key="state", label="状态", value=lambda r: _state(r)[1], width=12,
               show=lambda r: marks.state(*_state(r))),
        Column(key="steps", label="在办环节", value=_where, blank="没有", width=26),
        Column(key="route", label="办理路径", value=lambda r: r.get_route_display(), sort="route", width=22),
        Column(key="days", label="已过", value=_days, kind="number", unit="天"),
        Column(key="limit", label="总时限", value=_limit, blank="没有总时限", width=12),
        Column(key="started", label="受理", value=lambda r: r.started_on, kind="date", sort="started_on"),
        Column(key="finished", label="办完", value=lambda r: r.finished_on, kind="date", blank="没有办完"),
        PLACE,
    ),
    order="-started",
    link=lambda row: f"/projects/{row.project_id}/approvals/",
    search_hint="项目、编号",
    tools=(
        Link("审批环节", "/matters/kinds/approval_step/", "list-check", Permission.MATTER_VIEW),
        Link("各区用时", "/approvals/times/", "chart-bar", Permission.POOL_VIEW),
        Link("方案", "/schemes/", "ruler", Permission.POOL_VIEW),
        Link("招标计划", "/tenderplans/", "calendar-event", Permission.POOL_VIEW),
        Link("属地监管", "/supervisions/", "shield-check", Permission.POOL_VIEW),
    ),
    empty=Empty(
        title="还没有审批",
        text="在项目的“审批和招标”页申报后，这里逐件显示办到哪一步、还剩几天",
        links=(Link("去储备库", "/pool/", "stack-2", Permission.POOL_VIEW),),
    ),
)  # fmt: skip


def scheme_rows() -> QuerySet[Any]:
    """Return schemes with the edition that stands and the opinions on it."""
    newest = SchemeEdition.objects.filter(scheme=OuterRef("pk")).order_by("-number")
    things = SchemeItem.objects.filter(edition__scheme=OuterRef("pk"), edition__number=OuterRef("newest"))
    said = PlannerOpinion.objects.filter(
        project=OuterRef("project"), at=OuterRef("kind"), edition=OuterRef("newest")
    ).order_by().values("project")  # fmt: skip
    rows = Scheme.objects.annotate(
        newest=Subquery(newest.values("number")[:1]),
        submitted_on=Subquery(newest.values("submitted_on")[:1]),
        things=Subquery(things.order_by().values("edition").annotate(n=Count("pk")).values("n")),
        agreed=Subquery(said.annotate(n=Count("pk", filter=Q(stage="agreed"))).values("n")),
        objected=Subquery(said.annotate(n=Count("pk", filter=Q(stage="objected"))).values("n")),
        waiting=Subquery(said.annotate(n=Count("pk", filter=Q(closed_at__isnull=True))).values("n")),
    )
    return _with_place(rows)


def _opinions(row: Any) -> str:
    parts = ((row.agreed, "同意"), (row.objected, "不同意"), (row.waiting, "没有答复"))
    return "，".join(f"{words} {n}" for n, words in parts if n) or "没有送请"


SCHEMES = Table(
    key="schemes",
    title="方案",
    unit="份",
    name="scheme",
    rows=scheme_rows,
    filters=scheme_filters,
    columns=(
        TITLE,
        Column(key="kind", label="种类", value=lambda r: r.get_kind_display(), width=24),
        Column(key="newest", label="现行版", value=lambda r: r.newest, kind="number", unit="版"),
        Column(key="things", label="项目数", value=lambda r: r.things, kind="number", unit="项"),
        Column(key="opinions", label="规划师意见", value=_opinions, width=22),
        Column(key="submitted", label="报送", value=lambda r: r.submitted_on, kind="date"),
        PLACE,
    ),
    order="area",
    link=lambda row: f"/projects/{row.project_id}/design/#{row.kind}",
    search_hint="项目、编号",
    empty=Empty(title="还没有报送方案", text="在项目的“方案和意见”页报送"),
)

SUPERVISIONS = Table(
    key="supervisions",
    title="属地监管",
    unit="条",
    name="supervision",
    rows=lambda: _with_place(LocalSupervision.objects.select_related("supervisor")),
    filters=supervision_filters,
    columns=(
        TITLE,
        Column(key="supervisor", label="监管部门", value=lambda r: r.supervisor.name, width=24),
        Column(key="since", label="起", value=lambda r: r.since, kind="date"),
        Column(key="until", label="止", value=lambda r: r.until, kind="date", blank="监管中"),
        Column(key="reference", label="文号", value=lambda r: r.reference, blank="没有登记", width=20),
        PLACE,
    ),
    order="area",
    link=lambda row: f"/projects/{row.project_id}/approvals/#watch",
    search_hint="项目、监管部门",
    empty=Empty(title="还没有免许可项目", text="认定免办施工许可时同时落实由谁监管，所以没有无人监管的项目"),
)

TENDER_PLANS = Table(
    key="tenderplans",
    title="招标计划",
    unit="个",
    name="tenderplan",
    rows=lambda: _with_place(TenderPlan.objects.all()),
    filters=plan_filters,
    columns=(
        TITLE,
        Column(key="content", label="招标内容", value=lambda r: r.content, width=30),
        Column(key="form", label="发包方式", value=lambda r: r.get_form_display(), width=18),
        Column(key="published", label="发布", value=lambda r: r.published_on, kind="date"),
        Column(key="expected", label="拟发布公告", value=lambda r: r.expected_on, kind="date"),
        Column(key="reference", label="编号", value=lambda r: r.reference, width=20),
        PLACE,
    ),
    order="area",
    link=lambda row: f"/projects/{row.project_id}/approvals/#plan",
    search_hint="项目、内容",
    empty=Empty(title="还没有发布招标计划", text="在项目的“审批和招标”页提前发布"),
)
