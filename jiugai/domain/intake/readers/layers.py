"""Reading GIS files with GDAL: GeoJSON, GeoPackage, Shapefile in a zip.

Shapefiles are unpacked under plain names into a temporary folder that lives as long as the table, because archives
made in Chinese Windows carry names in GBK. A layer in a projected system is turned into CGCS2000 on the way.
"""

import zipfile
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from xml.sax.saxutils import escape

import numpy as np
import pyogrio

from jiugai.domain.intake.problems import Problem, warning
from jiugai.domain.intake.readers.dbf import dbf_encoding, mend_half_letters
from jiugai.domain.intake.readers.headers import columns
from jiugai.domain.intake.rows import Cell, Column, RawRow
from jiugai.domain.intake.sniff import Kind

BLOCK = 20_000
DEGREES = {"EPSG:4326", "EPSG:4490", "OGC:CRS84"}
PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
_NO_PRJ = warning("crs_unknown", "文件没有说明坐标系（缺 .prj）", "在“坐标系”里选对；不清楚就问交图的人")


class LayerTable:
    """One layer. Rows are numbered from 1 in the order of the file; geometry is WKB as the file has it."""

    def __init__(self, source: str, layer: str, *, name: str, encoding: str | None = None, hold: object = None) -> None:
        self.name = name
        self._source, self._layer, self._encoding, self._hold = source, layer, encoding, hold
        info = pyogrio.read_info(source, layer=layer, encoding=encoding)
        self._fields = [str(f) for f in info["fields"]]
        self._count = int(info["features"])
        self.crs = str(info["crs"] or "")
        self.columns: tuple[Column, ...] = columns(self._fields)
        self.problems: tuple[Problem, ...] = tuple(p.at(sheet=name, row=0) for p in self._problems())

    def _problems(self) -> Iterator[Problem]:
        if not self.crs:
            yield _NO_PRJ
        elif self.crs not in DEGREES:
            words = f"文件的坐标系是 {self.crs[:40]}，已换算成经纬度"
            yield warning("crs_converted", words, "“坐标系”选 CGCS2000；在地图上核对位置")

    def rows(self) -> Iterator[RawRow]:
        """Yield the features in blocks."""
        titles = [column.title for column in self.columns]
        source, layer = self._warped() if self.crs and self.crs not in DEGREES else (self._source, self._layer)
        for start in range(0, self._count, BLOCK):
            block = pyogrio.raw.read(
                source, layer=layer, encoding=self._encoding, skip_features=start, max_features=BLOCK, force_2d=True
            )
            yield from self._block(block[2], block[3], titles, start)

    def _block(self, shapes: Any, values: Any, titles: list[str], start: int) -> Iterator[RawRow]:
        lists = [_cells(column) for column in values]
        for index in range(len(lists[0]) if lists else len(shapes)):
            cells = {title: column[index] for title, column in zip(titles, lists, strict=True)}
            shape = shapes[index] if shapes is not None else None
            yield RawRow(self.name, start + index + 1, cells, bytes(shape) if shape is not None else None)

    def _warped(self) -> tuple[str, str]:
        """Return a virtual source that turns the layer into CGCS2000 degrees."""
        source, layer = escape(self._source), escape(self._layer, {'"': "&quot;"})
        inner = f"<SrcDataSource>{source}</SrcDataSource><SrcLayer>{layer}</SrcLayer>"
        warped = f'<OGRVRTWarpedLayer><OGRVRTLayer name="{layer}">{inner}</OGRVRTLayer><TargetSRS>EPSG:4490</TargetSRS>'
        return f"<OGRVRTDataSource>{warped}</OGRVRTWarpedLayer></OGRVRTDataSource>", self._layer


def open_layers(path: Path, kind: Kind, *, stem: str) -> list[LayerTable]:
    """Open the layers of a GIS file; a broken one raises whatever GDAL and its binding raise."""
    return [_open_shapefile(path, stem)] if kind is Kind.SHAPEFILE else _open_file(path, kind, stem)


def _open_file(path: Path, kind: Kind, stem: str) -> list[LayerTable]:
    """Open under a name with the right ending, by which GDAL knows a GeoPackage; stored files have none."""
    hold = TemporaryDirectory(prefix="jiugai-layer-")
    link = Path(hold.name) / ("layer.gpkg" if kind is Kind.GEOPACKAGE else "layer.geojson")
    link.symlink_to(path.resolve())
    layers = [str(row[0]) for row in pyogrio.list_layers(link)]
    only = len(layers) == 1
    return [LayerTable(str(link), layer, name=stem if only else layer, hold=hold) for layer in layers]


def _open_shapefile(path: Path, stem: str) -> LayerTable:
    hold = TemporaryDirectory(prefix="jiugai-layer-")
    folder = Path(hold.name)
    with zipfile.ZipFile(path) as archive:
        shape = next(m for m in archive.namelist() if m.lower().endswith(".shp"))
        for member in archive.namelist():
            ending = Path(member).suffix.lower()
            if ending in PARTS and member[: -len(ending)] == shape[:-4]:
                (folder / f"layer{ending}").write_bytes(archive.read(member))
    encoding = dbf_encoding(folder)
    if (folder / "layer.dbf").exists():
        mend_half_letters(folder / "layer.dbf", encoding)
    return LayerTable(str(folder / "layer.shp"), "layer", name=stem, encoding=encoding, hold=hold)


def _cells(column: np.ndarray[Any, Any]) -> list[Cell]:
    if np.issubdtype(column.dtype, np.datetime64):
        return [None if np.isnat(v) else v.astype("datetime64[s]").item() for v in column]
    if np.issubdtype(column.dtype, np.floating):
        return [None if np.isnan(v) else float(v) for v in column]
    return [None if v is None or v == "" else v for v in column.tolist()]
