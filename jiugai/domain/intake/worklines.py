"""Shapes of street works: lines and areas in CGCS2000, refused in words where they cannot be."""

from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from jiugai.domain.geo.crs import CRS, to_cgcs2000
from jiugai.domain.geo.districts import in_bounds
from jiugai.domain.intake.problems import Problem

LINES_AND_AREAS = {"LineString", "MultiLineString", "Polygon", "MultiPolygon"}
LONGEST_DEGREES = 0.6
DEGREES = 360.0


def from_text(text: str) -> BaseGeometry | Problem:
    """Read a shape typed as WKT, or as a list of points: 116.46,39.94;116.47,39.94."""
    if text.strip().upper().startswith(("LINESTRING", "MULTILINESTRING", "POLYGON", "MULTIPOLYGON", "POINT")):
        try:
            found: BaseGeometry = shapely.from_wkt(text)
        except shapely.errors.GEOSException:
            return _unreadable()
        return found
    pairs = [part.replace("，", ",").split(",") for part in text.replace("；", ";").split(";") if part.strip()]
    try:
        points = [(float(x), float(y)) for x, y in pairs]
    except ValueError:
        return _unreadable()
    return (
        shapely.LineString(points) if len(points) > 1 else Problem("one_point", "只有一个点，成不了线", "至少写两个点")
    )


def read_shape(shape: BaseGeometry | None, crs: CRS) -> BaseGeometry | Problem:
    """Return a sound line or area in CGCS2000, or what is wrong with the one given in `crs`."""
    if shape is None or shape.is_empty:
        return Problem("no_shape", "没有图形", "补上线或面；表格里写起点、终点经纬度，或一列图形")
    if shape.geom_type not in LINES_AND_AREAS:
        return Problem("shape_kind", "图形是点，工程要用线或面", "在 GIS 软件里画成线或面")
    flat = shapely.force_2d(shape)
    if np.abs(shapely.get_coordinates(flat)).max() > DEGREES:
        return Problem(
            "metres",
            "坐标像是平面坐标（米），不是经纬度",
            "换算成经纬度，或交带坐标系说明（.prj）的 Shapefile、GeoPackage",
        )
    if not flat.is_valid:
        return _crosses(flat)
    moved = _converted(flat, crs)
    coordinates = shapely.get_coordinates(moved)
    if not np.isfinite(coordinates).all() or not all(in_bounds(x, y) for x, y in coordinates):
        return _outside(coordinates, crs)
    west, south, east, north = moved.bounds
    if max(east - west, north - south) > LONGEST_DEGREES:
        return Problem("too_long", "图形横跨半个北京，像是连错了点", "核对图形，分成几项登记")
    return moved


def _unreadable() -> Problem:
    return Problem(
        "shape_unreadable", "图形读不出来", "写成 LINESTRING(116.46 39.94, 116.47 39.94)，或经度,纬度;经度,纬度"
    )


def _crosses(shape: BaseGeometry) -> Problem:
    where = shapely.is_valid_reason(shape).rpartition("[")[2].rstrip("]")
    return Problem("crosses_itself", f"面的边界自己相交（在 {where} 附近）", "在 GIS 软件里修好这个面再导入")


def _outside(coordinates: Any, crs: CRS) -> Problem:
    x, y = coordinates[0]
    if np.isfinite([x, y]).all() and in_bounds(y, x):
        return Problem("swapped", "经度和纬度颠倒了", "先写经度再写纬度")
    return Problem("outside", f"按 {crs.value} 读，图形不在北京", "核对坐标系和经纬度")


def _converted(shape: BaseGeometry, crs: CRS) -> BaseGeometry:
    if not crs.shifted:
        return shape
    moved: BaseGeometry = shapely.transform(
        shape, lambda points: np.column_stack(to_cgcs2000(crs, points[:, 0], points[:, 1]))
    )
    return moved
