"""The months of a plan in calendar terms: month index 0 is the first month of the horizon."""

from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True)
class Months:
    """A horizon of `count` months from `first_year`-`first_month` (1..12) on."""

    first_year: int
    first_month: int
    count: int

    @cached_property
    def year(self) -> tuple[int, ...]:
        """Calendar year of each month index."""
        return tuple(self.first_year + (self.first_month - 1 + i) // 12 for i in range(self.count))

    @cached_property
    def month(self) -> tuple[int, ...]:
        """Month of the year of each month index, January is 0."""
        return tuple((self.first_month - 1 + i) % 12 for i in range(self.count))

    @cached_property
    def years(self) -> tuple[int, ...]:
        """The calendar years touched, in order."""
        return tuple(sorted(set(self.year)))

    def name(self, index: int) -> str:
        """Return 'YYYY-MM' of a month index, also outside the horizon."""
        months = self.first_year * 12 + self.first_month - 1 + index
        return f"{months // 12}-{months % 12 + 1:02d}"

    def in_year(self, start: int, duration: int, year: int) -> int:
        """Count the occupied months of [start, start + duration) that lie in a calendar year."""
        first = (year - self.first_year) * 12 - (self.first_month - 1)
        return max(0, min(start + duration, first + 12) - max(start, first))
