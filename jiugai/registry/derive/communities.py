"""The shipped list of communities built before 2000, what each source says of them, and their building groups."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from jiugai.domain.built_years import cutoffs
from jiugai.domain.geo.districts import CITY
from jiugai.domain.heights import height_class
from jiugai.domain.intake.duplicates import Place, find
from jiugai.domain.intake.names import normalise, placeholder
from jiugai.domain.intake.transactions import BuildingGroup
from jiugai.domain.lift_need import estimate
from jiugai.domain.ownership import group_of
from jiugai.domain.precedence import Order, Resolved, order_on
from jiugai.registry.derive import official, pack, streets
from jiugai.registry.derive.records import Record, join
from jiugai.registry.derive.sources import GANJI, LIANJIA, Tally, district_index, read_listed, read_sold

CUTOFF = cutoffs()[-1].year
DERIVED_ON = date(2026, 11, 23)
"""The day whose dated rules (source order, lift need) the list follows; a rebuild on another day is the same."""
FACTS = (
    "address", "built_year", "built_year_min", "built_year_max", "households", "building_count", "floors_max",
    "share_no_lift", "share_masonry", "sales", "plot_ratio", "green_rate", "property_fee", "property_firm", "developer",
)  # fmt: skip
NOT_CLAIMED = frozenset({"source_key", "district", "street"})
NOT_CONFLICTS = NOT_CLAIMED | {"position_flags", "area"}
"""Fields that only say how far a point can be trusted: sources need not agree on them."""
COLUMNS = (
    "code", "name", "area", "lon", "lat", "position_flags", "ownership", "ownership_group", "height_class", "need",
    "conflicts", "sources", *FACTS,
)  # fmt: skip


@dataclass(frozen=True)
class Built:
    """What came of a rebuild: rows of each file, and the tally of what was read and left out."""

    counts: dict[str, int]
    tally: Tally
    listed: int
    doubtful: int
    official: int


def build(raw: Path, out: Path) -> Built:
    """Write communities, claims, origins, buildings, official projects, alias pairs and suggested streets into `out`.

    `out` must hold areas and boundaries already. Raises FileNotFoundError when a raw file is not there.
    """
    tally = Tally()
    records, groups = _records(raw, out, tally)
    named = official.attach(records, list(official.projects(raw)))
    listed = [record for record in records if record.built_before(CUTOFF)]
    order = order_on(DERIVED_ON)
    rows = [_row(record, record.resolved(order)) for record in listed]
    codes = {record.code for record in listed}
    counts = {
        "communities.csv.gz": pack.write_csv(out / "communities.csv.gz", COLUMNS, rows),
        "claims.csv.gz": _write_claims(out, listed),
        "origins.csv.gz": _write_origins(out, listed),
        "buildings.csv.gz": _write_buildings(out, groups, codes),
        "official_projects.csv.gz": _write_official(out, named, codes),
        "alias_pairs.csv.gz": _write_pairs(out, listed, order),
        streets.FILE: streets.write(raw, out, listed, {row[0]: dict(zip(COLUMNS, row, strict=True)) for row in rows}),
    }
    doubtful = sum(bool(row[COLUMNS.index("position_flags")]) for row in rows)
    return Built(counts, tally, len(listed), doubtful, len(named))


def _records(raw: Path, out: Path, tally: Tally) -> tuple[list[Record], tuple[BuildingGroup, ...]]:
    districts = district_index(out)
    sold, groups = read_sold(raw, districts, tally, groups_before=CUTOFF)
    listed = read_listed(raw, LIANJIA, districts, tally)
    ganji = read_listed(raw, GANJI, districts, tally)
    return join(sold=sold, listed=listed, ganji=ganji), groups


def _row(record: Record, resolved: dict[str, Resolved]) -> list[Any]:
    """Return the record as it stands once every field is resolved."""
    value = {field: found.current.value for field, found in resolved.items()}
    point = value.get("point") or [None, None]
    flags = _flags(record, resolved)
    conflicts = sorted(field for field, found in resolved.items() if found.conflicts and field not in NOT_CONFLICTS)
    owners = value.get("ownership", [])
    need = estimate(floors_max=value.get("floors_max"), share_no_lift=value.get("share_no_lift"), on=DERIVED_ON)
    name = value.get("name") or placeholder("链家", record.code[1:])
    return [
        record.code, name, value.get("area", CITY), *point, "|".join(flags),
        "|".join(owners), group_of(owners).value, _height(value), need.value, "|".join(conflicts),
        "|".join(record.sources), *(value.get(field) for field in FACTS),
    ]  # fmt: skip


def _flags(record: Record, resolved: dict[str, Resolved]) -> list[str]:
    """Return the doubts of the source whose point counts: only these matter."""
    placed_by = resolved["point"].current.source if "point" in resolved else ""
    told = record.of(placed_by)
    return list(told.facts.get("position_flags", ())) if told else []


def _height(value: dict[str, Any]) -> str:
    floors = value.get("floors_max")
    return height_class(floors) if floors is not None else value.get("height_class", "unknown")


def _write_claims(out: Path, records: Sequence[Record]) -> int:
    rows = (
        (record.code, field, told.source, told.observed_on, json.dumps(value, ensure_ascii=False))
        for record in records
        for told in sorted(record.told, key=lambda t: t.source)
        for field, value in sorted(told.facts.items())
        if field not in NOT_CLAIMED
    )
    return pack.write_csv(out / "claims.csv.gz", ["code", "field", "source", "observed_on", "value"], rows)


def _write_origins(out: Path, records: Sequence[Record]) -> int:
    """Write each source's own key, so that a later import of the source finds the record, and the stated district."""
    rows = (
        (record.code, told.source, told.key, told.name, told.facts.get("district", ""))
        for record in records
        for told in sorted(record.told, key=lambda t: t.source)
    )
    return pack.write_csv(out / "origins.csv.gz", ["code", "source", "key", "stated_name", "stated_district"], rows)


def _write_buildings(out: Path, groups: Sequence[BuildingGroup], codes: set[str]) -> int:
    columns = ["code", "community", "label", "storeys", "built_year", "building_type", "structure", "has_lift", "sales"]
    rows = (_building(g) for g in groups if f"L{g.key.community}" in codes)
    return pack.write_csv(out / "buildings.csv.gz", columns, rows)


def _building(group: BuildingGroup) -> tuple[Any, ...]:
    key = group.key
    said = (key.storeys, key.year, key.shape, group.structure or "unknown", key.lift, group.sales)
    return (f"L{group.code}", f"L{key.community}", group.label, *said)


def _write_official(out: Path, named: dict[str, str], codes: set[str]) -> int:
    rows = ((code, text) for code, text in sorted(named.items()) if code in codes)
    return pack.write_csv(out / "official_projects.csv.gz", ["code", "project"], rows)


def _write_pairs(out: Path, records: Sequence[Record], order: Order) -> int:
    pairs = find(list(_places(records, order)))
    rows = ((p.first.key, p.second.key, p.score, p.distance_m, "|".join(p.reasons)) for p in pairs)
    return pack.write_csv(out / "alias_pairs.csv.gz", ["first", "second", "score", "distance_m", "reasons"], rows)


def _places(records: Sequence[Record], order: Order) -> Iterator[Place]:
    for record in records:
        value = {field: found.current.value for field, found in record.resolved(order).items()}
        if "point" in value:
            name = normalise(str(value.get("name", "")))
            lon, lat = value["point"]
            yield Place(record.code, name, lon, lat, value.get("built_year"), frozenset(record.sources))
