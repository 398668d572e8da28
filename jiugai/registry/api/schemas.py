"""What the API answers with. Geometry is GeoJSON in CGCS2000 degrees (EPSG:4490)."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Generic, TypeVar

from ninja import Field, Schema

from jiugai.accounts.models import Area, Organisation
from jiugai.accounts.permissions import Permission, may
from jiugai.registry.choices import (
    BuildingRecord,
    BuildingType,
    HeightClass,
    MixedPilot,
    Need,
    PlanMark,
    PositionState,
    Provenance,
    Structure,
)
from jiugai.registry.models import Building, Community
from jiugai.registry.models.values import FieldValue

T = TypeVar("T")
# 2^63 - 1, the largest key of a row
LARGEST = 9_223_372_036_854_775_807
SCORES = "; null without one, and for those who may not see check-ups there"


class Problem(Schema):
    """An error in the form of RFC 9457."""

    type: str
    title: str
    status: int
    detail: str
    instance: str = Field(description="Number of the request, as in the log")
    where: str | None = None
    clause: str | None = None
    remedy: str | None = None
    details: list[str] | None = None


class Page(Schema, Generic[T]):
    """A page of a list in the order of ids; give `next` as `cursor` to read on, null at the end."""

    items: list[T]
    next: int | None


class AreaOut(Schema):
    """A territory."""

    code: str
    name: str
    level: Area.Level
    parent: str | None
    path: str

    @staticmethod
    def resolve_parent(area: Area) -> str | None:
        """Return the parent's code."""
        return area.parent.code if area.parent else None


class NameOut(Schema):
    """A name by date; `until` is the first day on which it was no longer valid."""

    name: str
    since: date | None
    until: date | None
    note: str


class OrganisationOut(Schema):
    """A body with duties."""

    id: int
    code: str
    name: str
    full_name: str
    kind: Organisation.Kind
    area: str
    parent: int | None = Field(alias="parent_id")
    provenance: Provenance

    @staticmethod
    def resolve_area(body: Organisation) -> str:
        """Return the area's code."""
        return body.area.code


class OrganisationDetail(OrganisationOut):
    """A body with its other names."""

    note: str
    names: list[NameOut]

    @staticmethod
    def resolve_names(body: Organisation) -> list[dict[str, Any]]:
        """Return aliases and names before and after reorganisations."""
        return [
            {"name": n.name, "since": n.valid.lower, "until": n.valid.upper, "note": n.note} for n in body.names.all()
        ]


class SourceOut(Schema):
    """A source of facts."""

    key: str
    name: str
    mark: str = Field(description="off official, crawl public crawl, rec entered, demo made up")
    observed: str
    licence: str
    label: str
    url: str


class ValueOut(Schema):
    """One source's word on one field."""

    field: str
    value: Any
    source: str
    mark: str
    observed_on: date | None
    provenance: Provenance
    entered_at: datetime

    @staticmethod
    def resolve_source(value: FieldValue) -> str:
        """Return the source's key."""
        return value.source.key

    @staticmethod
    def resolve_mark(value: FieldValue) -> str:
        """Return the source's mark."""
        return value.source.mark


def _sees_scores(row: Community, context: Any) -> bool:
    return bool(may(context["request"].auth, Permission.CHECKUP_VIEW, row))


def lonlat(row: Community | Building) -> list[float] | None:
    """Return a point as [lon, lat]."""
    return [row.point.x, row.point.y] if row.point else None


class CommunityOut(Schema):
    """A community; each value is what counts among its sources."""

    id: int
    code: str
    name: str
    address: str
    area: str = Field(description="Code of the area")
    point: list[float] | None = Field(description="[longitude, latitude], CGCS2000")
    position_state: PositionState
    position_flags: list[str]
    built_year: int | None
    built_year_min: int | None
    built_year_max: int | None
    ownership: str
    ownership_group: str
    ownership_classes: list[str]
    mixed_pilot: MixedPilot
    plan_mark: PlanMark
    need: Need
    height_class: HeightClass
    households: int | None
    building_count: int | None
    floors_max: int | None
    share_no_lift: float | None
    share_masonry: float | None
    sales: int | None
    floor_area: float | None = Field(description="m²")
    plot_ratio: float | None
    green_rate: float | None = Field(description="%")
    property_fee: float | None = Field(description="yuan per m² and month")
    property_firm: str
    developer: str
    stage: str
    checkup_year: int | None = Field(description=f"Year of the newest check-up in force{SCORES}")
    checkup_score: float | None = Field(description=f"Its score, 0 to 100{SCORES}")
    checkup_provenance: Provenance | None = Field(description=f"Whether it is real or made up{SCORES}")
    provenance: Provenance
    updated_at: datetime

    @staticmethod
    def resolve_checkup_year(row: Community, context: Any) -> int | None:
        """Return the year, to those who may see check-ups."""
        return row.checkup_year if _sees_scores(row, context) else None

    @staticmethod
    def resolve_checkup_score(row: Community, context: Any) -> Decimal | None:
        """Return the score, to those who may see check-ups."""
        return row.checkup_score if _sees_scores(row, context) else None

    @staticmethod
    def resolve_checkup_provenance(row: Community, context: Any) -> str | None:
        """Return whether the check-up is real, to those who may see check-ups."""
        return row.checkup_provenance or None if _sees_scores(row, context) else None

    @staticmethod
    def resolve_area(row: Community) -> str:
        """Return the area's code."""
        return row.area.code

    @staticmethod
    def resolve_point(row: Community) -> list[float] | None:
        """Return the point."""
        return lonlat(row)


class BuildingOut(Schema):
    """A building, or a group of sales records that speak of like buildings."""

    id: int
    code: str
    label: str
    community: int = Field(alias="community_id")
    record: BuildingRecord
    built_year: int | None
    fire_standard: str
    storeys: int | None
    building_type: BuildingType
    structure: Structure
    has_lift: bool | None
    lift_share: float | None
    sales: int | None
    households: int | None
    floor_area: float | None = Field(description="m²")
    ownership: str
    ownership_classes: list[str]
    point: list[float] | None
    provenance: Provenance

    @staticmethod
    def resolve_point(row: Building) -> list[float] | None:
        """Return the point."""
        return lonlat(row)


class CommunityDetail(CommunityOut):
    """A community with its other names, its buildings and what each source says."""

    aliases: list[str]
    buildings: list[BuildingOut]
    values: list[ValueOut]


class DwellingOut(Schema):
    """A flat with its own ownership class (T32-4)."""

    number: str
    floor: int | None
    area_m2: float | None
    ownership: str
    provenance: Provenance


class EntranceOut(Schema):
    """A stair entrance."""

    number: int
    storeys: int | None
    has_lift: bool | None
    provenance: Provenance
    dwellings: list[DwellingOut]


class BuildingDetail(BuildingOut):
    """A building with its entrances and flats, and what each source says."""

    entrances: list[EntranceOut]
    values: list[ValueOut]


class LayerOut(Schema):
    """A layer of the map."""

    key: str
    title: str
    geometry: str
    crs: str
    attributes: list[str]
    attribution: str
    features: str = Field(description="Address of the layer as GeoJSON")
    tiles: str | None = Field(description="Address pattern of vector tiles (session only), if any")


class FeatureOut(Schema):
    """A GeoJSON feature."""

    type: str
    id: int
    geometry: dict[str, Any] | None
    properties: dict[str, Any]


class FeaturesOut(Schema):
    """A GeoJSON feature collection; `next` goes on like that of a page."""

    type: str
    features: list[FeatureOut]
    next: int | None
