"""Which fire protection standard was in force when a building was built (T22-5).

T22-4 lets a renovation fall back on it as a floor, so the register keeps it beside the built year.
"""

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

FIGURES = Path(__file__).parent / "parameters" / "fire_standards.yaml"


@dataclass(frozen=True)
class Edition:
    """One edition of a standard with the days it was in force; `until` is the last day, None when open."""

    code: str
    name: str
    series: str
    starts: date
    until: date | None

    def __str__(self) -> str:
        return f"《{self.name}》{self.code}"


@dataclass(frozen=True)
class FireStandard:
    """What can be said of the standard then in force.

    `editions` holds one edition when the year leaves no doubt, several when the standard changed in that year or
    the number of storeys is needed and unknown, none when nothing is known. `doubt` says why, in Chinese.
    """

    editions: tuple[Edition, ...]
    doubt: str = ""
    provisional: bool = True

    @property
    def text(self) -> str:
        """The standards in words, empty when unknown."""
        return " 或 ".join(str(edition) for edition in self.editions)


def in_force(*, built_year: int | None, storeys: int | None) -> FireStandard:
    """Return the standard in force in a building's year; only the year is known, so a year of change gives two."""
    if built_year is None:
        return FireStandard((), "建成年份待核实，不能判定")
    series = _series(built_year, storeys)
    found = tuple(e for e in editions() if e.series in series and _overlaps(e, built_year))
    if not found:
        return FireStandard((), f"{built_year}年尚未查到全国性的建筑防火标准")
    return FireStandard(found, _doubt(found, storeys, built_year))


def _series(year: int, storeys: int | None) -> set[str]:
    """Return the series to look in: for tall buildings the high-rise one, in the years it covers in full."""
    if not any(e.series == "high_rise" and _overlaps(e, year) for e in editions()):
        return {"general"}
    if storeys is None:
        return {"general", "high_rise"}
    if storeys < int(_figures()["high_rise_from_storeys"]):
        return {"general"}
    return {"high_rise"} if _covered(year) else {"general", "high_rise"}


def _covered(year: int) -> bool:
    """Tell whether the high-rise series was in force on every day of a year."""
    runs = [(e.starts, e.until or date.max) for e in editions() if e.series == "high_rise"]
    return min(s for s, _ in runs) <= date(year, 1, 1) and max(u for _, u in runs) >= date(year, 12, 31)


def _overlaps(edition: Edition, year: int) -> bool:
    return edition.starts <= date(year, 12, 31) and (edition.until is None or edition.until >= date(year, 1, 1))


def _doubt(found: tuple[Edition, ...], storeys: int | None, year: int) -> str:
    if len(found) == 1:
        return ""
    if storeys is None and len({e.series for e in found}) > 1:
        return f"层数待核实：{_figures()['high_rise_from_storeys']} 层及以上适用高层规范"
    return f"{year}年标准换版，需按设计日期核定"


@cache
def editions() -> tuple[Edition, ...]:
    """Return all editions, each ending the day before the next of its series began."""
    rows = sorted(_figures()["editions"], key=lambda row: (row["series"], row["from"]))
    return tuple(
        Edition(str(row["code"]), row["name"], row["series"], row["from"], row.get("until") or _day_before(row, after))
        for row, after in zip(rows, [*rows[1:], None], strict=True)
    )


def _day_before(row: dict[str, Any], after: dict[str, Any] | None) -> date | None:
    if after is None or after["series"] != row["series"]:
        return None
    return date.fromordinal(after["from"].toordinal() - 1)


@cache
def _figures() -> dict[str, Any]:
    data: dict[str, Any] = yaml.safe_load(FIGURES.read_text(encoding="utf-8"))
    return data
