"""One community's file: what stands in its head on every tab, and what its first page shows."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import Count, F, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from jiugai.accounts.actor import Actor
from jiugai.accounts.guard import may_open
from jiugai.accounts.models import Area
from jiugai.accounts.permissions import Permission, may
from jiugai.domain.ownership import Group, is_mixed_property
from jiugai.domain.stages import STAGES, position
from jiugai.registry import panels
from jiugai.registry.facts import COMMUNITY
from jiugai.registry.models import (
    Building,
    BuildingHolding,
    Community,
    CommunityAlias,
    CommunityContact,
    Document,
)
from jiugai.registry.queries.claims import FactRow, area_codes, live_values, rows_of
from jiugai.registry.queries.composition import COLOUR_OF_GROUP, Composition, composition
from jiugai.registry.queries.documents import Shelf, shelf
from jiugai.registry.queries.minimap import MiniMap, minimap
from jiugai.registry.queries.timeline import Event, timeline
from jiugai.registry.streets import ABOVE_STREETS, Standing, how_placed
from jiugai.web.parts.dates import cn_date, cn_years

SHOWN_EVENTS, SHOWN_DOCUMENTS, SHOWN_BUILDINGS = 7, 6, 8


@dataclass(frozen=True)
class Head:
    """What every tab of the file begins with."""

    community: Community
    areas: list[Area]
    stages: list[dict[str, Any]]
    counts: dict[str, int]
    tabs: list[dict[str, Any]]
    mixed: bool
    may_edit: bool
    why_not: str
    standing: Standing

    @property
    def no_street(self) -> bool:
        """Whether the street still has to be found out."""
        return self.community.area.level in ABOVE_STREETS

    @property
    def place(self) -> str:
        """District, street and committee in one line."""
        return "".join(area.name for area in self.areas)

    @property
    def group(self) -> Group:
        """The ownership colour of the map."""
        return Group(self.community.ownership_group)

    @property
    def group_colour(self) -> str:
        """Name of that colour in the palette."""
        return COLOUR_OF_GROUP[self.group]


@dataclass(frozen=True)
class Overview:
    """The first page of the file."""

    head: Head
    facts: list[FactRow]
    missing: list[FactRow]
    aliases: list[str]
    map: MiniMap | None
    composition: Composition
    events: list[Event]
    events_total: int
    people: list[CommunityContact]
    shelf: Shelf
    buildings: list[Building]
    lines: dict[str, list[panels.LineNote]]
    left: list[dict[str, Any]]
    middle: list[dict[str, Any]]
    right: list[dict[str, Any]]

    @property
    def events_link(self) -> str:
        """Words of the link to the whole timeline."""
        return f"全部 {self.events_total} 条"

    @property
    def pilot(self) -> str:
        """State of the mixed-property pilot as somebody entered it (T32-4)."""
        return next((row.text for row in self.facts if row.fact.field == "mixed_pilot"), "")

    @property
    def need_row(self) -> FactRow | None:
        """The row of the renovation need, with its sources."""
        return next((row for row in self.facts if row.fact.field == "need"), None)


def head_of(community: Community, *, actor: Actor, on: date) -> Head:
    """Load the head in three queries beside the community itself, and what other parts add to it."""
    look = panels.Look(community, actor, on)
    answer = may(actor, Permission.REGISTER_EDIT, community)
    open_for_edit = community.withdrawn_at is None and community.merged_into_id is None
    return Head(
        community,
        areas=_areas(community),
        stages=_stages(look),
        counts=_counts(community),
        tabs=panels.tabs_of(look),
        mixed=is_mixed_property(community.ownership_classes),
        may_edit=answer.allowed and open_for_edit,
        why_not=answer.reason,
        standing=how_placed(community),
    )


def _areas(community: Community) -> list[Area]:
    """The areas on the path, without the city."""
    codes = [code for code in community.area_path.split("/") if code]
    return list(Area.objects.filter(code__in=codes[1:]).defer("boundary").order_by("path"))


def _stages(look: panels.Look) -> list[dict[str, Any]]:
    """The tracker: passed stages with their day, the present one, and hollow ones ahead."""
    community, now = look.community, position(look.community.stage)
    notes = {STAGES[0].code: panels.StageNote(community.created_at), **panels.stages_of(look)}
    rows = []
    for index, stage in enumerate(STAGES):
        note = notes.get(stage.code, panels.StageNote()) if index <= now else panels.StageNote()
        state = "now" if index == now else "later" if index > now else "part" if note.open else "done"
        words = note.words or (cn_date(note.day, today=look.on) if note.day else "")
        rows.append({"label": stage.label, "state": state, "note": words})
    return rows


def _number(rows: QuerySet[Any, Any], path: str) -> Coalesce:
    """Count rows that belong to the outer community, as a sub-select."""
    counted = rows.filter(**{path: OuterRef("pk")}).order_by().values(path).annotate(n=Count("pk", distinct=True))
    return Coalesce(Subquery(counted.values("n"), output_field=IntegerField()), 0)


def _counts(community: Community) -> dict[str, int]:
    units = (
        BuildingHolding.objects.filter(building__community=OuterRef("pk"))
        .order_by()
        .values("building__community")
        .annotate(n=Count("unit", distinct=True))
    )
    counted = Community.objects.filter(pk=community.pk).annotate(
        n_buildings=_number(Building.objects.filter(withdrawn_at__isnull=True), "community"),
        n_people=_number(CommunityContact.objects.filter(ended_on__isnull=True), "community"),
        n_documents=_number(Document.objects.filter(withdrawn_at__isnull=True), "community"),
        n_units=Coalesce(Subquery(units.values("n"), output_field=IntegerField()), 0),
    )
    names = ("buildings", "people", "documents", "units")
    return dict(zip(names, counted.values_list(*(f"n_{name}" for name in names))[0], strict=True))


def overview(community: Community, *, actor: Actor, on: date) -> Overview:
    """Load the first page in a number of queries that does not depend on how much is in the file."""
    values = list(live_values(community))
    rows = rows_of(COMMUNITY.values(), values, area_names(area_codes(values)))
    facts = _arranged(rows, community)
    documents = shelf(community, actor=actor, on=on)
    people = contacts(community, actor=actor)
    look = panels.Look(community, actor, on)
    subjects = subjects_of(community, documents, people)
    events = _open_to(actor, timeline(community, values=values, subjects=subjects, more=panels.events_of(look)))
    return Overview(
        head=head_of(community, actor=actor, on=on),
        facts=[row for row in facts if row.text],
        missing=[row for row in facts if not row.text],
        aliases=list(CommunityAlias.objects.filter(community=community).values_list("name", flat=True).distinct()),
        map=minimap(community, actor=actor),
        composition=composition(community),
        events=events[:SHOWN_EVENTS],
        events_total=len(events),
        people=[person for person in people if person.ended_on is None],
        shelf=Shelf([d for d in documents.documents if d.withdrawn_at is None][:SHOWN_DOCUMENTS], documents.closed),
        buildings=list(standing(community)[:SHOWN_BUILDINGS]),
        lines=panels.lines_of(look),
        left=panels.panels_of(look, "left"),
        middle=panels.panels_of(look, "middle"),
        right=panels.panels_of(look, "right"),
    )


def standing(community: Community) -> QuerySet[Building]:
    """Return the buildings of a community that are not withdrawn, surveyed ones first."""
    rows = community.buildings.filter(withdrawn_at__isnull=True)
    return rows.order_by("-record", F("built_year").asc(nulls_last=True), "label", "pk")


def events_of(community: Community, *, actor: Actor, on: date, line: str = "") -> list[Event]:
    """Load the whole timeline of a community, of one business line or all."""
    documents, people = shelf(community, actor=actor, on=on), contacts(community, actor=actor)
    subjects = subjects_of(community, documents, people)
    more = panels.events_of(panels.Look(community, actor, on))
    return _open_to(actor, timeline(community, values=live_values(community), subjects=subjects, line=line, more=more))


def _open_to(actor: Actor, events: Iterable[Event]) -> list[Event]:
    """Keep a link only where it does not lead this person to a refusal."""
    return [one if may_open(actor, one.url) else replace(one, url="") for one in events]


def areas_by_key(community: Community) -> dict[int, str]:
    """Return the names of all areas the community was ever in."""
    history: Any = community.history  # type: ignore[attr-defined]  # pghistory adds it to tracked models
    keys = set(history.order_by().values_list("area_id", flat=True).distinct())
    return dict(Area.objects.filter(pk__in=keys).values_list("pk", "name"))


def contacts(community: Community, *, actor: Actor) -> list[CommunityContact]:
    """Return the people of a community, those in office first; nobody without the right to see people."""
    if not may(actor, Permission.PEOPLE_VIEW, community):
        return []
    rows = CommunityContact.objects.visible_to(actor).filter(community=community)
    rows = rows.select_related("organisation__parent__parent")
    return list(rows.order_by("ended_on", "pk"))


def subjects_of(community: Community, documents: Shelf, people: list[CommunityContact]) -> dict[str, list[int]]:
    """Name what else's events belong into the timeline; one query for the buildings."""
    return {
        "building": list(community.buildings.order_by().values_list("pk", flat=True)),
        "document": [document.pk for document in documents.documents],
        "communitycontact": [person.pk for person in people],
    }


