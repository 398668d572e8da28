"""The list beside the map: the same conditions as the map, one page at a time."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jiugai.accounts.actor import Actor
from jiugai.accounts.models import Area
from jiugai.registry.choices import PositionState
from jiugai.registry.filters import community_filters
from jiugai.registry.legend import Legend, LegendClass
from jiugai.registry.models import Community
from jiugai.web.parts.numbers import grouped, percent
from jiugai.web.tables import keyset
from jiugai.web.tables.keyset import Order
from jiugai.web.tables.params import Condition

PAGE_SIZE = 60
MAX_SELECTED = 5000


@dataclass(frozen=True)
class Sort:
    """One way to order the list; `figure` is what stands at the right of each line."""

    key: str
    label: str
    order: Order

    def figure(self, row: Community) -> str:
        """Return the figure the list is sorted by, empty where it is not known."""
        value = getattr(row, self.order.field)
        if value is None:
            return ""
        if self.key == "no_lift":
            return percent(value).replace(".0%", "%")
        return f"{value}年" if self.key == "year" else f"{grouped(value, 0)} 户"


SORTS = {
    one.key: one
    for one in (
        Sort("households", "户数最多", Order("households", descending=True)),
        Sort("no_lift", "无电梯占比", Order("share_no_lift", descending=True)),
        Sort("year", "建成最早", Order("built_year")),
    )
}


@dataclass(frozen=True)
class Line:
    """One community in the list."""

    row: Community
    dot: LegendClass
    detail: str
    figure: str
    suspect: bool


@dataclass(frozen=True)
class SideList:
    """A page of the list; `next` is the cursor behind it, empty at the end."""

    lines: list[Line]
    next: str
    sort: Sort
    conditions: list[Condition]


def side_list(*, params: Mapping[str, Any], actor: Actor, legend: Legend) -> SideList:
    """Return a page of the list. `sort` and `after` come from the address. Raises BadFilter."""
    sort = SORTS.get(str(params.get("sort", "")), SORTS["households"])
    rows = community_filters.apply(Community.objects.current(), params, actor)
    kinds = rows.annotate(kind=legend.expression).defer("search_text", "boundary")
    page = keyset.page(kinds, sort.order, size=PAGE_SIZE, after=str(params.get("after", "")))
    names = district_names()
    lines = [_line(row, legend, sort, names) for row in page.rows]
    return SideList(lines, page.next, sort, community_filters.describe(params, actor))


def selected_ids(*, params: Mapping[str, Any], actor: Actor) -> list[int]:
    """Return the ids of rows that meet the conditions, at most 5,000, for marking them on the map."""
    rows = community_filters.apply(Community.objects.current(), params, actor)
    return list(rows.order_by("pk").values_list("pk", flat=True)[:MAX_SELECTED])


def district_names() -> dict[str, str]:
    """Return the names of the districts by code."""
    return dict(Area.objects.filter(level=Area.Level.DISTRICT).values_list("code", "name"))


def district_of(path: str, names: Mapping[str, str]) -> str:
    """Return the district's name of a path such as `/110000/110105/110105012/`."""
    return next((names[code] for code in path.split("/") if code in names), "")


def _line(row: Any, legend: Legend, sort: Sort, names: Mapping[str, str]) -> Line:
    return Line(
        row=row,
        dot=legend.class_of(row.kind),
        detail=_detail(row, district_of(row.area_path, names)),
        figure=sort.figure(row),
        suspect=row.position_state != PositionState.GOOD,
    )


def _detail(row: Community, district: str) -> str:
    parts = (
        f"{row.built_year}年" if row.built_year else "",
        f"{row.floors_max} 层" if row.floors_max else "",
        f"{grouped(row.households, 0)} 户" if row.households else "",
    )
    return f"{district} {'，'.join(part for part in parts if part)}".strip()
