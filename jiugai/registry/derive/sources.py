"""The three raw sources, read by the same profiles and functions as an import through the wizard."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import shapely.geometry

from jiugai.domain.geo.districts import District, DistrictIndex
from jiugai.domain.intake.claiming import community_facts
from jiugai.domain.intake.mapping import Profile, built_in
from jiugai.domain.intake.positions import judge
from jiugai.domain.intake.readers.delimited import DelimitedTable
from jiugai.domain.intake.reading import read_rows
from jiugai.domain.intake.rows import ParsedRow
from jiugai.domain.intake.sniff import sniff
from jiugai.domain.intake.transactions import BuildingGroup, Sale, gather, read_sales
from jiugai.registry.derive import pack

GANJI, LIANJIA, SALES = "ganji-communities", "lianjia-communities", "lianjia-transactions"
FILES = {GANJI: "beijing_wgs84.csv", LIANJIA: "xiaoqu.csv", SALES: "beijing_house_prices_2012_2017.csv.gz"}


@dataclass(frozen=True)
class Told:
    """What one source says of one community: its own key, the stated name and district, and values by field."""

    source: str
    key: str
    facts: Mapping[str, Any]
    observed_on: str

    @property
    def name(self) -> str:
        """The name the source gives, empty when it gives none."""
        return str(self.facts.get("name", ""))

    @property
    def point(self) -> tuple[float, float] | tuple[None, None]:
        """Longitude and latitude in CGCS2000, or two Nones."""
        said = self.facts.get("point")
        return (said[0], said[1]) if said else (None, None)


@dataclass
class Tally:
    """How many rows went where, for the manifest and the README."""

    rows: dict[str, int] = field(default_factory=dict)
    left_out: dict[str, dict[str, int]] = field(default_factory=dict)

    def leave_out(self, source: str, why: str) -> None:
        """Count a row that becomes no community."""
        reasons = self.left_out.setdefault(source, {})
        reasons[why] = reasons.get(why, 0) + 1


def district_index(folder: Path) -> DistrictIndex:
    """Return the index over the shipped boundaries."""
    features = pack.read_features(folder / "boundaries.geojson.gz")
    return DistrictIndex(District(f["properties"]["code"], shapely.geometry.shape(f["geometry"])) for f in features)


def open_table(raw: Path, source: str) -> DelimitedTable:
    """Open the raw file of a source, whatever its encoding."""
    path = raw / source / FILES[source]
    found = sniff(path, path.name)
    return DelimitedTable(path, encoding=found.encoding, delimiter=found.delimiter, packed=found.packed)


def read_listed(raw: Path, source: str, districts: DistrictIndex, tally: Tally) -> list[Told]:
    """Read a source with one row per community. Rows without a name and second rows of one key are counted out."""
    profile = built_in(source)
    latest = profile.observed_on.year if profile.observed_on else 2100
    rows = list(read_rows(open_table(raw, source).rows(), profile=profile, latest_year=latest))
    tally.rows[source] = len(rows)
    kept = list(_usable(rows, source, tally))
    positions = judge([row.values for row in kept], districts)
    return [
        Told(source, row.key, community_facts(row.values, position), str(profile.observed_on))
        for row, position in zip(kept, positions, strict=True)
    ]


def _usable(rows: list[ParsedRow], source: str, tally: Tally) -> Iterator[ParsedRow]:
    seen: set[str] = set()
    for row in rows:
        if "name" not in row.values:
            tally.leave_out(source, "no name")
        elif row.key in seen:
            tally.leave_out(source, "key a second time")
        else:
            seen.add(row.key)
            yield row


def read_sold(
    raw: Path, districts: DistrictIndex, tally: Tally, *, groups_before: int
) -> tuple[list[Told], tuple[BuildingGroup, ...]]:
    """Read the sales: what they say of each community, and the building groups."""
    profile = built_in(SALES)
    gathered = gather(_sales(raw, profile, tally), profile=profile, groups_before=groups_before)
    tally.rows[SALES] = gathered.rows
    values = list(gathered.communities.values())
    told = [
        Told(SALES, key, community_facts(said, position), str(profile.observed_on))
        for key, said, position in zip(gathered.communities, values, judge(values, districts), strict=True)
    ]
    return told, gathered.groups


def _sales(raw: Path, profile: Profile, tally: Tally) -> Iterator[Sale]:
    for sale, problem in read_sales(open_table(raw, SALES).rows(), profile=profile):
        if problem is not None and sale is None:
            tally.leave_out(SALES, problem.code)
        if sale is not None:
            yield sale
