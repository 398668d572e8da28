"""Property units: where one may be registered, what they hold."""

from dataclasses import dataclass

from django.db.models import Count, QuerySet, Sum

from jiugai.accounts.actor import Actor
from jiugai.accounts.permissions import Permission, where_held
from jiugai.domain.ownership import Ownership
from jiugai.registry.models import Building, BuildingHolding, Community, OwnerUnit
from jiugai.registry.queries.areas import named


@dataclass(frozen=True)
class Held:
    """What one unit holds in one building, area in m²."""

    row: BuildingHolding
    label: str
    m2: float | None


def holdings_of(community: Community) -> list[Held]:
    """Return what units hold in a community, by unit and building."""
    found = BuildingHolding.objects.filter(building__community=community).select_related("unit", "building")
    rows = found.order_by("unit__name", "building__label", "pk")
    return [Held(row, Ownership(row.unit.ownership).label, _m2(row.area_cm2)) for row in rows]


def units_with_holdings(actor: Actor, *, text: str) -> QuerySet[OwnerUnit]:
    """Return the units an actor sees whose name holds a text, with `buildings` and `area` (cm²) of each."""
    units = OwnerUnit.objects.visible_to(actor)
    if text:
        units = units.filter(name__icontains=text)
    return units.annotate(buildings=Count("holdings"), area=Sum("holdings__area_cm2")).order_by("name", "pk")


@dataclass(frozen=True)
class Unit:
    """A unit as the list shows it, area in m²."""

    unit: OwnerUnit
    label: str
    m2: float | None


def shown(unit: OwnerUnit) -> Unit:
    """Return a unit of `units_with_holdings` in words."""
    return Unit(unit, Ownership(unit.ownership).label, _m2(unit.area))  # type: ignore[attr-defined]


def _m2(cm2: int | None) -> float | None:
    return None if cm2 is None else cm2 / 10_000


def places_for(actor: Actor, *, unit: OwnerUnit | None, building: Building | None) -> list[tuple[str, str]]:
    """Return paths and names of the areas an actor may register a unit in, its present one first.

    For a unit met at a building it is the one of the actor's areas in which the building lies.
    """
    paths = list(where_held(actor, Permission.REGISTER_EDIT).paths)
    if building is not None:
        paths = [path for path in paths if building.area_path.startswith(path)]
    if unit is not None:
        paths = [unit.area_path, *(path for path in paths if path != unit.area_path)]
    return named(paths)
