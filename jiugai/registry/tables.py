"""The registers as lists: columns, order, bulk actions, and what stands there while they are empty."""

from functools import cache
from typing import Any

from django.db.models import QuerySet
from django.urls import NoReverseMatch, reverse

from jiugai.accounts.permissions import Permission
from jiugai.domain.intake.fields import OUR_BUILDING
from jiugai.domain.ownership import Group, known
from jiugai.domain.stages import STAGES
from jiugai.registry.bulk_actions import ACCEPT, ASSIGN, MARK
from jiugai.registry.choices import BuildingRecord, Need, PlanMark
from jiugai.registry.filters import building_filters, community_filters
from jiugai.registry.marks import building_marks, community_marks
from jiugai.registry.models import Building, Community, Source
from jiugai.registry.streets import how_placed, placing
from jiugai.web.parts import marks
from jiugai.web.parts.dates import cn_years
from jiugai.web.tables.columns import Column, dot
from jiugai.web.tables.table import Empty, Link, Table

STAGE_LABELS = {stage.code: stage.label for stage in STAGES}
# The style sheet's name of a map colour, where it is not the group's own.
COLOURS = {Group.SMALL.value: "minor"}
UNKNOWN = "unknown"
# Sources that draw the map but say nothing of a community.
BASE_MAP = ("districts", "admin-codes", "roads", "subway")


def file_url(pk: int) -> str:
    """Return the address of a community's file."""
    try:
        return reverse("community-file", args=[pk])
    except NoReverseMatch:
        return f"/communities/{pk}/"


def place(row: Any) -> str:
    """Return the names from the district down to where the community lies."""
    area, names = row.area, list[str]()
    while area is not None and area.level != "city":
        names.insert(0, area.name)
        area = area.parent
    return " ".join(names)


def _owner(row: Any) -> Any:
    group = Group(row.ownership_group)
    return dot(UNKNOWN if group is Group.UNKNOWN else f"own-{COLOURS.get(group, group)}", group.label)


def _classes(row: Any) -> str:
    return (
        "、".join(one.label for one in known(row.ownership_classes))
        or Group(getattr(row, "ownership_group", UNKNOWN)).label
    )


def _need(row: Any) -> Any:
    return dot(UNKNOWN if row.need == Need.UNKNOWN else f"need-{row.need}", Need(row.need).label)


def _plan(row: Any) -> Any:
    return _plan_tag(row.plan_mark)


@cache
def _plan_tag(mark: str) -> Any:
    kinds = {PlanMark.NEEDED: "run", PlanMark.NOT_NEEDED: "na", PlanMark.UNKNOWN: "unk"}
    words = {PlanMark.NEEDED: "需改造", PlanMark.NOT_NEEDED: "不需改造", PlanMark.UNKNOWN: "待核实"}
    return marks.state(kinds[PlanMark(mark)], words[PlanMark(mark)])


def _years(row: Any) -> str:
    several = row.built_year_min is not None and row.built_year_min != row.built_year_max
    return cn_years(row.built_year_min, row.built_year_max).removesuffix("年") if several else ""


def _record(row: Any) -> str:
    return "" if row.record == BuildingRecord.SURVEYED else row.get_record_display()


def _display(name: str) -> Any:
    """Return a function that takes the words of a choice, nothing for an unknown one."""

    def words(row: Any) -> str | None:
        return None if getattr(row, name) == UNKNOWN else getattr(row, f"get_{name}_display")()

    return words


def _column(name: str, label: str, **more: Any) -> Column:
    """Build the column of a plain field."""
    return Column(key=name, label=label, value=lambda row: getattr(row, name), **more)


def _coordinate(axis: str) -> Any:
    return lambda row: round(getattr(row.point, axis), 6) if row.point else None


def _demo(row: Any) -> Any:
    return marks.demo() if row.provenance == "demo" else ""


def _hint(row: Any) -> str:
    """Return the street that names suggest, while none is known."""
    hint = how_placed(row).hint
    return f"{hint.name}（{hint.evidence}）" if hint else ""


def _suggested(row: Any) -> str:
    hint = _hint(row)
    return f"建议 {hint}" if hint else ""