def area_names(codes: set[str]) -> dict[str, str]:
    """Return the names of area codes, in one query, or none when there are no codes."""
    return dict(Area.objects.filter(code__in=codes).values_list("code", "name")) if codes else {}


def _area_row(row: FactRow, community: Community) -> FactRow:
    """Every community lies in an area, whether or not a source named it; often only the district is known."""
    note = "（街道待核实）" if community.area.level == Area.Level.DISTRICT else ""
    return FactRow(row.fact, row.text or community.area.name, row.said, row.conflict, note)


def _height_row(row: FactRow, community: Community) -> FactRow:
    """The class follows from the highest building unless no storeys are known."""
    if community.floors_max is None:
        return row
    return FactRow(row.fact, community.get_height_class_display(), row.said, row.conflict, "（按最高层数）")


def _need_row(row: FactRow, community: Community) -> FactRow:
    """Until somebody has checked, the need is estimated from height and sales (T01-4)."""
    if row.text or community.need == "unknown":
        return row
    return FactRow(row.fact, community.get_need_display(), row.said, row.conflict, "（体检前推算）")


def _arranged(rows: dict[str, FactRow], community: Community) -> list[FactRow]:
    """Put the facts in the order of the page; first and last year stand in one row."""
    first, last = rows["built_year_min"], rows["built_year_max"]
    years = FactRow(
        first.fact,
        cn_years(community.built_year_min, community.built_year_max),
        [*first.said, *last.said],
        first.conflict or last.conflict,
        more=(last.fact,),
    )
    lift = rows["share_no_lift"]
    if lift.text and community.sales:
        rows["share_no_lift"] = FactRow(
            lift.fact, lift.text, lift.said, lift.conflict, f"（{community.sales:,} 笔成交）"
        )
    rows["area"] = _area_row(rows["area"], community)
    rows["height_class"] = _height_row(rows["height_class"], community)
    rows["need"] = _need_row(rows["need"], community)
    ordered = [years if field == "built_year_min" else row for field, row in rows.items() if field != "built_year_max"]
    return [row for row in ordered if row.fact.field not in {"sales"}]
