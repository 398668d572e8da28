"""Works, overlaps, the book of money and the imports as lists."""

from typing import Any

from django.db.models import Count, Q, QuerySet

from jiugai.accounts.permissions import Permission
from jiugai.domain.streetworks import work_kind
from jiugai.registry.tables import place
from jiugai.streetworks.filters import fund_filters, import_filters, overlap_filters, work_filters
from jiugai.streetworks.models import FundEntry, StreetWork, WorkImport
from jiugai.streetworks.queries.overlaps import STANDING, overlap_rows, standing
from jiugai.web.parts import marks
from jiugai.web.tables.columns import Column
from jiugai.web.tables.table import Empty, Link, Table

YUAN = 100


def _demo(row: Any) -> Any:
    return marks.demo() if row.provenance == "demo" else ""


def yuan(fen: int | None) -> float | None:
    """Return fen as yuan, for display."""
    return None if fen is None else fen / YUAN


def _field(name: str, label: str, **more: Any) -> Column:
    return Column(key=name, label=label, value=lambda row: getattr(row, name), **more)


def work_rows() -> QuerySet[StreetWork]:
    """Return works with how many projects they meet."""
    met = Count("overlaps", Q(overlaps__gone_at__isnull=True, overlaps__footprint__live=True))
    return (
        StreetWork.objects.select_related("area", "owner").annotate(met=met).defer("geom", "ground", "area__boundary")
    )


WORK_COLUMNS = (
    Column(key="title", label="工程", value=lambda w: w.title, tag=_demo, lead=True, width=28,
           second=lambda w: w.code),
    Column(key="kind", label="类型", value=lambda w: work_kind(w.kind).label, sort="kind", width=14),
    Column(key="department", label="主管部门", value=lambda w: w.department, sort="department", width=18),
    Column(key="state", label="状态", value=lambda w: w.stands.label, sort="state", width=12,
           show=lambda w: marks.state(w.stands.tag, w.stands.label)),
    _field("starts", "开工", kind="date", sort="starts"),
    _field("ends", "完工", kind="date"),
    _field("met", "交叉", unit="处", kind="number"),
    Column(key="area", label="区", value=lambda w: w.area.name, sort="area_path", width=12),
    _field("road", "道路或地段", blank="", width=18),
    Column(key="digs", label="开挖", value=lambda w: "要开挖" if w.digs else "不开挖", width=10, default=False),
    Column(key="budget", label="投资", value=lambda w: yuan(w.budget_fen), unit="元", kind="decimal", default=False),
    _field("earliest_start", "最早可开工", kind="date", blank="不可移动", default=False),
    _field("latest_start", "最晚可开工", kind="date", blank="不可移动", default=False),
    _field("reported_on", "资料日期", kind="date", default=False),
    _field("code", "编号", default=False),
)  # fmt: skip

VIEW, RECORD = Permission.STREETWORKS_VIEW, Permission.STREETWORKS_RECORD
WORKS = Table(
    key="streetworks",
    title="各部门工程",
    unit="项",
    name="streetwork",
    rows=work_rows,
    filters=work_filters,
    columns=WORK_COLUMNS,
    order="starts",
    link=lambda w: f"/streetworks/{w.pk}/",
    search_hint="工程、编号、道路、部门",
    tools=(
        Link("工程交叉", "/overlaps/", "arrows-join", VIEW),
        Link("一张图", "/streetworks/map/", "map-2", VIEW),
        Link("重复开挖", "/streetworks/digs/", "shovel", VIEW),
        Link("一本账", "/streetworks/book/", "coin", VIEW),
        Link("导出 GeoPackage", "/streetworks/file.gpkg?{query}", "download", Permission.EXPORT),
        Link("导入", "/streetworks/import/", "file-import", RECORD),
        Link("登记一项", "/streetworks/new/", "plus", RECORD),
    ),
    empty=Empty(
        title="还没有其他部门的工程",
        text="管线、道路、绿化、海绵城市、雪亮工程、加装电梯管线，用 Excel、CSV 或 GIS 文件导入",
        links=(Link("导入", "/streetworks/import/", "file-import", RECORD),),
    ),
)


def _gap(row: Any) -> str:
    if row.gap_days is None:
        return "项目时间未定"
    return "同时施工" if row.gap_days == 0 else f"相隔 {row.gap_days} 天"


