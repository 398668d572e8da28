"""The yearly share of seismic and energy projects in the basic class (T03-9), in whole numbers."""

from collections.abc import Iterable
from dataclasses import dataclass

from jiugai.domain.figures import Value
from jiugai.domain.projects import Family, kind_of


def is_basic(kind: str) -> bool:
    """Tell whether a kind of project counts in the basic class: comprehensive renovation does, single items do not."""
    return kind_of(kind).family is Family.COMPREHENSIVE


@dataclass(frozen=True)
class Share:
    """What is counted of one year: floor area and projects, and of them those with seismic or energy works."""

    basic_m2: int = 0
    saving_m2: int = 0
    basic: int = 0
    saving: int = 0
    unmeasured: int = 0

    def shortfall_m2(self, least: Value) -> int:
        """Return how many m² of seismic or energy projects are lacking, counting that they add to the whole too.

        Taking x m² of plain basic works over to energy works closes the gap: x = least × whole − share.
        """
        wanted, whole = least.number.numerator * self.basic_m2, least.number.denominator
        return max(0, -(-(wanted - self.saving_m2 * whole) // whole))

    def enough(self, least: Value) -> bool:
        """Tell whether the share is reached; a year without basic works asks for nothing."""
        return least.reached(self.saving_m2, self.basic_m2)

    @property
    def tenths_of_percent(self) -> int:
        """The share in tenths of a percent, cut and not rounded up, so that 19.99 % never reads as 20.0 %."""
        return self.saving_m2 * 1000 // self.basic_m2 if self.basic_m2 else 0

    @property
    def words(self) -> str:
        """The share as people read it."""
        return f"{self.tenths_of_percent // 10}.{self.tenths_of_percent % 10}%"


def share_of(projects: Iterable[tuple[str, int | None]]) -> Share:
    """Count (kind, m²) of the projects that start in a year. One of unknown area is counted as unmeasured."""
    basic_m2 = saving_m2 = basic = saving = unmeasured = 0
    for kind, area in projects:
        if not is_basic(kind):
            continue
        basic += 1
        saving += kind_of(kind).energy_saving
        if area is None:
            unmeasured += 1
            continue
        basic_m2 += area
        saving_m2 += area if kind_of(kind).energy_saving else 0
    return Share(basic_m2, saving_m2, basic, saving, unmeasured)
