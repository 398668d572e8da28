"""The yearly share of seismic and energy comprehensive projects in the basic class (T03-9, T03-10)."""

from dataclasses import dataclass
from fractions import Fraction
from math import ceil

from jiugai.domain.figures import Value

AREA, PROJECTS = "面积", "项目数"


@dataclass(frozen=True)
class Quota:
    """What a year's plan holds: floor area in ㎡ and number of projects, of the basic class and of the share."""

    basic_m2: int
    saving_m2: int
    basic_projects: int
    saving_projects: int

    def parts(self, base: str) -> tuple[int, int]:
        """Return part and whole by the base: 面积 or 项目数."""
        return (self.saving_m2, self.basic_m2) if base == AREA else (self.saving_projects, self.basic_projects)

    def reached(self, least: Value, base: str) -> bool:
        """Tell whether the share is at least what is asked; a year without any basic class asks for nothing."""
        part, whole = self.parts(base)
        return whole == 0 or least.reached(part, whole)

    def shortfall(self, least: Value, base: str) -> int:
        """Return how much more of seismic and energy projects would reach the share, added to what is planned."""
        part, whole = self.parts(base)
        missing = least.number * whole - part
        return ceil(missing / (1 - least.number)) if missing > 0 and least.number < 1 else max(0, ceil(missing))

    def surplus(self, least: Value, base: str) -> int:
        """Return how much of the other basic class would have to leave instead."""
        part, whole = self.parts(base)
        return max(0, ceil(whole - part / least.number)) if least.number else 0

    def words(self, base: str) -> str:
        """Return part, whole and share in words."""
        part, whole = self.parts(base)
        unit = "㎡" if base == AREA else "个"
        share = percent_words(Fraction(part, whole)) if whole else "没有基础类"
        return f"{part:,} / {whole:,} {unit}（{share}）"


def percent_words(share: Fraction) -> str:
    """Write a share with one decimal, cut and not rounded, so that 19.99 % never reads as 20 %."""
    tenths = int(share * 1000)
    return f"{tenths // 10}.{tenths % 10}%"
