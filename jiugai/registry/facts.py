"""What facts there are of a community and a building: words, units, limits, how to read and to show them.

A fact's value is kept as JSON beside its source (`CommunityValue`, `BuildingValue`)
and as a typed column on the record.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from jiugai.domain.ownership import Ownership
from jiugai.registry.choices import BuildingType, HeightClass, MixedPilot, Need, PlanMark, Structure

Choices = Sequence[tuple[str, str]]


class Kind(StrEnum):
    """How a fact is typed in, kept and shown."""

    TEXT = "text"
    YEAR = "year"
    WHOLE = "whole"  # integer
    DECIMAL = "decimal"
    SHARE = "share"  # typed as percent, kept as a fraction of one
    CHOICE = "choice"
    CLASSES = "classes"  # one or several property-right classes
    POINT = "point"  # [lon, lat] in CGCS2000 degrees
    YES_NO = "yes_no"
    AREA = "area"  # code of a district, street or residents' committee


class Part(StrEnum):
    """Under which heading a fact stands."""

    PLACE = "位置"
    BUILT = "建筑"
    OWNERS = "产权与改造"
    CARE = "管理"


@dataclass(frozen=True)
class Fact:
    """One field with everything a page or form needs to know of it. `low` and `high` are in the unit people type."""

    field: str
    label: str
    kind: Kind
    part: Part
    unit: str = ""
    hint: str = ""
    low: int = 0
    high: int = 0
    places: int = 0
    length: int = 0
    choices: Choices = ()
    clause: str = ""
    is_name: bool = False  # needs a letter: digits alone are a number in the wrong place


def _classes() -> Choices:
    return [(one.value, one.label) for one in Ownership if one is not Ownership.UNKNOWN]


def _without_unknown(choices: Choices) -> Choices:
    return [(code, label) for code, label in choices if code != "unknown"]


K, P = Kind, Part
SHARE = "百分数，0 到 100，如 85"
_COMMUNITY = (
    Fact("name", "小区名称", K.TEXT, P.PLACE, length=120, is_name=True, hint="按门牌或地名办登记的名称，不加区名"),
    Fact("address", "地址", K.TEXT, P.PLACE, length=200),
    Fact("area", "所属辖区", K.AREA, P.PLACE, hint="区、街道或社区"),
    Fact("point", "坐标", K.POINT, P.PLACE, hint="CGCS2000 经度，纬度，如 116.35298，39.88321"),
    Fact("built_year_min", "最早建成", K.YEAR, P.BUILT, "年", low=1850, clause="T22-5"),
    Fact("built_year_max", "最晚建成", K.YEAR, P.BUILT, "年", low=1850, clause="T22-5"),
    Fact(
        "built_year",
        "建成年份",
        K.YEAR,
        P.BUILT,
        "年",
        low=1850,
        clause="T22-5",
        hint="多数楼建成的年份，四位，如 1981",
    ),
    Fact("building_count", "楼栋", K.WHOLE, P.BUILT, "栋", low=1, high=2000),
    Fact("floors_max", "最高层数", K.WHOLE, P.BUILT, "层", low=1, high=150),
    Fact("height_class", "高度", K.CHOICE, P.BUILT, choices=_without_unknown(HeightClass.choices)),
    Fact("share_no_lift", "无电梯占比", K.SHARE, P.BUILT, "%", high=100, places=1, hint=SHARE),
    Fact("share_masonry", "砖混结构占比", K.SHARE, P.BUILT, "%", high=100, places=1, hint=SHARE),
    Fact("sales", "成交笔数", K.WHOLE, P.BUILT, "笔", high=1_000_000),
    Fact("households", "户数", K.WHOLE, P.BUILT, "户", low=1, high=100_000),
    Fact("floor_area", "建筑面积", K.DECIMAL, P.BUILT, "㎡", low=1, high=10_000_000, places=2),
    Fact("plot_ratio", "容积率", K.DECIMAL, P.BUILT, high=100, places=2),
    Fact("green_rate", "现状绿化率", K.DECIMAL, P.BUILT, "%", high=100, places=1),
    Fact("ownership", "产权性质", K.CLASSES, P.OWNERS, choices=_classes(), clause="T01-3", hint="可以选几类"),
    Fact("mixed_pilot", "混合产权试点", K.CHOICE, P.OWNERS, choices=MixedPilot.choices, clause="T32-4"),
    Fact("plan_mark", "“十四五”标记", K.CHOICE, P.OWNERS, choices=_without_unknown(PlanMark.choices), clause="T01-2"),
    Fact("need", "改造需求", K.CHOICE, P.OWNERS, choices=_without_unknown(Need.choices), clause="T01-4"),
    Fact("property_firm", "物业服务企业", K.TEXT, P.CARE, length=120),
    Fact("property_fee", "物业费", K.DECIMAL, P.CARE, "元/㎡·月", high=1000, places=2),
    Fact("developer", "建设单位", K.TEXT, P.CARE, length=120),
)
_BUILDING = (
    Fact("label", "楼号", K.TEXT, P.PLACE, length=60),
    Fact("point", "坐标", K.POINT, P.PLACE, hint="CGCS2000 经度，纬度"),
    Fact("built_year", "建成年份", K.YEAR, P.BUILT, "年", low=1850, clause="T22-5"),
    Fact("fire_standard", "建成时消防技术标准", K.TEXT, P.BUILT, length=80, clause="T22-5",
         hint="按设计图纸写标准编号，如 GBJ 16-87；不填则按建成年份推定"),
    Fact("storeys", "地上层数", K.WHOLE, P.BUILT, "层", low=1, high=150),
    Fact("building_type", "楼型", K.CHOICE, P.BUILT, choices=_without_unknown(BuildingType.choices)),
    Fact("structure", "结构", K.CHOICE, P.BUILT, choices=_without_unknown(Structure.choices)),
    Fact("has_lift", "电梯", K.YES_NO, P.BUILT),
    Fact("lift_share", "有电梯占比", K.SHARE, P.BUILT, "%", high=100, places=1, hint=SHARE),
    Fact("sales", "成交笔数", K.WHOLE, P.BUILT, "笔", high=1_000_000),
    Fact("households", "户数", K.WHOLE, P.BUILT, "户", low=1, high=10_000),
    Fact("floor_area", "建筑面积", K.DECIMAL, P.BUILT, "㎡", low=1, high=1_000_000, places=2),
    Fact("ownership", "产权性质", K.CLASSES, P.OWNERS, choices=_classes(), clause="T32-4", hint="可以选几类"),
)  # fmt: skip
COMMUNITY: dict[str, Fact] = {fact.field: fact for fact in _COMMUNITY}
BUILDING: dict[str, Fact] = {fact.field: fact for fact in _BUILDING}


class UnknownFact(LookupError):
    """There is no such field on this kind of record."""


def fact_of(subject: Any, field: str) -> Fact:
    """Return the declaration of a field of a Community or Building. Raises UnknownFact."""
    table = COMMUNITY if subject._meta.model_name == "community" else BUILDING  # noqa: SLF001 - documented API
    if field not in table:
        raise UnknownFact(field)
    return table[field]
