"""Filters of works, overlaps and money."""

from django.db.models import Q, QuerySet
from django.utils import timezone

from jiugai.accounts.actor import Actor
from jiugai.domain.streetworks import FUND_SOURCES, KIND_CHOICES, STATE_CHOICES
from jiugai.registry.filters import IDS, PLACES, PROVENANCE
from jiugai.registry.models import Community
from jiugai.streetworks.models import FundEntry
from jiugai.streetworks.queries.overlaps import STANDING
from jiugai.web.tables.filters import Choice, Dates, Exact, FilterSet, Option, Text, equals, flag

LIVE = Option("live", "未完工", ~Q(state__in=["done", "cancelled"]))


def _now(actor: Actor, params: object) -> list[Option]:
    today = timezone.localdate()
    return [
        Option("now", "正在施工期", Q(starts__lte=today, ends__gte=today)),
        Option("ahead", "还没开工", Q(starts__gt=today)),
        Option("past", "施工期已过", Q(ends__lt=today)),
    ]


work_filters = FilterSet(
    (
        Text(
            name="q",
            label="搜索",
            word=lambda word: Q(title__icontains=word) | Q(code__icontains=word) | Q(road__icontains=word)
            | Q(department__icontains=word),
            placeholder="工程、编号、道路、部门",
        ),
        PLACES[0],
        Choice(name="kind", label="类型", options=equals("kind", KIND_CHOICES), main=True),
        Choice(name="state", label="状态", options=(LIVE, *equals("state", STATE_CHOICES)), main=True),
        Choice(name="when", label="施工期", options=_now, main=True),
        Choice(name="digs", label="开挖", options=flag("digs", "要开挖", "不开挖")[:2]),
        Choice(name="met", label="交叉", options=(
            Option("yes", "与改造项目交叉", Q(met__gt=0)), Option("no", "没有交叉", Q(met=0)),
        )),
        Dates(name="starts", label="开工", column="starts", is_time=False),
        PROVENANCE,
        IDS,
    )
)  # fmt: skip


def _community(text: str, actor: Actor | None) -> tuple[Q, str]:
    number = int(text)
    rows: QuerySet[Community] = Community.objects.filter(pk=number)
    name = (rows.visible_to(actor) if actor else rows.none()).values_list("name", flat=True).first()  # type: ignore[attr-defined]
    return Q(footprint__community_id=number), f"小区：{name or number}"


def _stands() -> tuple[Option, ...]:
    def q(code: str) -> Q:
        return Q(harmless_on__isnull=False) if code == "harmless" else Q(stands=code, harmless_on__isnull=True)

    options = tuple(Option(code, label, q(code)) for code, (_, label) in STANDING.items())
    waiting = Q(stands__in=["unasked", "asked", "lapsed"], harmless_on__isnull=True)
    return (Option("waiting", "没有答复", waiting), *options)


overlap_filters = FilterSet(
    (
        Text(
            name="q",
            label="搜索",
            word=lambda word: Q(work__title__icontains=word) | Q(footprint__title__icontains=word)
            | Q(work__department__icontains=word),
            placeholder="工程、项目、部门",
        ),
        *PLACES,
        Choice(name="stands", label="答复", options=_stands(), main=True),
        Choice(name="kind", label="工程类型", options=equals("work__kind", KIND_CHOICES), main=True),
        Choice(name="time", label="时间", options=(
            Option("same", "同时施工", Q(gap_days=0)), Option("near", "先后施工", Q(gap_days__gt=0)),
            Option("open", "项目时间未定", Q(gap_days__isnull=True)),
        ), main=True),
        Exact(name="community", label="小区", parse=_community),
        IDS,
    )
)  # fmt: skip

fund_filters = FilterSet(
    (
        Text(
            name="q",
            label="搜索",
            word=lambda word: Q(department__icontains=word) | Q(reference__icontains=word)
            | Q(project_ref__icontains=word),
            placeholder="部门、依据、项目编号",
        ),
        *PLACES,
        Choice(name="source", label="来源", options=equals("source", FUND_SOURCES), main=True),
        Choice(name="purpose", label="用途", options=equals("purpose", FundEntry.Purpose.choices), main=True),
        Choice(name="step", label="进度", options=equals("step", FundEntry.Step.choices), main=True),
        Dates(name="on", label="日期", column="on", is_time=False),
        PROVENANCE,
        IDS,
    )
)  # fmt: skip

import_filters = FilterSet(
    (
        Text(name="q", label="搜索", word=lambda word: Q(name__icontains=word) | Q(department__icontains=word)),
        PLACES[0],
        Choice(name="undone", label="撤回", options=(
            Option("no", "有效", Q(undone_at__isnull=True)), Option("yes", "已撤回", Q(undone_at__isnull=False)),
        ), main=True),
        PROVENANCE,
    )
)  # fmt: skip
