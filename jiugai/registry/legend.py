"""What colours mean on the map: one legend per question people ask, as data for tiles, lists, exports and the page.

Colours are those of the look, section 6: checked for protan, deutan and tritan sight. 资料不足 is hollow and last.
"""

from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import Case, CharField, F, Value, When
from django.db.models.expressions import Combinable

from jiugai.accounts.actor import Actor
from jiugai.accounts.permissions import Permission, may
from jiugai.domain import built_years
from jiugai.domain.checkup.bands import bands
from jiugai.domain.ownership import Group
from jiugai.registry.choices import HeightClass, Need

GREY = "#7C868F"
UNKNOWN = "unknown"
NO_SCORE = "no_score"
DARKER_IS_OLDER = ("#0F2238", "#1B4B86", "#6C9BC9", "#BFD3E8")


class LegendClass(NamedTuple):
    """One line of a legend. `value` is also the value of the filter that the line switches."""

    value: str
    label: str
    colour: str

    @property
    def hollow(self) -> bool:
        """Tell whether the dot is drawn hollow: nothing is known."""
        return self.value == UNKNOWN


@dataclass(frozen=True)
class Legend:
    """A way to colour communities.

    `filter` is the filter's name in an address, `attribute` the short name in tiles, `expression` the class in SQL.
    `needs` is the right without which nobody may colour by it.
    """

    key: str
    title: str
    filter: str
    attribute: str
    expression: Combinable
    classes: tuple[LegendClass, ...]
    note: str
    needs: Permission = Permission.REGISTER_VIEW

    def class_of(self, value: str) -> LegendClass:
        """Return the line of a value; what the legend does not know counts as unknown."""
        return next((c for c in self.classes if c.value == value), self.classes[-1])


def _year() -> Case:
    """Return the class of the year built; both cut-offs are class edges (T22-5)."""
    *closed, newest = built_years.classes()
    return Case(
        When(built_year__isnull=True, then=Value(UNKNOWN)),
        *(When(built_year__lte=one.last, then=Value(one.code)) for one in closed),
        default=Value(newest.code),
        output_field=CharField(),
    )


def _score() -> Case:
    """Return the class of the check-up's score."""
    *closed, best = bands()
    return Case(
        When(checkup_year__isnull=True, then=Value(UNKNOWN)),
        When(checkup_score__isnull=True, then=Value(NO_SCORE)),
        *(When(checkup_score__lt=one.below, then=Value(one.code)) for one in closed),
        default=Value(best.code),
        output_field=CharField(),
    )


NEED = Legend(
    key="need",
    title="改造需求",
    filter="need",
    attribute="need",
    expression=F("need"),
    classes=(
        LegendClass(Need.HIGH, "高：多层，多数无电梯", "#A5352B"),
        LegendClass(Need.MID, "中：有高层，多数无电梯", "#E3A65B"),
        LegendClass(Need.LOW, "低：多数已有电梯", "#6C9BC9"),
        LegendClass(Need.NONE, "不涉及：3层及以下", "#1D3A57"),
        LegendClass(Need.UNKNOWN, "资料不足", GREY),
    ),
    note="按成交记录推算：最高 4—7 层、过半无电梯为“高”",
)
OWNERSHIP = Legend(
    key="ownership",
    title="产权性质",
    filter="ownership",
    attribute="own",
    expression=F("ownership_group"),
    classes=(
        LegendClass(Group.CENTRAL, Group.CENTRAL.label, "#A5352B"),
        LegendClass(Group.COMMODITY, Group.COMMODITY.label, "#1B4B86"),
        LegendClass(Group.UNIT, Group.UNIT.label, "#B68B16"),
        LegendClass(Group.MIXED, Group.MIXED.label, "#9372C8"),
        LegendClass(Group.AFFORDABLE, Group.AFFORDABLE.label, "#6EAD9C"),
        LegendClass(Group.SMALL, Group.SMALL.label, "#43251A"),
        LegendClass(Group.UNKNOWN, Group.UNKNOWN.label, GREY),
    ),
    note="按各来源所载产权类别归并，未经权属核对",
)
YEAR = Legend(
    key="year",
    title="建成年代",
    filter="built",
    attribute="yr",
    expression=_year(),
    classes=(
        *(
            LegendClass(one.code, one.label, colour)
            for one, colour in zip(built_years.classes(), DARKER_IS_OLDER, strict=True)
        ),
        LegendClass(UNKNOWN, "资料不足", GREY),
    ),
    note="颜色越深建成越早；跨年建设的按多数年份",
)
HEIGHT = Legend(
    key="height",
    title="高度",
    filter="height",
    attribute="hgt",
    expression=F("height_class"),
    classes=tuple(
        LegendClass(value, HeightClass(value).label, colour)
        for value, colour in (
            (HeightClass.HIGH, "#0F2238"),
            (HeightClass.MID_RISE, "#1B4B86"),
            (HeightClass.MULTI, "#6C9BC9"),
            (HeightClass.LOW, "#BFD3E8"),
            (HeightClass.BUNGALOW, "#E3A65B"),
            (HeightClass.UNKNOWN, GREY),
        )
    ),
    note="按小区内最高的楼；颜色越深越高",
)
CHECKUP = Legend(
    key="checkup",
    title="体检得分",
    filter="checkup",
    attribute="chk",
    expression=_score(),
    classes=(
        *(
            LegendClass(one.code, one.label, colour)
            for one, colour in zip(bands(), ("#A5352B", "#E3A65B", "#6C9BC9", "#1D3A57"), strict=True)
        ),
        LegendClass(NO_SCORE, "已体检，没有得分", "#9372C8"),
        LegendClass(UNKNOWN, "未体检", GREY),
    ),
    note="按最近一次完成的体检，撤回的不算；分档为平台暂定",
    needs=Permission.CHECKUP_VIEW,
)
LEGENDS: dict[str, Legend] = {one.key: one for one in (NEED, OWNERSHIP, YEAR, HEIGHT, CHECKUP)}


def legends(actor: Actor) -> dict[str, Legend]:
    """Return the legends that the actor may colour by."""
    return {key: one for key, one in LEGENDS.items() if may(actor, one.needs)}


def legend(key: str, actor: Actor) -> Legend:
    """Return a legend by its key; need when the address names none that the actor may use."""
    return legends(actor).get(key, NEED)