def _made_up(row: Any) -> Any:
    return marks.demo("演示划归") if how_placed(row).is_demo else ""


def _score(row: Any) -> Any:
    """Write the score of the check-up in force: not done and done without a score are two things."""
    if row.checkup_year is None:
        return "未体检"
    return marks.unknown("没有得分") if row.checkup_score is None else str(row.checkup_score)


def _score_year(row: Any) -> str:
    return "" if row.checkup_year is None else f"{row.checkup_year}年度"


def _score_demo(row: Any) -> Any:
    return marks.demo() if row.checkup_provenance == "demo" else ""


def _building_name(row: Any) -> str:
    return f"{row.community.name} {row.label}"


COMMUNITY_COLUMNS = (
    Column(key="name", label="小区", value=lambda row: row.name, tag=_demo,
           sort="pinyin", lead=True, width=26,
           second=lambda row: row.address),
    Column(key="area", label="辖区", value=place, sort="area_path", width=26, second=_suggested,
           tag=_made_up),
    Column(key="street_hint", label="建议街道（待核实）", value=_hint, default=False, blank="", width=22),
    Column(key="built", label="建成", unit="年", value=lambda row: row.built_year, sort="built_year", kind="year",
           second=_years, fact="built_year", width=9),
    Column(key="ownership", label="产权", value=_classes, show=_owner, fact="ownership", width=20),
    Column(key="need", label="改造需求", value=_display("need"), show=_need, fact="need", width=10),
    Column(key="plan", label="“十四五”", value=lambda row: PlanMark(row.plan_mark).label, show=_plan, width=16,
           fact="plan_mark"),
    Column(key="height", label="高度", value=_display("height_class"), fact="height_class", default=False),
    _column("floors_max", "最高层数", unit="层", kind="number", sort="floors_max", fact="floors_max"),
    _column("building_count", "楼栋", unit="栋", kind="number", fact="building_count"),
    _column("households", "户数", unit="户", kind="number", sort="households", fact="households"),
    _column("share_no_lift", "无电梯占比", kind="share", fact="share_no_lift", default=False),
    _column("share_masonry", "砖混占比", kind="share", fact="share_masonry", default=False),
    _column("floor_area", "建筑面积", unit="㎡", kind="decimal", fact="floor_area", default=False),
    _column("plot_ratio", "容积率", kind="decimal", fact="plot_ratio", default=False),
    _column("green_rate", "绿化率", unit="%", kind="decimal", fact="green_rate", default=False),
    _column("property_fee", "物业费", unit="元/㎡·月", kind="decimal", fact="property_fee", default=False),
    _column("property_firm", "物业服务企业", fact="property_firm", default=False, width=26),
    _column("developer", "建设单位", fact="developer", default=False, width=26),
    Column(key="checkup", label="体检得分", unit="分", value=lambda row: row.checkup_score, show=_score, kind="decimal",
           sort="checkup_score", default=False, second=_score_year, tag=_score_demo, needs=Permission.CHECKUP_VIEW),
    Column(key="mixed", label="混合产权试点", value=lambda row: row.get_mixed_pilot_display(), default=False),
    Column(key="stage", label="阶段", value=lambda row: STAGE_LABELS.get(row.stage, row.stage), default=False),
    Column(key="position", label="位置", value=lambda row: row.get_position_state_display(), default=False),
    Column(key="lon", label="经度", unit="CGCS2000", value=_coordinate("x"), default=False),
    Column(key="lat", label="纬度", unit="CGCS2000", value=_coordinate("y"), default=False),
    _column("address", "地址", fact="address", default=False, width=30),
    _column("sales", "成交笔数", unit="笔", kind="number", fact="sales", default=False),
    _column("code", "平台编号", default=False, width=18),
    _column("updated_at", "更新", kind="time", sort="updated_at", default=False, width=17),
)  # fmt: skip

