"""The street that names suggest for each listed community: to be checked by a person, never a fact of the list."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from jiugai.domain.intake.fields.text import plain
from jiugai.domain.intake.mapping import built_in
from jiugai.domain.intake.reading import row_key
from jiugai.domain.intake.streets import Named, StreetNames
from jiugai.registry.derive import pack
from jiugai.registry.derive.records import Record
from jiugai.registry.derive.sources import GANJI, open_table

FILE = "street_hints.csv.gz"
COLUMNS = ("code", "street", "name", "evidence")
TRADE_AREA = "区域商圈"


def write(raw: Path, out: Path, records: Sequence[Record], stands: Mapping[str, Mapping[str, Any]]) -> int:
    """Write the suggestions for records; `stands` has each record's columns by code. `out` must hold the areas."""
    names = StreetNames(Named(**row) for row in pack.read_csv(out / "areas.csv.gz"))
    return pack.write_csv(out / FILE, COLUMNS, _rows(records, stands, names, trade_areas(raw)))


def _rows(
    records: Sequence[Record], stands: Mapping[str, Mapping[str, Any]], names: StreetNames, trade: Mapping[str, str]
) -> Iterator[tuple[str, str, str, str]]:
    for record in records:
        row, ganji = stands[record.code], record.of(GANJI)
        hint = names.suggest(
            district=row["area"],
            name=row["name"],
            address=row["address"] or "",
            trade_area=trade.get(ganji.key, "") if ganji else "",
        )
        if hint is not None:
            yield record.code, *hint


def trade_areas(raw: Path) -> dict[str, str]:
    """Return the trade area by row key: ganji writes district and trade area in one cell, `朝阳 管庄`."""
    profile = built_in(GANJI)
    found = {}
    for row in open_table(raw, GANJI).rows():
        _, _, area = plain(row.cells.get(TRADE_AREA)).partition(" ")
        if area:
            found[row_key(row, profile)] = area
    return found
