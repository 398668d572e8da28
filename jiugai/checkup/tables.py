"""The list of check-ups, from its declaration."""

from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from jiugai.accounts.permissions import Permission
from jiugai.checkup.models import Checkup
from jiugai.domain.checkup.reading import first_edition
from jiugai.registry.choices import Need, Provenance
from jiugai.registry.filters import PLACES
from jiugai.registry.tables import place
from jiugai.web.parts import marks
from jiugai.web.tables.columns import Column, dot
from jiugai.web.tables.filters import Choice, Dates, Exact, FilterSet, Option, Range, Text, equals
from jiugai.web.tables.table import Empty, Link, Table

_SHAPES = ("area__boundary", "area__parent__boundary", "area__parent__parent__boundary")


def checkup_rows() -> QuerySet[Checkup]:
    """Return the check-ups with their communities and places."""
    rows = Checkup.objects.select_related("community__area__parent__parent", "edition")
    return rows.defer("edition__content", *(f"community__{shape}" for shape in ("boundary", "search_text", *_SHAPES)))


def _word(word: str) -> Q:
    return Q(community__search_text__contains=word.lower()) | Q(community__name__contains=word)


def _year(text: str, _actor: Any) -> tuple[Q, str]:
    return Q(year=int(text)), f"{int(text)} 年度"


def _needs() -> tuple[Option, ...]:
    return tuple(Option(k, label, Q(needs__contains=[k])) for k, label in first_edition().needs.items())


def _state(row: Checkup) -> Any:
    kinds = {Checkup.State.OPEN: "run", Checkup.State.FINISHED: "ok", Checkup.State.WITHDRAWN: "na"}
    return marks.state(kinds[Checkup.State(row.state)], row.get_state_display())


def _need(row: Checkup) -> Any:
    unknown = row.need == Need.UNKNOWN
    return dot("unknown" if unknown else f"need-{row.need}", Need(row.need).label)


def _score(row: Checkup) -> Any:
    """Show a score only once it speaks of everything."""
    if row.state == Checkup.State.WITHDRAWN:
        return marks.unknown("已撤回")
    if row.state == Checkup.State.OPEN:
        return marks.unknown("没填完")
    return marks.unknown("没有得分") if row.score is None else str(row.score)


def _buildings(row: Checkup) -> str:
    return f"{row.buildings_done}/{'?' if row.buildings_all is None else row.buildings_all}"


FILTERS = FilterSet(
    (
        Text(name="q", label="搜索", word=_word, placeholder="小区名称、地址"),
        *PLACES,
        Choice(name="state", label="状态", main=True, options=equals("state", Checkup.State.choices)),
        Choice(name="need", label="建议需求", main=True, options=equals("need", Need.choices)),
        Choice(name="what", label="建议内容", main=True, options=_needs()),
        Exact(name="year", label="年度", parse=_year),
        Range(name="score", prefix="score", label="得分", column="score", unit="分"),
        Range(name="severe", prefix="severe", label="严重问题", column="severe", unit="处"),
        Dates(name="finished", label="完成", column="finished_at"),
        Choice(name="provenance", label="数据", options=equals("provenance", Provenance.choices)),
    )
)
CHECKUPS = Table(
    key="checkups",
    title="体检",
    unit="个",
    name="checkup",
    rows=checkup_rows,
    filters=FILTERS,
    columns=(
        Column(key="community", label="小区", value=lambda c: c.community.name, lead=True, width=26,
               tag=lambda c: marks.demo() if c.provenance == "demo" else ""),
        Column(key="area", label="辖区", value=lambda c: place(c.community), width=22),
        Column(key="year", label="年度", value=lambda c: c.year, kind="year", width=8),
        Column(key="state", label="状态", value=lambda c: c.get_state_display(), show=_state, width=10),
        Column(key="score", label="得分", unit="分", value=lambda c: c.score, kind="decimal", sort="score", width=10,
               show=_score),
        Column(key="need", label="建议需求", value=lambda c: Need(c.need).label, show=_need, width=12),
        Column(key="buildings", label="楼栋", unit="填完/全部", value=_buildings, width=12),
        Column(key="defects", label="问题", unit="处", value=lambda c: c.defects, kind="number", width=8),
        Column(key="severe", label="严重", unit="处", value=lambda c: c.severe, kind="number", width=8),
        Column(key="finished", label="完成", value=lambda c: c.finished_at, kind="date", sort="finished_at", blank="",
               width=12),
        Column(key="by", label="完成人", value=lambda c: c.finished_by_name, blank="", default=False),
        Column(key="says", label="建议理由", value=lambda c: c.need_says, blank="", default=False, width=30),
        Column(key="edition", label="指标版本", value=lambda c: c.edition.name, default=False, width=26),
    ),
    order="-finished",
    link=lambda c: reverse("checkup-file", args=[c.pk]),
    search_hint="小区名称、地址",
    tools=(
        Link("覆盖情况", "/checkups/coverage/", "chart-bar"),
        Link("指标版本", "/checkups/editions/", "list-check"),
        Link("手机填报", "/phone/", "device-mobile", Permission.CHECKUP_RECORD),
    ),
    empty=Empty(
        title="还没有体检",
        text="社区工作者在手机上下载小区就开始一次体检，没有信号也能填",
        links=(Link("手机填报", "/phone/", "device-mobile", Permission.CHECKUP_RECORD),),
    ),
)  # fmt: skip
