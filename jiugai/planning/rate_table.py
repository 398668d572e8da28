"""Unit rates as a list: search, filters, sort, paging, Excel, print."""

from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from jiugai.accounts.permissions import Permission
from jiugai.domain.district_groups import groups_on
from jiugai.domain.menu.catalogue import Class, first_catalogue
from jiugai.planning.catalogues import catalogue_on
from jiugai.planning.models import UnitRate
from jiugai.registry.filters import IDS, PROVENANCE
from jiugai.web.parts import marks
from jiugai.web.tables.columns import Column
from jiugai.web.tables.filters import Choice, FilterSet, Option, Range, Text
from jiugai.web.tables.table import Empty, Link, Table


def _labels() -> dict[str, str]:
    return {item.code: item.label for item in catalogue_on(timezone.localdate()).items}


def _word(word: str) -> Q:
    found = [code for code, label in _labels().items() if word in label]
    return Q(item__in=found) | Q(reference__icontains=word)


def _groups(actor: Any, params: Any) -> list[Option]:
    return [Option(code, label, Q(group=code)) for code, label in groups_on(timezone.localdate()).items()]


def _class(cls: Class) -> Option:
    return Option(cls.value, cls.label, Q(item__in=[item.code for item in first_catalogue().of(cls)]))


rate_filters = FilterSet(
    (
        Text(name="q", label="搜索", word=_word, placeholder="内容、文号"),
        Choice(name="group", label="区域", options=_groups, main=True),
        Choice(name="cls", label="类别", options=tuple(_class(cls) for cls in Class), main=True),
        Choice(name="state", label="依据", main=True, options=(
            Option("approved", "已批准", Q(provisional=False)), Option("provisional", "暂定", Q(provisional=True)),
        )),
        Choice(name="live", label="是否在用", options=(
            Option("yes", "在用", Q(ended_at__isnull=True)), Option("no", "已停用", Q(ended_at__isnull=False)),
        )),
        Range(name="year", label="年度", column="year", plain=True),
        PROVENANCE,
        IDS,
    ),
    public=True,
)  # fmt: skip


def _group(row: UnitRate) -> str:
    return groups_on(timezone.localdate()).get(row.group, row.group)


def _item(row: UnitRate) -> str:
    item = catalogue_of_day().get(row.item)
    return item or row.item


def catalogue_of_day() -> dict[str, str]:
    """Return the words of the shipped items; a rate of an item of another edition shows its code."""
    return {item.code: item.label for item in first_catalogue().items}


def _state(row: UnitRate) -> Any:
    if row.ended_at is not None:
        return marks.state("na", "已停用")
    return marks.state("unk", "暂定") if row.provisional else marks.state("ok", "已批准")


RATE_COLUMNS = (
    Column(key="item", label="内容", value=_item, sort="item", lead=True, width=24,
           tag=lambda row: marks.demo() if row.provenance == "demo" else ""),
    Column(key="group", label="区域", value=_group, width=18),
    Column(key="year", label="年度", value=lambda row: row.year, kind="year", sort="year"),
    Column(key="yuan", label="单价", unit="元", value=lambda row: row.yuan, kind="decimal"),
    Column(key="unit", label="单位", value=lambda row: row.unit, width=8),
    Column(key="state", label="依据", value=lambda row: "暂定" if row.provisional else "已批准", show=_state, width=12),
    Column(key="reference", label="批准文号", value=lambda row: row.reference, blank="没有", width=26),
    Column(key="approved_on", label="批准日期", value=lambda row: row.approved_on, kind="date", blank="没有"),
    Column(key="by", label="登记人", value=lambda row: row.entered_by_name, default=False),
    Column(key="ended", label="停用时间", value=lambda row: row.ended_at, kind="time", blank="在用", default=False),
)  # fmt: skip


def rate_rows() -> QuerySet[UnitRate]:
    """Return all rates, those in use and those that ended."""
    return UnitRate.objects.all()


RATES = Table(
    key="rates",
    title="单价表",
    unit="个",
    name="rate",
    rows=rate_rows,
    filters=rate_filters,
    columns=RATE_COLUMNS,
    order="-year",
    search_hint="内容、文号",
    tools=(
        Link("登记单价", "/rates/new/", "plus", Permission.MENU_MANAGE),
        Link("导入单价表", "/rates/import/", "file-import", Permission.MENU_MANAGE),
        Link("菜单目录", "/catalogue/", "list-details", Permission.POOL_VIEW),
    ),
    empty=Empty(
        title="还没有单价",
        text="登记各区域、各年度的单价和批准文号后，改造菜单会自动算出金额",
        links=(Link("登记单价", "/rates/new/", "plus", Permission.MENU_MANAGE),),
    ),
)
