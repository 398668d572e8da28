"""The fields a file can fill. The keys are those under which the register keeps values."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from jiugai.domain.intake.fields import numbers, places, text, words, years
from jiugai.domain.intake.fields.text import Reading
from jiugai.domain.intake.rows import Cell

Read = Callable[[Cell], Reading]
OUR_BUILDING = "平台楼栋编号"
PLACE_FIELDS = ("lon", "lat", "point")
"""Fields that together make the point; `point` is both in one cell."""


class UnknownField(LookupError):
    """A profile names a field that does not exist."""


@dataclass(frozen=True)
class Field:
    """A field: its key, its words, the column titles that mean it, how a cell is read.

    `hints` is a range of numbers usual for the field; columns whose numbers lie elsewhere are doubted.
    """

    key: str
    label: str
    read: Read
    aliases: tuple[str, ...] = ()
    unit: str = ""
    clause: str = ""
    required: bool = False
    hints: tuple[float, float] | None = None


_whole = partial(partial, numbers.read_whole)
_NAME = Field(
    "name", "小区名称", text.read_name, ("小区", "名称", "name", "社区名称", "项目名称", "小区名"), required=True
)
_POINT = (
    Field(
        "lon", "经度", places.read_degrees, ("lng", "lon", "longitude", "x", "经度坐标", "东经"), "度", hints=(115, 118)
    ),
    Field("lat", "纬度", places.read_degrees, ("latitude", "y", "纬度坐标", "北纬"), "度", hints=(39, 41.5)),
    Field("point", "坐标", places.read_pair, ("经纬度", "位置坐标", "location")),
)
_YEARS = (
    Field("built_year", "建成年份", years.read_year,
          ("建成", "建筑年代", "建成年代", "年代", "建成时间", "竣工年份", "竣工时间", "建造年份", "年份", "buildtime"),
          "年", "T22-5", hints=(1900, 2030)),
    Field("built_year_min", "最早建成", years.read_year, ("最早建成年份",), "年", "T22-5", hints=(1900, 2030)),
    Field("built_year_max", "最晚建成", years.read_year, ("最晚建成年份",), "年", "T22-5", hints=(1900, 2030)),
)  # fmt: skip
_OWNERSHIP = Field(
    "ownership", "产权性质", words.read_ownership, ("产权", "产权类别", "产权类型", "产权分类"), clause="T01-3"
)
_COMMUNITY = (
    _NAME,
    Field("code", "平台编号", partial(text.read_text, longest=24)),
    Field("source_key", "来源编号", partial(text.read_text, longest=60), ("编号", "id", "cid", "小区编号", "code")),
    Field("address", "地址", text.read_text, ("详细地址", "小区地址", "坐落", "address")),
    Field("district", "区", words.read_district,
          ("所属区", "辖区", "区县", "行政区", "区域", "区域商圈", "district", "城区")),
    Field("street", "街道（乡镇）", partial(text.read_text, longest=80), ("街道", "所属街道", "乡镇", "街乡镇")),
    *_POINT,
    *_YEARS,
    _OWNERSHIP,
    Field("households", "户数", _whole(units=("户", "户数"), low=1, high=100_000),
          ("总户数", "居民户数", "房屋总数"), "户",
          hints=(10, 20_000)),
    Field("building_count", "楼栋数", _whole(units=("栋", "幢", "座"), low=1, high=2000),
          ("楼栋", "栋数", "楼栋总数", "楼数"), "栋",
          hints=(1, 300)),
    Field("floors_max", "最高层数", _whole(units=("层",), low=1, high=150),
          ("层数", "总层数", "楼层"), "层", hints=(1, 40)),
    Field("height_class", "建筑类型", words.read_height, ("楼型高度", "高度")),
    Field("share_no_lift", "无电梯占比", numbers.read_share, ("无电梯比例",), "%"),
    Field("share_masonry", "砖混占比", numbers.read_share, ("砖混结构占比",), "%"),
    Field("sales", "成交笔数", _whole(units=("笔", "套")), ("成交量",), "笔"),
    Field("floor_area", "建筑面积", numbers.read_area,
          ("总建筑面积", "建筑面积(㎡)", "面积"), "㎡", hints=(500, 3_000_000)),
    Field("plot_ratio", "容积率", partial(numbers.read_decimal, high=100), ("far",)),
    Field("green_rate", "绿化率", numbers.read_percent, ("绿地率", "现状绿化率"), "%"),
    Field("property_fee", "物业费", numbers.read_fee, ("物业费用", "物业管理费", "物业收费"), "元/㎡·月"),
    Field("property_firm", "物业服务企业", partial(text.read_text, longest=120),
          ("物业公司", "物业", "物业企业", "管理单位")),
    Field("developer", "建设单位", partial(text.read_text, longest=120), ("开发商", "开发企业", "开发单位")),
)  # fmt: skip
_BUILDING = (
    Field("community", "所属小区", text.read_name, ("小区", "小区名称", "社区名称"), required=True),
    Field("label", "楼号", partial(text.read_text, longest=60),
          ("楼栋号", "楼栋名称", "楼名", "栋号", "名称"), required=True),
    Field("code", OUR_BUILDING, partial(text.read_text, longest=60)),
    Field("source_key", "来源编号", partial(text.read_text, longest=60), ("编号", "id", "楼栋编号", "code")),
    *_POINT,
    _YEARS[0],
    _OWNERSHIP,
    Field("storeys", "地上层数", _whole(units=("层",), low=1, high=150),
          ("层数", "总层数", "楼层数", "地上楼层"), "层", hints=(1, 40)),
    Field("building_type", "楼型", words.read_shape, ("建筑形式", "建筑类型")),
    Field("structure", "结构", words.read_structure, ("建筑结构", "结构类型")),
    Field("has_lift", "有电梯", words.read_yes_no, ("电梯", "有无电梯", "是否有电梯", "elevator")),
    Field("households", "户数", _whole(units=("户",), low=1, high=10_000), ("总户数",), "户", hints=(4, 1000)),
    Field("floor_area", "建筑面积", numbers.read_area, ("建筑面积(㎡)", "面积"), "㎡", hints=(200, 200_000)),
)  # fmt: skip
COMMUNITY: Mapping[str, Field] = {field.key: field for field in _COMMUNITY}
BUILDING: Mapping[str, Field] = {field.key: field for field in _BUILDING}
FIELDS: Mapping[str, Mapping[str, Field]] = {"communities": COMMUNITY, "buildings": BUILDING}


def field_of(target: str, key: str) -> Field:
    """Return a field of a target (communities, buildings).

    Raises:
        UnknownField: there is none of that key.

    """
    table = FIELDS.get(target, {})
    if key not in table:
        raise UnknownField(f"{target}.{key}")
    return table[key]
