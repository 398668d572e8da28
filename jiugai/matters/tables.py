"""Lists of matters: all of them, and one per kind from its declaration."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from jiugai.accounts.models import Organisation
from jiugai.accounts.permissions import Permission
from jiugai.matters import clocks, kinds, showing
from jiugai.matters.bulk import BULK
from jiugai.matters.kinds import Kind
from jiugai.matters.models import Matter
from jiugai.matters.models.matter import Priority
from jiugai.registry.filters import community_filters
from jiugai.registry.models import Community
from jiugai.web.parts import marks
from jiugai.web.tables.columns import Column
from jiugai.web.tables.filters import Choice, Dates, Exact, Filter, FilterSet, Option, Text, equals
from jiugai.web.tables.params import Params
from jiugai.web.tables.table import Empty, Link, Table

JOINED = ("owner", "assignee", "community", "area")
MAX_IDS = 5_000


def matter_rows() -> QuerySet[Any]:
    """Return the matters of all kinds with what their columns show."""
    return _joined(Matter.objects.all())


def _joined(rows: Any) -> QuerySet[Any]:
    shapes = ("area__boundary", "community__boundary", "community__search_text")
    found: QuerySet[Any] = rows.select_related(*JOINED).defer(*shapes)
    return found


def _word(word: str) -> Q:
    return Q(title__icontains=word) | Q(number__startswith=word) | Q(community__name__icontains=word)


def time_options(_actor: Any, _params: Params) -> Sequence[Option]:
    """Return the ways a matter may stand with its time today."""
    today, working = timezone.localdate(), clocks.calendar()
    soon = working.add_workdays(today, 3).day
    running = Q(closed_at__isnull=True, suspended_on__isnull=True)
    return (
        Option("overdue", "已逾期", running & Q(due_on__lt=today)),
        Option("soon", "3 个工作日内", running & Q(due_on__gte=today, due_on__lte=soon)),
        Option("suspended", "暂停计时", Q(closed_at__isnull=True, suspended_on__isnull=False)),
        Option("open", "未办结", Q(closed_at__isnull=True)),
        Option("closed", "已办结", Q(closed_at__isnull=False)),
    )


def _ids(text: str, _actor: Any) -> tuple[Q, str]:
    numbers = [int(one) for one in text.split(",") if one]
    if len(numbers) > MAX_IDS:
        raise ValueError(text)
    return Q(pk__in=numbers), f"所选 {len(numbers)} 件"


def _community(text: str, actor: Any) -> tuple[Q, str]:
    row = Community.objects.visible_to(actor).filter(pk=int(text)).only("name").first()
    if row is None:
        raise ValueError(text)
    return Q(community=row.pk), f"小区：{row.name}"


def _body(text: str, _actor: Any) -> tuple[Q, str]:
    """Read the key of a responsible body, 0 for matters that have none."""
    number = int(text)
    if not number:
        return Q(owner__isnull=True), "没有责任单位"
    body = Organisation.objects.filter(pk=number).first()
    if body is None:
        raise ValueError(text)
    return Q(owner=number), f"责任单位：{body.name}"


def _areas() -> tuple[Filter, ...]:
    found = (community_filters.get("district"), community_filters.get("area"))
    return tuple(one for one in found if one is not None)


def common_filters(*, stages: Sequence[tuple[str, str]] = ()) -> tuple[Filter, ...]:
    """Return the filters that every list of matters has; `stages` are those of one kind."""
    first = (
        Choice(name="stage", label="阶段", main=True, options=equals("stage", stages))
        if stages
        else Choice(name="kind", label="类型", main=True, options=lambda *_: equals("kind", kinds.labels()))
    )
    return (
        Text(name="q", label="事项", word=_word),
        Choice(name="time", label="期限", main=True, options=time_options),
        first,
        *_areas(),
        Text(name="owner", label="责任单位", word=lambda w: Q(owner__name__icontains=w)),
        Choice(name="priority", label="紧急程度", options=equals("priority", Priority.choices)),
        Dates(name="due", label="到期日", column="due_on", is_time=False),
        Dates(name="opened", label="提出时间", column="opened_at"),
        Exact(name="community", label="小区", parse=_community),
        Exact(name="body", label="责任单位", parse=_body),
        Exact(name="ids", label="所选", parse=_ids, joined=True),
    )  # fmt: skip


def _demo(row: Any) -> Any:
    return marks.demo() if row.provenance == "demo" else ""


TITLE = Column(
    key="title", label="事项", value=lambda m: m.title, lead=True, width=30, second=showing.title_second, tag=_demo
)
COMMON = (
    TITLE,
    Column(key="due", label="期限", value=lambda m: m.due_on, kind="date", show=showing.time_tag, sort="due_on",
           second=showing.second_words, blank="没有期限", width=16),
    Column(key="stage", label="阶段", value=lambda m: kinds.stage_label(m.kind, m.stage),
           show=lambda m: showing.stage_tag(m.kind, m.stage)),
    Column(key="owner", label="责任单位", value=lambda m: str(m.owner or ""), blank="没有指定", width=16),
    Column(key="assignee", label="承办人", value=lambda m: str(m.assignee or ""), blank="待分派"),
    Column(key="community", label="小区", value=lambda m: str(m.community.name if m.community else ""), blank="",
           default=False, width=16),
    Column(key="area", label="辖区", value=lambda m: m.area.name, default=False),
    Column(key="opened", label="提出", value=lambda m: timezone.localdate(m.opened_at), kind="date", sort="id"),
    Column(key="closed", label="办结", value=lambda m: m.closed_at, kind="time", blank="", default=False),
    Column(key="result", label="结果", value=lambda m: m.result, blank="", default=False),
    Column(key="priority", label="紧急程度", value=lambda m: m.get_priority_display(), default=False),
    Column(key="number", label="编号", value=lambda m: m.number, default=False),
)  # fmt: skip


def _link(row: Any) -> str:
    return reverse("matter-file", args=[row.pk])


ALL = Table(
    key="matters",
    title="事项",
    unit="件",
    name="matter",
    rows=matter_rows,
    filters=FilterSet(common_filters()),
    columns=COMMON,
    order="-opened",
    link=_link,
    search_hint="标题、编号、小区",
    bulk=BULK,
    empty=Empty(title="还没有事项", text="交办、治理问题、意见等都会出现在这里"),
    tools=(
        Link("待办", "/inbox/", "inbox", Permission.MATTER_VIEW),
        Link("在图上看", "/matters/map/?{query}", "map-pin", Permission.MATTER_VIEW),
    ),
)


def table_of(kind: Kind) -> Table:
    """Build the list of a kind."""
    stages = [(stage.code, stage.label) for stage in kind.process.stages]
    base = f"/matters/kinds/{kind.code}/"
    tools = [
        Link(f"登记{kind.label}", f"{base}new/", "plus", kind.of.opens),
        Link("从 Excel 登记", f"{base}import/", "file-import", kind.of.opens),
    ]
    tools.append(Link("在图上看", f"{base}map/?{{query}}", "map-pin", Permission.MATTER_VIEW))
    return Table(
        key=f"matters-{kind.code}",
        title=kind.label,
        unit=kind.of.unit,
        name=f"matter-{kind.code}",
        rows=lambda: _joined(kind.model.objects.all()),
        filters=FilterSet((*common_filters(stages=stages), *kind.of.filters)),
        columns=(*COMMON[:5], *kind.of.list_columns, *COMMON[5:]),
        order="-opened",
        link=_link,
        search_hint="标题、编号、小区",
        bulk=BULK,
        empty=Empty(
            title=f"还没有{kind.label}",
            text="登记后在这里看到阶段和期限",
            links=(Link(f"登记{kind.label}", f"{base}new/", "plus", kind.of.opens),),
        ),
        tools=tuple(tools),
    )
