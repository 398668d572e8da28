"""Reading and writing the shipped files: gzip with a fixed time, so that a rebuild gives the same content."""

import csv
import gzip
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any


def write_csv(path: Path, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Write rows under a header; return how many. None is written as an empty cell."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    count = 0
    for row in rows:
        writer.writerow(row)
        count += 1
    path.write_bytes(gzip.compress(text.getvalue().encode(), compresslevel=9, mtime=0))
    return count


def read_csv(path: Path) -> Iterator[dict[str, str]]:
    """Yield each row of a shipped table by column name; a missing value is an empty string."""
    with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def write_features(path: Path, features: Iterable[Mapping[str, Any]]) -> int:
    """Write GeoJSON features (CGCS2000 degrees), one per line; return how many."""
    lines = [json.dumps(f, ensure_ascii=False, separators=(",", ":")) for f in features]
    body = '{"type":"FeatureCollection","features":[\n' + ",\n".join(lines) + "\n]}\n"
    path.write_bytes(gzip.compress(body.encode(), compresslevel=9, mtime=0))
    return len(lines)


def read_features(path: Path) -> list[dict[str, Any]]:
    """Return the features of a shipped GeoJSON file."""
    with gzip.open(path, "rt", encoding="utf-8") as text:
        features: list[dict[str, Any]] = json.load(text)["features"]
    return features


def feature(geometry: Mapping[str, Any], **properties: Any) -> dict[str, Any]:
    """Build one GeoJSON feature."""
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def rounded(coordinates: Any) -> Any:
    """Round nested coordinates to six decimals (about 0.1 m), which is finer than any of the sources."""
    if isinstance(coordinates, int | float):
        return round(coordinates, 6)
    return [rounded(part) for part in coordinates]
