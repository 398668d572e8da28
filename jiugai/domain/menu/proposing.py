"""From check-up defects to a proposed menu, in the order that the policy asks for (T05-5, T05-8)."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from jiugai.domain.menu.catalogue import Catalogue, Class, Item, Lead, Measure


@dataclass(frozen=True)
class Defect:
    """A defect of a check-up: its problem code, how bad, and where."""

    code: str
    severity: str
    place: str = ""


@dataclass(frozen=True)
class Demand:
    """How many households were asked about an item and how many want it (T05-9)."""

    asking: int
    asked: int

    @property
    def share(self) -> Fraction:
        """The share that wants it."""
        return Fraction(self.asking, self.asked) if self.asked else Fraction(0)

    def __add__(self, other: "Demand") -> "Demand":
        """Add what was counted elsewhere."""
        return Demand(self.asking + other.asking, self.asked + other.asked)


@dataclass(frozen=True)
class Home:
    """What is known of a community that the project covers: defects, needs, demand by item, quantities by measure."""

    key: int
    defects: tuple[Defect, ...] = ()
    needs: frozenset[str] = frozenset()
    demand: Mapping[str, Demand] = field(default_factory=dict)
    counts: Mapping[Measure, int | None] = field(default_factory=dict)


@dataclass(frozen=True)
class Proposed:
    """A line of the proposed menu: an item in a community, why, and how much of it (None: not known)."""

    home: int
    item: Item
    found: tuple[str, ...]
    hazard: bool
    quantity: int | None

    @property
    def leads(self) -> bool:
        """Tell whether the policy puts it first in its class."""
        return leads(self.item, hazard=self.hazard)


def leads(item: Item, *, hazard: bool) -> bool:
    """Tell whether an item comes first in its class: always, or because of a hazard."""
    return item.lead is Lead.ALWAYS or (item.lead is Lead.HAZARD and hazard)


def propose(catalogue: Catalogue, homes: Sequence[Home], wanted: frozenset[str] = frozenset()) -> list[Proposed]:
    """Return the menu in its order: what the check-ups ask for, and what `wanted` names besides (items, single kinds).

    An item of the improvement or upgrading class that residents ask for and no defect names stands in it too.
    """
    lines = [line for home in homes for item in catalogue.items if (line := _line(item, home, wanted)) is not None]
    return in_order(catalogue, lines, {home.key: home.demand for home in homes})


def in_order(
    catalogue: Catalogue, lines: Iterable[Proposed], demand: Mapping[int, Mapping[str, Demand]]
) -> list[Proposed]:
    """Order lines: basic, improvement, upgrading; in each what leads first, then by demand (basic: as listed)."""

    def rank(line: Proposed) -> tuple[object, ...]:
        asked = demand.get(line.home, {}).get(line.item.code)
        share = asked.share if asked and line.item.cls is not Class.BASIC else Fraction(0)
        return (list(Class).index(line.item.cls), not line.leads, -share, catalogue.place(line.item.code), line.home)

    return sorted(lines, key=rank)


def quantity_of(item: Item, counts: Mapping[Measure, int | None]) -> int | None:
    """Return how much of an item a community needs, from the register; one where it is counted whole."""
    return 1 if item.measure is Measure.ONE else counts.get(item.measure)


def _line(item: Item, home: Home, wanted: frozenset[str]) -> Proposed | None:
    found = [one for one in home.defects if one.code in item.answers]
    named = sorted(home.needs & set(item.needs))
    asked = home.demand.get(item.code)
    by_demand = item.cls is not Class.BASIC and asked is not None and asked.share * 2 > 1
    picked = item.code in wanted or (item.single and item.single in wanted)
    if not (found or named or by_demand or picked):
        return None
    hazard = any(one.code in item.hazard for one in found)
    return Proposed(home.key, item, _why(found, named), hazard, quantity_of(item, home.counts))


def _why(found: Sequence[Defect], named: Sequence[str]) -> tuple[str, ...]:
    """Return the codes of what was found, each once with its number of places, then the check-up's needs."""
    counted = Counter(one.code for one in found)
    return (*(f"{code}×{n}" if n > 1 else code for code, n in counted.items()), *named)
