"""The area tree and the base map, from the raw files to the shipped ones."""

import csv
import json
from collections.abc import Iterator
from math import isfinite
from pathlib import Path
from typing import Any

from jiugai.registry.derive import pack

CITY = ("110000", "北京市", "city", "")
# The Economic-Technological Development Area is no district (domain facts 8): statistics file its two streets
# under 大兴区 with the codes below; here they hang under a key of its own.
BDA = ("BDA", "北京经济技术开发区", "district", "110000")
BDA_STREETS = {"110115012", "110115013"}
BDA_DEFUNCT = {"110115403"}

ROAD_RANK = {
    "motorway": 1,
    "trunk": 1,
    "primary": 2,
    "motorway_link": 3,
    "trunk_link": 3,
    "primary_link": 3,
    "secondary": 3,
    "secondary_link": 4,
    "tertiary": 4,
    "tertiary_link": 5,
}
LEAST_ROAD_RANK = 4


def areas(raw: Path) -> Iterator[tuple[str, str, str, str]]:
    """Yield (code, name, level, parent code), parents first: city, districts, streets, residents' committees."""
    codes = raw / "beijing-admin-codes"
    yield CITY
    for feature in sorted(_districts(raw), key=lambda f: f["properties"]["district_adcode"]):
        yield (
            str(feature["properties"]["district_adcode"]),
            feature["properties"]["district_name"],
            "district",
            "110000",
        )
    yield BDA
    with (codes / "beijing_streets.csv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            yield row["code"], row["name"], "street", _district_of(row["code"])
    with (codes / "beijing_villages.csv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            yield row["code"], row["name"], "community", row["streetCode"]


def _district_of(street: str) -> str:
    return "BDA" if street in BDA_STREETS | BDA_DEFUNCT else street[:6]


def boundaries(raw: Path) -> Iterator[dict[str, Any]]:
    """Yield each district's boundary as a MultiPolygon with its code."""
    for feature in _districts(raw):
        shape = feature["geometry"]
        parts = shape["coordinates"] if shape["type"] == "MultiPolygon" else [shape["coordinates"]]
        geometry = {"type": "MultiPolygon", "coordinates": pack.rounded(parts)}
        yield pack.feature(geometry, code=str(feature["properties"]["district_adcode"]))


def _districts(raw: Path) -> list[dict[str, Any]]:
    text = (raw / "beijing-districts" / "districts_amap_wgs84.geojson").read_text(encoding="utf-8")
    features: list[dict[str, Any]] = json.loads(text)["features"]
    return features


def lines(raw: Path) -> Iterator[dict[str, Any]]:
    """Yield roads (rank 1 widest … 4) and subway lines. One direction of each subway line is enough to draw it."""
    for feature in pack.read_features(raw / "beijing-roads-osm2013" / "derived_all_roads_wgs84.geojson.gz"):
        rank = ROAD_RANK.get(feature["properties"]["highway"], LEAST_ROAD_RANK + 1)
        if rank <= LEAST_ROAD_RANK:
            name = feature["properties"]["name"] or ""
            yield pack.feature(_line(feature), kind="road", name=name, rank=rank)
    text = (raw / "beijing-subway-gtfs" / "derived_lines_wgs84.geojson").read_text(encoding="utf-8")
    drawn: set[tuple[Any, ...]] = set()
    for feature in json.loads(text)["features"]:
        ends = tuple(sorted(map(tuple, _ends(feature))))
        if ends not in drawn:
            drawn.add(ends)
            yield pack.feature(_line(feature), kind="subway", name=_line_name(feature), rank=1)


def _line_name(feature: dict[str, Any]) -> str:
    """Return the line's short name; a few lines have only a long one, `name: from → to`."""
    properties = feature["properties"]
    return str(properties["ref"] or properties["name"].split(":")[0])


def _ends(feature: dict[str, Any]) -> list[list[float]]:
    """Return both ends to about 100 m, so that the two directions of a line are recognised as one."""
    points = _points(feature)
    return [[round(x, 3) for x in points[0]], [round(x, 3) for x in points[-1]]]


def _line(feature: dict[str, Any]) -> dict[str, Any]:
    return {"type": "LineString", "coordinates": pack.rounded(_points(feature))}


def _points(feature: dict[str, Any]) -> list[list[float]]:
    """Return the corners of a line. The source writes NaN for stops that it could not place."""
    corners: list[list[float]] = feature["geometry"]["coordinates"]
    return [corner for corner in corners if all(isfinite(number) for number in corner)]


def stations(raw: Path) -> Iterator[dict[str, Any]]:
    """Yield each subway station once per name and place."""
    text = (raw / "beijing-subway-gtfs" / "derived_stations_wgs84.geojson").read_text(encoding="utf-8")
    seen: set[tuple[str, float, float]] = set()
    for feature in json.loads(text)["features"]:
        lon, lat = pack.rounded(feature["geometry"]["coordinates"])
        key = (feature["properties"]["name"], round(lon, 2), round(lat, 2))
        if key not in seen:
            seen.add(key)
            yield pack.feature({"type": "Point", "coordinates": [lon, lat]}, name=key[0])


def build(raw: Path, out: Path) -> dict[str, int]:
    """Write areas, boundaries, lines and stations; return the row count of each file."""
    return {
        "areas.csv.gz": pack.write_csv(out / "areas.csv.gz", ["code", "name", "level", "parent"], areas(raw)),
        "boundaries.geojson.gz": pack.write_features(out / "boundaries.geojson.gz", boundaries(raw)),
        "lines.geojson.gz": pack.write_features(out / "lines.geojson.gz", lines(raw)),
        "stations.geojson.gz": pack.write_features(out / "stations.geojson.gz", stations(raw)),
    }
