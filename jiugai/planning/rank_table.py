"""The ranking of the pool as a list: search, filters, sort, paging, Excel, print (T03-5)."""

from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from jiugai.accounts.permissions import Permission
from jiugai.domain.ranking import points
from jiugai.planning.models import PoolRank, ProjectCommunity
from jiugai.planning.models.projects import KIND_CHOICES
from jiugai.registry.filters import IDS, PLACES, PROVENANCE
from jiugai.registry.models import Community
from jiugai.registry.tables import place
from jiugai.web.parts import marks
from jiugai.web.tables.columns import Column
from jiugai.web.tables.filters import Choice, FilterSet, Option, Range, Text, equals
from jiugai.web.tables.table import Empty, Link, Table


def _word(word: str) -> Q:
    homes = Community.objects.filter(search_text__contains=word).values("pk")
    covers = ProjectCommunity.objects.filter(project=OuterRef("project"), community__in=homes)
    return Q(project__title__icontains=word) | Q(project__code__icontains=word) | Q(Exists(covers))


STATES = (("in_pool", "在库"), ("in_plan", "已列入计划"))

rank_filters = FilterSet(
    (
        Text(name="q", label="搜索", word=_word, placeholder="项目、小区、编号"),
        *PLACES,
        Choice(name="kind", label="类型", options=equals("project__kind", KIND_CHOICES), main=True),
        Choice(name="known", label="资料", main=True, options=(
            Option("whole", "四项齐全", Q(high=F("low"))), Option("part", "有资料不足的", Q(high__gt=F("low"))),
        )),
        Choice(name="sure", label="权重敏感", main=True, options=(
            Option("flips", "权重变动会换名次", Q(worst_place__gt=F("best_place"))),
            Option("sure", "名次稳定", Q(worst_place=F("best_place"))),
        )),
        Choice(name="state", label="状态", options=equals("project__state", STATES)),
        Range(name="place", label="名次", column="place", unit=""),
        PROVENANCE,
        IDS,
    )
)  # fmt: skip


def _points(name: str) -> Any:
    def value(row: PoolRank) -> float | None:
        found = getattr(row, name)
        return None if found is None else found / 100

    return value


def _total(row: PoolRank) -> str:
    return points(row.low) if row.low == row.high else f"{points(row.low)}—{points(row.high)}"


def _sure(row: PoolRank) -> str:
    return "稳定" if row.best_place == row.worst_place else f"第{row.best_place}—{row.worst_place}"


RANK_COLUMNS = (
    Column(key="place", label="名次", value=lambda row: row.place, kind="number", sort="place", width=8),
    Column(key="project", label="项目", value=lambda row: row.project.title, lead=True, width=30,
           second=lambda row: row.project.code, tag=lambda row: marks.demo() if row.provenance == "demo" else ""),
    Column(key="area", label="辖区", value=lambda row: place(row.project.community), width=22),
    Column(key="total", label="得分", unit="分", value=_points("low"), show=_total, kind="decimal", sort="low",
           width=14),
    Column(key="checkup", label="体检结果", unit="分", value=_points("checkup"), kind="decimal", sort="checkup"),
    Column(key="finance", label="本区财力", unit="分", value=_points("finance"), kind="decimal", sort="finance"),
    Column(key="mass_work", label="群众工作", unit="分", value=_points("mass_work"), kind="decimal", sort="mass_work"),
    Column(key="demand", label="居民诉求", unit="分", value=_points("demand"), kind="decimal", sort="demand"),
    Column(key="sure", label="权重加减5个百分点", value=_sure, width=16),
    Column(key="high", label="最高可能", unit="分", value=_points("high"), kind="decimal", default=False),
    Column(key="of", label="本区共", unit="个", value=lambda row: row.of, kind="number", default=False),
    Column(key="kind", label="类型", value=lambda row: row.project.type.label, default=False, width=18),
    Column(key="state", label="状态", value=lambda row: row.project.stands.label, default=False),
    Column(key="counted", label="按哪天的资料", value=lambda row: row.counted_on, kind="date", default=False),
)  # fmt: skip


def rank_rows() -> QuerySet[PoolRank]:
    """Return places with what their columns need."""
    return PoolRank.objects.select_related("project__community__area__parent__parent").defer(
        "trace", "flips", "project__community__boundary", "project__community__search_text",
        "project__community__area__boundary", "project__community__area__parent__boundary",
        "project__community__area__parent__parent__boundary",
    )  # fmt: skip


RANKS = Table(
    key="ranks",
    title="储备项目排序",
    unit="个",
    name="rank",
    rows=rank_rows,
    filters=rank_filters,
    columns=RANK_COLUMNS,
    order="place",
    link=lambda row: f"/ranks/{row.pk}/",
    search_hint="项目、小区、编号",
    tools=(
        Link("权重和重新计算", "/ranking/weights/", "scale", Permission.POOL_VIEW),
        Link("各区推进和满意度", "/ranking/districts/", "target", Permission.POOL_VIEW),
        Link("储备库", "/pool/", "stack-2", Permission.POOL_VIEW),
    ),
    empty=Empty(
        title="还没有排序",
        text="储备库里有项目后，按体检结果、本区财力、群众工作和居民诉求计算得分和名次",
        links=(Link("去计算", "/ranking/weights/", "calculator", Permission.POOL_VIEW),),
    ),
)
