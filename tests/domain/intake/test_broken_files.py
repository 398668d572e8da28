"""Files broken inside are refused in words before anything is made of them."""

import json
import zipfile
from pathlib import Path

import numpy as np
import pyogrio
import pytest
import shapely

from jiugai.domain.intake.readers import open_tables
from jiugai.domain.intake.readers.opening import Damaged, NothingInside, read_head
from jiugai.domain.intake.sniff import NotReadable, sniff

POINT = {"type": "Point", "coordinates": [116.5, 39.9]}


def features(*made: object) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": made}).encode()


def feature(**properties: object) -> dict[str, object]:
    return {"type": "Feature", "properties": properties, "geometry": POINT}


def layer(path: Path, names: list[str]) -> None:
    points = np.array([shapely.to_wkb(shapely.Point(116.5, 39.9))] * len(names), dtype=object)
    pyogrio.raw.write(
        path, points, [np.array(names, dtype=object)], ["name"], geometry_type="Point", crs="EPSG:4490"
    )  # fmt: skip


def parts(folder: Path, names: list[str]) -> dict[str, bytes]:
    """Return the files of a sound Shapefile."""
    inner = folder / "inner"
    inner.mkdir()
    layer(inner / "x.shp", names)
    return {part.name: part.read_bytes() for part in inner.iterdir()}


def refused(path: Path, content: bytes) -> NotReadable:
    path.write_bytes(content)
    with pytest.raises(NotReadable) as caught:
        read_head(path, sniff(path, path.name), name=path.name)
    assert caught.value.remedy
    assert path.name in caught.value.where
    return caught.value


@pytest.mark.parametrize(
    "content",
    [
        features(feature(name="甲"))[:-20],
        b'{"a": 1}',
        b"[1, 2, 3]",
        b"[" * 100_000 + b"]" * 100_000,
        features(feature(name="甲"), {"type": "Feature", "geometry": {"type": "Point", "coordinates": ["a", None]}}),
    ],
    ids=["broken off", "no shapes", "a plain list", "nested without end", "words for coordinates"],
)
def test_broken_geojson(tmp_path: Path, content: bytes) -> None:
    assert isinstance(refused(tmp_path / "a.geojson", content), Damaged)


@pytest.mark.parametrize("content", [features(), features(feature()), json.dumps(POINT).encode()])
def test_geojson_of_nothing_but_shapes(tmp_path: Path, content: bytes) -> None:
    assert isinstance(refused(tmp_path / "a.geojson", content), NothingInside)


@pytest.mark.parametrize("kept", [100, 0.5])
def test_half_a_geopackage(tmp_path: Path, kept: float) -> None:
    layer(tmp_path / "whole.gpkg", ["甲"])
    content = (tmp_path / "whole.gpkg").read_bytes()
    refused(tmp_path / "a.gpkg", content[: kept if isinstance(kept, int) else int(len(content) * kept)])


@pytest.mark.filterwarnings("ignore")  # GDAL grumbles about the broken files
@pytest.mark.parametrize(
    ("part", "content"),
    [("x.shp", b""), ("x.shp", b"\x00" * 200), ("x.shx", b"?" * 50), ("x.dbf", b""), ("x.prj", b'GEOGCS["x",DATUM[')],
)
def test_a_shapefile_with_one_broken_part(tmp_path: Path, part: str, content: bytes) -> None:
    with zipfile.ZipFile(tmp_path / "made.zip", "w") as archive:
        for name, sound in parts(tmp_path, ["甲", "乙"]).items():
            archive.writestr(name, content if name == part else sound)
    refused(tmp_path / "a.zip", (tmp_path / "made.zip").read_bytes())


def test_a_table_that_breaks_off_names_the_last_row_that_can_be_read(tmp_path: Path) -> None:
    whole = parts(tmp_path, ["甲"] * 50)
    with zipfile.ZipFile(tmp_path / "made.zip", "w") as archive:
        for name, sound in whole.items():
            archive.writestr(name, sound[:400] if name == "x.dbf" else sound)
    refused(tmp_path / "a.zip", (tmp_path / "made.zip").read_bytes())


def test_a_text_cut_in_the_middle_of_a_letter_is_read_without_it(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for name, sound in parts(tmp_path, ["管庄东里", "慧忠里"]).items():
            cut = sound.replace("管庄东里".encode(), "管庄东里".encode()[:-1] + b" ")
            archive.writestr(name, cut if name == "x.dbf" else sound)
    (table,) = open_tables(tmp_path / "a.zip", sniff(tmp_path / "a.zip", "a.zip"), name="a.zip")
    assert [row.cells["name"] for row in table.rows()] == ["管庄东", "慧忠里"]


def test_a_cell_without_end_is_placed_by_its_row(tmp_path: Path) -> None:
    found = refused(tmp_path / "a.csv", b"name,year\n" + b"a,1980\n" * 29 + b"b," + b"9" * (2 << 20) + b"\n")
    assert "第 30 行以后" in found.where
