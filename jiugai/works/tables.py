"""Lists of works: sites, evaluations, bought services, the catalogue of new techniques."""

from typing import Any

from django.db.models import Count, DateField, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.utils import timezone

from jiugai.accounts.permissions import Permission
from jiugai.domain.site_safety import Grade
from jiugai.planning.models import Project
from jiugai.registry.tables import place
from jiugai.web.parts import marks
from jiugai.web.parts.dates import cn_date
from jiugai.web.tables.columns import Column
from jiugai.web.tables.table import Empty, Link, Table
from jiugai.works.filters import evaluation_filters, service_filters, technique_filters, works_filters
from jiugai.works.models import BoughtService, NewTechnique, SafetyEvaluation, SiteCheck, SiteFinding, SiteRisk

AFTER_START = ("on_site", "completed", "reviewed", "handed_over")


def _demo(row: Any) -> Any:
    return marks.demo() if row.provenance == "demo" else ""


def works_rows() -> QuerySet[Project]:
    """Return projects after their start with grade, next check and open findings."""
    risk = SiteRisk.objects.filter(project=OuterRef("pk")).order_by("-graded_on", "-pk")
    check = SiteCheck.objects.filter(project=OuterRef("pk"), closed_at__isnull=True).order_by("due_on", "pk")
    open_ones = SiteFinding.objects.filter(project=OuterRef("pk"), closed_at__isnull=True).order_by().values("project")
    rows = Project.objects.filter(state__in=AFTER_START)
    return rows.select_related("community__area__parent__parent", "implementer").annotate(
        grade=Subquery(risk.values("grade")[:1]),
        next_check=Subquery(check.values("due_on")[:1], output_field=DateField()),
        findings=Subquery(open_ones.annotate(n=Count("pk")).values("n")),
    ).defer(
        "community__boundary", "community__search_text", "community__area__boundary",
        "community__area__parent__boundary", "community__area__parent__parent__boundary",
    )  # fmt: skip


def _grade(row: Any) -> Any:
    return marks.state(Grade(row.grade).tag, Grade(row.grade).label) if row.grade else marks.unknown("没有分级")


def _next(row: Any) -> Any:
    if row.next_check is None:
        return "没有安排" if row.state == "on_site" else "不再检查"
    today = timezone.localdate()
    late = row.next_check < today
    words = cn_date(row.next_check, today=today) + ("（逾期）" if late else "")
    return marks.state("late" if late else "run", words, plain=True)


WORKS = Table(
    key="works",
    title="施工和验收",
    unit="个",
    name="works",
    rows=works_rows,
    filters=works_filters,
    columns=(
        Column(key="title", label="项目", value=lambda r: r.title, tag=_demo, lead=True, width=30, sort="code",
               second=lambda r: r.code),
        Column(key="state", label="状态", value=lambda r: r.stands.label, sort="state",
               show=lambda r: marks.state(r.stands.tag, r.stands.label)),
        Column(key="grade", label="风险等级", value=lambda r: r.grade and Grade(r.grade).label, show=_grade),
        Column(key="next", label="下次检查", value=lambda r: r.next_check, kind="date", show=_next, width=16),
        Column(key="findings", label="未闭合问题", unit="处", value=lambda r: r.findings or 0, kind="number"),
        Column(key="area", label="辖区", value=lambda r: place(r.community), sort="area_path", width=22),
        Column(key="started", label="开工", value=lambda r: r.works_started_on, kind="date"),
        Column(key="implementer", label="实施主体", value=lambda r: r.implementer and r.implementer.name, width=20,
               blank="未确定"),
    ),
    order="-title",
    link=lambda row: f"/works/{row.pk}/site/",
    search_hint="项目、小区、编号",
    tools=(
        Link("现场问题", "/matters/kinds/site_finding/", "alert-triangle", Permission.MATTER_VIEW),
        Link("报修", "/matters/kinds/warranty_claim/", "tool", Permission.MATTER_VIEW),
        Link("安全测评", "/evaluations/", "report", Permission.SITE_VIEW),
        Link("购买服务", "/services/", "receipt", Permission.SITE_VIEW),
        Link("四新目录", "/techniques/", "bulb", Permission.SITE_VIEW),
        Link("诉求集中的问题", "/topics/", "chart-bar", Permission.SITE_VIEW),
    ),
    empty=Empty(title="没有施工中或竣工后的项目", text="储备库里的项目批准开工后会出现在这里"),
)  # fmt: skip

