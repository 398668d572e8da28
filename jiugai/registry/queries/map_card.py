"""The card of a community on the map: the few facts people ask first, each with its sources."""

from dataclasses import dataclass
from typing import Any

from jiugai.accounts.actor import Actor
from jiugai.accounts.permissions import Permission, may
from jiugai.domain.stages import STAGES, gate_after, position
from jiugai.registry.choices import PositionState, Provenance
from jiugai.registry.facts import COMMUNITY
from jiugai.registry.legend import LEGENDS, LegendClass
from jiugai.registry.models import Community, Source
from jiugai.registry.queries.claims import FactRow, live_values, rows_of
from jiugai.registry.queries.map_list import district_names, district_of
from jiugai.web.parts.dates import cn_years
from jiugai.web.parts.numbers import area_in_wan, grouped, percent

FLAG_WORDS = {
    "district_mismatch": "坐标落在所属区以外",
    "stale_or_shared_point": "与别的小区共用一个坐标，或坐标已过期",
    "shared_point": "与别的小区共用一个坐标",
    "outside_city": "坐标落在北京市以外",
}


@dataclass(frozen=True)
class CardFact:
    """A line of the card; an empty `value` is shown as unknown."""

    label: str
    value: str
    sources: list[Source]
    conflict: str = ""
    demo: bool = False


@dataclass(frozen=True)
class Card:
    """What the card shows."""

    row: Community
    place: str
    need: LegendClass
    facts: list[CardFact]
    doubts: list[str]
    stage_number: int
    stage_label: str
    stages: list[bool]
    gate: str


def card(community: Community, actor: Actor) -> Card:
    """Return the card of a community, in three queries."""
    rows = rows_of(COMMUNITY.values(), live_values(community), {})
    at = position(community.stage)
    gate = gate_after(community.stage)
    return Card(
        row=community,
        place=_place(community),
        need=LEGENDS["need"].class_of(community.need),
        facts=[*_facts(community, rows), *_checkup(community, actor)],
        doubts=doubts(community),
        stage_number=at + 1,
        stage_label=STAGES[at].label,
        stages=[i <= at for i in range(len(STAGES))],
        gate=gate.label if gate else "",
    )


def doubts(community: Community) -> list[str]:
    """Return in words why the point is not trusted; empty when it is."""
    if community.position_state != PositionState.SUSPECT:
        return []
    return [FLAG_WORDS.get(flag, flag) for flag in community.position_flags] or ["来源未给出可信坐标"]


def _place(community: Community) -> str:
    district = district_of(community.area_path, district_names())
    area = community.area.name if community.area.name != district else ""
    return f"{district}{area}{community.address.removeprefix(district)}"


def _facts(c: Community, rows: dict[str, FactRow]) -> list[CardFact]:
    def line(label: str, value: str, *fields: str) -> CardFact:
        found = [rows[field] for field in fields]
        return CardFact(label, value, _sources(found), next((row.conflict for row in found if row.conflict), ""))

    return [
        line("建成年代", _years(c), "built_year", "built_year_min", "built_year_max"),
        line("楼栋", _buildings(c), "building_count", "floors_max"),
        line("无电梯占比", _lifts(c), "share_no_lift"),
        line("户数、面积", _size(c), "households", "floor_area"),
        line("产权", rows["ownership"].text or _group(c), "ownership"),
    ]


def _checkup(c: Community, actor: Actor) -> list[CardFact]:
    """Return the line of the check-up, for those who may see check-ups."""
    if not may(actor, Permission.CHECKUP_VIEW, c):
        return []
    if c.checkup_year is None:
        return [CardFact("体检", "未体检", [])]
    score = "没有得分" if c.checkup_score is None else f"{c.checkup_score} 分"
    return [CardFact("体检", f"{c.checkup_year} 年度，{score}", [], demo=c.checkup_provenance == Provenance.DEMO)]


def _sources(rows: list[FactRow]) -> list[Source]:
    """Return the sources whose word counts, one per mark."""
    counting: list[Any] = [row.counting for row in rows if row.counting]
    return list({value.source.mark: value.source for value in counting}.values())


def _years(c: Community) -> str:
    span = cn_years(c.built_year_min or c.built_year, c.built_year_max or c.built_year)
    mostly = f"，多数为{c.built_year}年" if c.built_year and span != f"{c.built_year}年" else ""
    return f"{span}{mostly}"


def _buildings(c: Community) -> str:
    count = f"{grouped(c.building_count, 0)} 栋" if c.building_count else ""
    floors = f"最高 {c.floors_max} 层" if c.floors_max else ""
    return "，".join(part for part in (count, floors) if part)


def _lifts(c: Community) -> str:
    if c.share_no_lift is None:
        return ""
    return percent(c.share_no_lift) + (f"（{grouped(c.sales, 0)} 笔成交）" if c.sales else "")


def _size(c: Community) -> str:
    homes = f"{grouped(c.households, 0)} 户" if c.households else ""
    area = area_in_wan(c.floor_area) if c.floor_area else ""
    return "，".join(part for part in (homes, area) if part)


def _group(c: Community) -> str:
    found = LEGENDS["ownership"].class_of(c.ownership_group)
    return "" if found.hollow else found.label