BUILDING_COLUMNS = (
    Column(key="name", label="楼栋", value=_building_name, tag=_demo,
           sort="community_id", lead=True, width=30, second=_record),
    Column(key="area", label="辖区", value=lambda row: place(row.community), width=22),
    _column("built_year", "建成", unit="年", kind="year", sort="built_year", fact="built_year", width=9),
    _column("storeys", "地上层数", unit="层", kind="number", sort="storeys", fact="storeys"),
    Column(key="type", label="楼型", value=_display("building_type"), fact="building_type"),
    Column(key="structure", label="结构", value=_display("structure"), fact="structure"),
    Column(key="lift", label="电梯", value=lambda row: {True: "有", False: "没有", None: None}[row.has_lift],
           fact="has_lift"),
    _column("lift_share", "有电梯占比", kind="share", fact="lift_share", default=False),
    Column(key="ownership", label="产权", value=lambda row: "、".join(o.label for o in known(row.ownership_classes)),
           fact="ownership", width=20),
    _column("households", "户数", unit="户", kind="number", fact="households", default=False),
    _column("floor_area", "建筑面积", unit="㎡", kind="decimal", fact="floor_area", default=False),
    _column("fire_standard", "建成时消防技术标准", fact="fire_standard", default=False, width=30),
    _column("sales", "成交笔数", unit="笔", kind="number", fact="sales", default=False),
    Column(key="community", label="所属小区", value=lambda row: row.community.name, default=False, width=26),
    _column("label", "楼号", default=False),
    _column("code", OUR_BUILDING, default=False, width=20),
)  # fmt: skip


def community_rows() -> QuerySet[Community]:
    """Return the communities in force with the areas their place is made of."""
    rows = Community.objects.current().select_related("area__parent__parent")
    rows = rows.prefetch_related(placing())
    return rows.defer("boundary", "search_text", *_boundaries("area"))


def building_rows() -> QuerySet[Building]:
    """Return the buildings of communities in force."""
    rows = Building.objects.filter(withdrawn_at__isnull=True).select_related("community__area__parent__parent")
    return rows.defer("footprint", "community__boundary", "community__search_text", *_boundaries("community__area"))


def _boundaries(area: str) -> list[str]:
    return [f"{area}{up}__boundary" for up in ("", "__parent", "__parent__parent")]


def source_lines() -> list[str]:
    """Return what is said of the data's origin: first the labels in one line, then each source."""
    sources = list(Source.objects.exclude(mark=Source.Mark.ENTERED).exclude(key__in=BASE_MAP))
    labels = list(dict.fromkeys(source.label for source in sources if source.label))
    each = ["，".join(filter(None, (s.name, s.observed, s.label, s.licence))) for s in sources]
    return ["；".join(labels), *each] if labels else each


COMMUNITIES = Table(
    key="communities",
    title="小区",
    unit="个",
    name="community",
    rows=community_rows,
    filters=community_filters,
    columns=COMMUNITY_COLUMNS,
    order="name",
    link=lambda row: file_url(row.pk),
    search_hint="名称、拼音首字母、地址",
    marks=community_marks,
    sources=source_lines,
    bulk=(MARK, ASSIGN, ACCEPT),
    in_files=("code",),
    tools=(
        Link("在图上看", "/map/?{query}", "map-2"),
        Link("新增小区", "/communities/new/", "plus", Permission.REGISTER_CREATE),
    ),
    empty=Empty(
        title="还没有小区",
        text="导入台账后，小区会出现在这里，并落到一张图上",
        links=(Link("导入台账", "/imports/", "file-import", Permission.IMPORT_RUN),),
    ),
)

BUILDINGS = Table(
    key="buildings",
    title="楼栋",
    unit="栋",
    name="building",
    rows=building_rows,
    filters=building_filters,
    columns=BUILDING_COLUMNS,
    order="name",
    link=lambda row: file_url(row.community_id),
    search_hint="小区、楼号、地址",
    marks=building_marks,
    sources=source_lines,
    in_files=("community", "label", "code"),
    tools=(Link("产权单位", "/units/", "building-bank", Permission.REGISTER_VIEW),),
    empty=Empty(
        title="还没有楼栋",
        text="导入楼栋台账或成交记录后，楼栋会出现在这里",
        links=(Link("导入台账", "/imports/", "file-import", Permission.IMPORT_RUN),),
    ),
)