EVALUATIONS = Table(
    key="evaluations",
    title="安全状况测评",
    unit="份",
    name="evaluation",
    rows=lambda: SafetyEvaluation.objects.select_related("project", "firm", "area").defer("area__boundary"),
    filters=evaluation_filters,
    columns=(
        Column(key="of", label="对象", value=lambda r: str(r.firm or r.project), lead=True, width=28, tag=_demo),
        Column(key="kind", label="项目或企业", value=lambda r: "企业" if r.firm_id else "项目"),
        Column(key="from", label="测评期起", value=lambda r: r.period_from, kind="date"),
        Column(key="to", label="测评期止", value=lambda r: r.period_to, kind="date", sort="period_to"),
        Column(key="score", label="得分", value=lambda r: r.score, kind="number"),
        Column(key="level", label="状况", value=lambda r: r.level),
        Column(key="area", label="辖区", value=lambda r: r.area.name),
        Column(key="by", label="测评人", value=lambda r: r.by_name, default=False),
    ),
    order="-to",
    link=lambda row: f"/evaluations/{row.pk}/",
    search_hint="项目、企业",
    tools=(Link("测评一家企业", "/evaluations/new/", "plus", Permission.SAFETY_GRADE),),
    empty=Empty(title="还没有安全测评", text="在项目的“现场”页出具；企业的在这里测评"),
)

SERVICES = Table(
    key="services",
    title="购买服务",
    unit="份",
    name="service",
    rows=lambda: (
        BoughtService.objects.select_related("area", "buyer", "provider")
        .defer("area__boundary")
        .annotate(done=Count("checks", Q(checks__stage="done")))
    ),
    filters=service_filters,
    columns=(
        Column(
            key="provider",
            label="承接企业",
            value=lambda r: r.provider.name,
            lead=True,
            width=24,
            tag=_demo,
            second=lambda r: r.contract,
        ),
        Column(key="kind", label="服务内容", value=lambda r: r.get_kind_display()),
        Column(key="area", label="服务范围", value=lambda r: r.area.name),
        Column(key="buyer", label="委托单位", value=lambda r: r.buyer.name, width=20),
        Column(key="qualification", label="具备的条件", value=lambda r: r.qualification, width=20, default=False),
        Column(key="amount", label="合同金额", unit="元", value=lambda r: r.amount_fen / 100, kind="decimal"),
        Column(key="starts", label="起", value=lambda r: r.starts, kind="date"),
        Column(key="ends", label="止", value=lambda r: r.ends, kind="date"),
        Column(key="agreed", label="约定次数", value=lambda r: r.visits_agreed, kind="number", blank="没有约定"),
        Column(key="done", label="已检查", unit="次", value=lambda r: r.done, kind="number"),
        Column(key="number", label="登记序号", value=lambda r: r.pk, kind="number", sort="id", default=False),
    ),
    order="-number",
    search_hint="企业、合同编号",
    tools=(Link("登记合同", "/services/new/", "plus", Permission.SAFETY_GRADE),),
    empty=Empty(title="还没有购买服务", text="委托技术服务、探访核验的，登记合同后在检查中选它"),
)

TECHNIQUES = Table(
    key="techniques",
    title="四新目录",
    unit="项",
    name="technique",
    rows=lambda: NewTechnique.objects.annotate(
        times=Count("uses"), usual=Sum("uses__usual_days"), actual=Sum("uses__actual_days")
    ).annotate(saved=F("usual") - F("actual")),
    filters=technique_filters,
    columns=(
        Column(key="name", label="名称", value=lambda r: r.name, lead=True, width=26, tag=_demo),
        Column(key="kind", label="类别", value=lambda r: r.get_kind_display()),
        Column(key="topic", label="解决的问题", value=lambda r: r.get_topic_display(), blank="没有对应"),
        Column(key="maker", label="提供单位", value=lambda r: r.maker, width=20),
        Column(key="times", label="用过", unit="处", value=lambda r: r.times, kind="number"),
        Column(key="saved", label="节省", unit="天", value=lambda r: r.saved, kind="decimal", blank="没有应用"),
        Column(key="proof", label="证书", value=lambda r: r.proof, blank="没有", default=False),
        Column(key="number", label="登记序号", value=lambda r: r.pk, kind="number", sort="id", default=False),
    ),
    order="-number",
    link=lambda row: f"/techniques/{row.pk}/",
    search_hint="名称、提供单位",
    tools=(
        Link("登记四新", "/techniques/new/", "plus", Permission.SAFETY_GRADE),
        Link("揭榜挂帅", "/matters/kinds/open_challenge/", "trophy", Permission.MATTER_VIEW),
    ),
    empty=Empty(title="目录里还没有四新", text="新材料、新工艺、新技术、新机具登记后，在项目页写用在哪里"),
)  # fmt: skip
