"""One building: its facts with sources, the fire standard of its time, entrances, flats, holdings."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from jiugai.domain import fire
from jiugai.domain.fire import FireStandard
from jiugai.domain.ownership import Ownership, four_classes, known
from jiugai.registry.facts import BUILDING
from jiugai.registry.models import Building, BuildingHolding, Dwelling, Entrance
from jiugai.registry.queries.claims import FactRow, live_values, rows_of
from jiugai.registry.queries.composition import colours_of


@dataclass(frozen=True)
class Flat:
    """A flat with the words and colour of its class."""

    dwelling: Dwelling
    label: str
    colour: str


@dataclass(frozen=True)
class Stair:
    """An entrance with its flats, highest floor first."""

    entrance: Entrance
    flats: list[Flat]


@dataclass(frozen=True)
class BuildingPage:
    """All that the page of a building shows. `four` names those of the four classes of task 32 that are present."""

    facts: list[FactRow]
    missing: list[FactRow]
    fire: FireStandard
    fire_entered: bool
    stairs: list[Stair]
    holdings: list[BuildingHolding]
    classes: list[tuple[str, str, int]]
    four: tuple[str, ...]

    @property
    def mixed(self) -> bool:
        """Tell whether at least two of the four classes meet in this building (T32-4)."""
        return len(self.four) >= 2


def building_page(building: Building) -> BuildingPage:
    """Load a building's page in four queries."""
    rows = rows_of(BUILDING.values(), live_values(building), {})
    holdings = list(building.holdings.select_related("unit").order_by("unit__name"))
    flats = list(Dwelling.objects.filter(building=building).order_by("entrance", "-floor", "number"))
    codes, colours = _codes(building, flats, holdings), _colours(flats)
    rows["label"] = replace(rows["label"], text=rows["label"].text or building.label)
    return BuildingPage(
        facts=[row for row in rows.values() if row.text],
        missing=[row for row in rows.values() if not row.text and row.fact.field != "fire_standard"],
        fire=fire.in_force(built_year=building.built_year, storeys=building.storeys),
        fire_entered=bool(rows["fire_standard"].text),
        stairs=_stairs(building.entrances.order_by("number"), flats, colours),
        holdings=holdings,
        classes=_classes(flats, colours),
        four=four_classes(codes),
    )


def _codes(building: Building, flats: list[Dwelling], holdings: list[BuildingHolding]) -> set[str]:
    """All classes present, from the finest source up."""
    found = {flat.ownership for flat in flats} | {holding.unit.ownership for holding in holdings}
    return found | set(building.ownership_classes)


def _colours(flats: list[Dwelling]) -> dict[str, str]:
    """Give each class of the building its own colour, the largest class the one of its map group."""
    codes = [code for code, _ in Counter(flat.ownership for flat in flats).most_common()]
    return dict(zip(codes, colours_of(codes), strict=True))


def _stairs(entrances: Iterable[Entrance], flats: list[Dwelling], colours: dict[str, str]) -> list[Stair]:
    return [Stair(one, [_flat(flat, colours) for flat in flats if flat.entrance_id == one.pk]) for one in entrances]


def _flat(dwelling: Dwelling, colours: dict[str, str]) -> Flat:
    return Flat(dwelling, Ownership(dwelling.ownership).label, colours[dwelling.ownership])


def _classes(flats: list[Dwelling], colours: dict[str, str]) -> list[tuple[str, str, int]]:
    """Label, colour and number of flats per class, most first; unknown last."""
    counted = Counter(Ownership(flat.ownership) for flat in flats)
    ordered = sorted(counted.items(), key=lambda pair: (pair[0] is Ownership.UNKNOWN, -pair[1]))
    return [(one.label, colours[one.value], number) for one, number in ordered]


def class_words(codes: Iterable[str]) -> str:
    """Name classes in one line; empty when none is known."""
    return "、".join(one.label for one in known(codes))
