"""Whose the housing of a community is: shares by class from its dwellings, else from holdings, else classes alone."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, Sum

from jiugai.domain.ownership import Group, Ownership, four_classes, known
from jiugai.registry.models import BuildingHolding, Community, Dwelling

COLOUR_OF_GROUP = {
    Group.CENTRAL: "own-central",
    Group.COMMODITY: "own-commodity",
    Group.UNIT: "own-unit",
    Group.MIXED: "own-mixed",
    Group.AFFORDABLE: "own-affordable",
    Group.SMALL: "own-minor",
    Group.UNKNOWN: "unknown",
}
# The classes that meet most often keep one colour on every page; others take the colour of their group.
COLOUR_OF_CLASS = {
    Ownership.CENTRAL_ENTERPRISE: "own-central",
    Ownership.CENTRAL_INSTITUTION: "own-unit",
    Ownership.CENTRAL_STATE: "own-minor",
    Ownership.MUNICIPAL: "own-affordable",
    Ownership.DISTRICT: "own-affordable",
    Ownership.SOLD_PUBLIC: "own-mixed",
}
SPARE = ("own-unit", "own-commodity", "own-affordable", "own-mixed", "own-minor", "own-central")


@dataclass(frozen=True)
class Share:
    """One class: `value` is area in m² or a number of dwellings, see Composition.by."""

    code: str
    label: str
    value: float
    colour: str


@dataclass(frozen=True)
class Composition:
    """Shares of the classes, largest first, and on what they rest.

    `by` says it in words. `without` counts dwellings whose class nobody knows. Without dwellings and holdings `shares`
    is empty and only `classes` is known.
    """

    shares: tuple[Share, ...]
    by: str
    classes: tuple[str, ...]
    four: tuple[str, ...]
    without: int = 0
    demo: bool = False

    @property
    def mixed_property(self) -> bool:
        """Tell whether at least two of the four classes of task 32 meet here (T32-4)."""
        return len(self.four) >= 2


def composition(community: Community) -> Composition:
    """Compute the composition of a community, in at most two queries."""
    dwellings = list(_dwellings(community))
    if any(row["ownership"] != Ownership.UNKNOWN for row in dwellings):
        return _from_dwellings(dwellings)
    holdings = list(_holdings(community))
    if holdings:
        return _from_holdings(holdings)
    codes = [one.value for one in known(community.ownership_classes)]
    return Composition((), "", tuple(one.label for one in known(codes)), four_classes(codes))


def pilot_words(community: Community) -> str:
    """Return the state of the mixed-property pilot, empty while nobody has entered one (T32-4)."""
    entered = community.values.filter(field="mixed_pilot", withdrawn_at__isnull=True).exists()
    return str(community.get_mixed_pilot_display()) if entered else ""


def _dwellings(community: Community) -> Iterable[Any]:
    rows = Dwelling.objects.filter(building__community=community, building__withdrawn_at__isnull=True)
    return (
        rows.order_by()
        .values("ownership")
        .annotate(
            area=Sum("area_cm2"),
            number=Count("pk"),
            measured=Count("area_cm2"),
            made_up=Count("pk", filter=Q(provenance="demo")),
        )
    )


def _holdings(community: Community) -> Iterable[Any]:
    rows = BuildingHolding.objects.filter(building__community=community, building__withdrawn_at__isnull=True)
    return (
        rows.order_by()
        .values("unit__ownership")
        .annotate(area=Sum("area_cm2"), number=Sum("dwellings"), made_up=Count("pk", filter=Q(provenance="demo")))
    )


def _from_dwellings(rows: list[Any]) -> Composition:
    """By floor area where every flat of known class has one, else by number of flats."""
    named = [row for row in rows if row["ownership"] != Ownership.UNKNOWN]
    by_area = all(row["measured"] == row["number"] for row in named)
    pairs = [(row["ownership"], row["area"] / 10_000 if by_area else row["number"]) for row in named]
    missing = sum(row["number"] for row in rows if row["ownership"] == Ownership.UNKNOWN)
    return _made(pairs, "按分户建筑面积" if by_area else "按户数", missing, any(row["made_up"] for row in rows))


def _from_holdings(rows: list[Any]) -> Composition:
    by_area = all(row["area"] is not None for row in rows)
    pairs = [(row["unit__ownership"], row["area"] / 10_000 if by_area else row["number"] or 0) for row in rows]
    return _made(pairs, "按产权单位持有面积" if by_area else "按产权单位持有户数", 0, any(r["made_up"] for r in rows))


def _made(pairs: list[tuple[str, float]], by: str, missing: int, demo: bool) -> Composition:
    pairs = sorted(((code, value) for code, value in pairs if value), key=lambda pair: -pair[1])
    codes = [code for code, _ in pairs]
    shares = tuple(
        Share(code, Ownership(code).label, value, colour)
        for (code, value), colour in zip(pairs, colours_of(codes), strict=True)
    )
    return Composition(shares, by, tuple(s.label for s in shares), four_classes(codes), missing, demo)


def colours_of(codes: list[str]) -> list[str]:
    """Give each class its colour, and a spare one when a larger class has that already."""
    taken: list[str] = []
    for code in codes:
        own = COLOUR_OF_CLASS.get(Ownership(code), COLOUR_OF_GROUP[Ownership(code).group])
        free = [colour for colour in SPARE if colour not in taken]
        taken.append(own if own not in taken or own == "unknown" else (free or ["unknown"])[0])
    return taken
