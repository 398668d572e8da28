"""The pool and the planners' roster as lists."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.contrib.postgres.aggregates import StringAgg
from django.db.models import Count, F, OuterRef, QuerySet, Subquery, Sum
from django.utils import timezone

from jiugai.accounts.actor import Actor
from jiugai.accounts.permissions import Permission
from jiugai.domain.errors import Refusal
from jiugai.domain.projects import kind_of
from jiugai.planning.actions.moving import enter_pool
from jiugai.planning.filters import planner_filters, project_filters
from jiugai.planning.models import Planner, PlannerTerm, PlannerTraining, PoolEntry, Project, ProjectCommunity
from jiugai.planning.phases import standing, words_of
from jiugai.planning.queries.checkups import source_words, with_source
from jiugai.registry.tables import place
from jiugai.web.parts import marks
from jiugai.web.tables.columns import Column
from jiugai.web.tables.table import BulkAction, Empty, Link, Table


def _demo(row: Any) -> Any:
    return marks.demo() if row.provenance == "demo" else ""


def _state(row: Project) -> Any:
    return marks.state(row.stands.tag, _standing(row))


def _standing(row: Any) -> str:
    return words_of(row.standing)


def _items(row: Project) -> str:
    return "、".join(kind_of(code).label for code in row.items)


def _dual(row: Project) -> str | None:
    words = {True: "纳入", False: "未纳入", None: "没有登记"}
    if row.city_plan is None and row.central_plan is None:
        return None
    return f"市级{words[row.city_plan]}，央产{words[row.central_plan]}"


def _field(name: str, label: str, **more: Any) -> Column:
    return Column(key=name, label=label, value=lambda row: getattr(row, name), **more)


PROJECT_COLUMNS = (
    Column(key="title", label="项目", value=lambda row: row.title, tag=_demo, lead=True, width=30, sort="code",
           second=lambda row: row.code),
    Column(key="kind", label="类型", value=lambda row: row.type.label, sort="kind", width=20),
    Column(key="state", label="状态", value=_standing, show=_state, sort="state", width=12),
    Column(key="area", label="辖区", value=lambda row: place(row.community), sort="area_path", width=22),
    _field("homes", "小区", unit="个", kind="number"),
    Column(key="checkup", label="来源体检", value=source_words, blank="没有关联", width=24),
    _field("entered_on", "入库", kind="date", blank="未入库"),
    _field("proposed_on", "提出", kind="date", sort="proposed_on"),
    Column(key="lead", label="牵头单位", value=lambda row: row.lead.name, width=20, default=False),
    Column(key="organiser", label="组织单位", value=lambda row: row.organiser and row.organiser.name, width=20),
    Column(key="implementer", label="实施主体", value=lambda row: row.implementer and row.implementer.name,
           default=False, width=20, blank="未确定"),
    Column(key="items", label="同时做的单项", value=_items, default=False, blank="没有", width=24),
    Column(key="dual", label="双纳入", value=_dual, default=False, blank="没有登记", width=20),
    _field("cost_yuan", "估算投资", unit="元", kind="number", default=False),
    Column(key="exit", label="终止原因", value=lambda row: row.end_reason, default=False, blank="", width=24),
    _field("code", "编号", default=False),
)  # fmt: skip


def project_rows() -> QuerySet[Project]:
    """Return projects with what their columns need."""
    entry = PoolEntry.objects.filter(project=OuterRef("pk")).order_by("-pk").values("entered_on")[:1]
    homes = ProjectCommunity.objects.filter(project=OuterRef("pk")).order_by().values("project")
    rows = Project.objects.select_related("community__area__parent__parent", "lead", "organiser", "implementer")
    return with_source(rows).annotate(
        standing=standing(), entered_on=Subquery(entry), homes=Subquery(homes.annotate(n=Count("pk")).values("n"))
    ).defer(
        "community__boundary", "community__search_text", "community__area__boundary",
        "community__area__parent__boundary", "community__area__parent__parent__boundary",
    )  # fmt: skip


def _enter_all(*, rows: Sequence[Project], actor: Actor, answers: dict[str, str], on: date) -> str:
    """Let in what the gate lets in; the others stay, each with its reason on its page."""
    refused = []
    for row in rows:
        try:
            enter_pool(project=row, actor=actor, now=timezone.now(), on=on)
        except Refusal:
            refused.append(row.title)
    words = f"{len(rows) - len(refused)} 个项目已入库"
    names = "、".join(refused[:5])
    return f"{words}，{len(refused)} 个没有通过关口：{names}" if refused else words


ENTER = BulkAction(
    key="enter",
    label="入储备库",
    icon="lock-open",
    permission=Permission.POOL_DECIDE,
    consequence=lambda n: f"{n:,} 个项目会逐个核对入库关口，通过的入库，没通过的留在原处",
    keep="先不入库",
    run=_enter_all,
)

PROJECTS = Table(
    key="projects",
    title="储备库",
    unit="个",
    name="project",
    rows=project_rows,
    filters=project_filters,
    columns=PROJECT_COLUMNS,
    order="-proposed_on",
    link=lambda row: f"/projects/{row.pk}/",
    search_hint="项目、小区、编号",
    bulk=(ENTER,),
    tools=(
        Link("卡在哪条规则", "/gates/enter_pool/", "lock", Permission.GATE_VIEW),
        Link("入库进度", "/pool/coverage/", "target", Permission.POOL_VIEW),
        Link("从 Excel 提出", "/pool/import/", "file-import", Permission.POOL_PROPOSE),
        Link("排序", "/ranking/", "list-numbers", Permission.POOL_VIEW),
        Link("菜单目录", "/catalogue/", "list-details", Permission.POOL_VIEW),
        Link("规划师名册", "/planners/", "users-group", Permission.POOL_VIEW),
    ),
    empty=Empty(
        title="储备库里还没有项目",
        text="小区体检完成后，在小区档案里提出改造项目；过了入库关口就进储备库",
        links=(Link("去小区列表", "/communities/", "building-community", Permission.REGISTER_VIEW),),
    ),
)


def _streets(row: Any) -> str | None:
    return row.streets or None


PLANNER_COLUMNS = (
    Column(key="name", label="责任规划师", value=lambda row: row.name, tag=_demo, sort="name", lead=True, width=16),
    Column(key="organisation", label="单位", value=lambda row: row.organisation.name, width=26),
    Column(key="area", label="区", value=lambda row: row.area.name, sort="area_path", width=12),
    Column(key="streets", label="在任街道", value=_streets, blank="没有在任街道", width=26),
    Column(key="speciality", label="专业", value=lambda row: row.speciality or None, blank="", default=False),
    _field("hours", "培训学时", unit="学时", kind="number"),
    _field("trained_on", "最近培训", kind="date", blank="没有培训记录"),
    Column(key="account", label="平台账号", value=lambda row: row.user and row.user.username, blank="没有账号"),
)


def planner_rows() -> QuerySet[Planner]:
    """Return the roster with streets in office today and hours of training."""
    today = timezone.localdate()
    terms = PlannerTerm.objects.filter(planner=OuterRef("pk"), valid__contains=today).order_by().values("planner")
    trained = PlannerTraining.objects.filter(planner=OuterRef("pk")).order_by()
    streets = terms.annotate(names=StringAgg(F("street__name"), delimiter="、", order_by="street__name"))
    return Planner.objects.select_related("organisation", "area", "user").annotate(
        streets=Subquery(streets.values("names")),
        hours=Subquery(trained.values("planner").annotate(n=Sum("hours")).values("n")),
        trained_on=Subquery(trained.order_by("-held_on").values("held_on")[:1]),
    ).defer("area__boundary")  # fmt: skip


PLANNERS = Table(
    key="planners",
    title="责任规划师",
    unit="人",
    name="planner",
    rows=planner_rows,
    filters=planner_filters,
    columns=PLANNER_COLUMNS,
    order="name",
    link=lambda row: f"/planners/{row.pk}/",
    search_hint="姓名、单位",
    tools=(Link("登记规划师", "/planners/new/", "plus", Permission.ROSTER_MANAGE),),
    empty=Empty(
        title="名册里还没有责任规划师",
        text="登记姓名、单位和任期后，新项目会自动送请所在街道的责任规划师出具意见",
        links=(Link("登记规划师", "/planners/new/", "plus", Permission.ROSTER_MANAGE),),
    ),
)