OVERLAP_COLUMNS = (
    Column(key="work", label="工程", value=lambda o: o.work.title, lead=True, width=26,
           tag=lambda o: _demo(o.work), second=lambda o: o.work.department),
    Column(key="project", label="改造项目", value=lambda o: o.footprint.title, width=26,
           second=lambda o: o.footprint.project_ref),
    Column(key="stands", label="答复", value=lambda o: STANDING[standing(o)][1], width=14,
           show=lambda o: marks.state(*STANDING[standing(o)])),
    Column(key="due", label="答复期限", value=lambda o: o.due, kind="date", blank=""),
    Column(key="gap", label="时间", value=_gap, width=14),
    Column(key="starts", label="工程开工", value=lambda o: o.work.starts, kind="date"),
    Column(key="ends", label="工程完工", value=lambda o: o.work.ends, kind="date"),
    _field("shared_m2", "重叠面积", unit="㎡", kind="number", sort="shared_m2"),
    Column(key="kind", label="工程类型", value=lambda o: work_kind(o.work.kind).label, width=14, default=False),
    Column(key="area", label="辖区", value=lambda o: place(o.footprint.community), sort="area_path", width=20),
    Column(key="reason", label="不需协同的理由", value=lambda o: o.harmless_reason, blank="", default=False, width=26),
)  # fmt: skip

OVERLAPS = Table(
    key="overlaps",
    title="工程交叉",
    unit="处",
    name="overlap",
    rows=overlap_rows,
    filters=overlap_filters,
    columns=OVERLAP_COLUMNS,
    order="-shared_m2",
    link=lambda o: f"/overlaps/{o.pk}/",
    search_hint="工程、项目、部门",
    tools=(
        Link("协同请求", "/matters/kinds/synergy/", "checklist", Permission.MATTER_VIEW),
        Link("一张图", "/streetworks/map/", "map-2", VIEW),
        Link("各部门工程", "/streetworks/", "traffic-cone", VIEW),
    ),
    empty=Empty(
        title="没有发现交叉",
        text="登记了其他部门的工程、提出了改造项目，平台就自动查找同一块地上时间相近的工程",
        links=(Link("导入其他部门工程", "/streetworks/import/", "file-import", RECORD),),
    ),
)


def fund_rows() -> QuerySet[FundEntry]:
    """Return the entries with their area."""
    return FundEntry.objects.select_related("area", "work", "community").defer(
        "area__boundary", "work__geom", "work__ground", "community__boundary", "community__search_text"
    )


def _about(row: Any) -> str:
    parts = [row.work.title if row.work else "", row.community.name if row.community else "", row.project_ref]
    return "，".join(part for part in parts if part)


FUND_COLUMNS = (
    Column(key="department", label="部门", value=lambda f: f.department, lead=True, tag=_demo, width=20),
    Column(key="amount", label="金额", value=lambda f: yuan(f.amount_fen), unit="元", kind="decimal"),
    Column(key="source", label="来源", value=lambda f: f.get_source_display(), width=18),
    Column(key="purpose", label="用途", value=lambda f: f.get_purpose_display(), width=16),
    Column(key="step", label="进度", value=lambda f: f.get_step_display(), width=10),
    _field("on", "日期", kind="date", sort="on"),
    Column(key="about", label="工程或小区", value=_about, blank="", width=26),
    Column(key="area", label="辖区", value=lambda f: f.area.name, sort="area_path", width=14),
    _field("reference", "依据", width=24),
    _field("by_name", "登记人", default=False),
)
FUNDS = Table(
    key="funds",
    title="各部门资金",
    unit="笔",
    name="fund",
    rows=fund_rows,
    filters=fund_filters,
    columns=FUND_COLUMNS,
    order="-on",
    link=lambda f: f"/funds/{f.pk}/",
    search_hint="部门、依据、项目编号",
    tools=(
        Link("一本账", "/streetworks/book/", "coin", VIEW),
        Link("登记一笔", "/funds/new/", "plus", Permission.FUND_RECORD),
    ),
    empty=Empty(title="还没有资金登记", text="导入工程时写了投资的会自动登记；也可以逐笔登记"),
)


def import_rows() -> QuerySet[WorkImport]:
    """Return the imports."""
    return WorkImport.objects.select_related("area").defer("area__boundary")


IMPORTS = Table(
    key="workimports",
    title="工程导入",
    unit="次",
    name="workimport",
    rows=import_rows,
    filters=import_filters,
    columns=(
        Column(key="name", label="文件", value=lambda b: b.name, lead=True, tag=_demo, sort="id", width=28),
        _field("rows", "写入", unit="项", kind="number"),
        _field("department", "报送部门", blank="见各行", width=18),
        _field("crs", "坐标系"),
        _field("observed_on", "资料日期", kind="date"),
        _field("by_name", "导入人"),
        _field("at", "导入时间", kind="time"),
        Column(key="undone", label="撤回", value=lambda b: b.undone_at, kind="time", blank=""),
    ),
    order="-name",
    link=lambda b: f"/workimports/{b.pk}/",
    empty=Empty(title="还没有导入过", text="用 Excel、CSV、GeoJSON、Shapefile 或 GeoPackage 导入其他部门的工程"),
)
