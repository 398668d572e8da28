"""Reading shapes of GIS files: conversion to CGCS2000, mending of shapes that cross themselves."""

from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import MultiPolygon, Point, Polygon
from shapely.geometry.base import BaseGeometry

from jiugai.domain.geo.crs import CRS, to_cgcs2000
from jiugai.domain.intake.problems import Problem, warning

LEAST_AREA = 1e-10
"""Square degrees, about one square metre: smaller polygons are slips of the mouse."""


class Shape(NamedTuple):
    """A shape in CGCS2000: a point to stand for it, its outline as MultiPolygon WKB, and what is wrong with it."""

    point: tuple[float, float] | None = None
    outline: bytes | None = None
    problem: Problem | None = None


def read_geometry(wkb: bytes, crs: CRS) -> Shape:
    """Read a point or polygon given in `crs`.

    A polygon that crosses itself is mended, with a warning. Points stand for themselves, polygons get a point that
    lies within them.
    """
    try:
        given = shapely.from_wkb(wkb)
    except shapely.errors.GEOSException:
        return Shape(problem=Problem("shape_unreadable", "图形读不出来", "在 GIS 软件里检查并修复这个图形"))
    if given is None or given.is_empty:
        return Shape()
    shape = _converted(shapely.force_2d(given), crs)
    if not np.isfinite(shapely.get_coordinates(shape)).all():
        return Shape(problem=Problem("shape_not_in_china", f"图形不在中国，不会是 {crs.value}", "核对文件的坐标系"))
    return _by_kind(shape)


def _by_kind(shape: BaseGeometry) -> Shape:
    points = [part for part in _parts(shape) if isinstance(part, Point)]
    if len(points) == 1 and shape.geom_type in {"Point", "MultiPoint"}:
        return Shape(point=(points[0].x, points[0].y))
    if shape.geom_type in {"Polygon", "MultiPolygon"}:
        return _polygon(shape)
    return Shape(problem=Problem("shape_kind", "图形不是点，也不是面", "小区和楼栋用点或面表示"))


def _polygon(shape: BaseGeometry) -> Shape:
    """Keep the areal part, mended where it crosses itself; one that has no area left is an error."""
    sound = shape if shape.is_valid else shapely.make_valid(shape)
    outline = MultiPolygon([part for part in _parts(sound) if isinstance(part, Polygon) and part.area > LEAST_AREA])
    if outline.is_empty:
        return Shape(problem=Problem("shape_without_area", "图形没有面积，成不了范围", "在 GIS 软件里重画这个图形"))
    inside = outline.representative_point()
    note = None if shape.is_valid else _mended(shape)
    return Shape((inside.x, inside.y), bytes(shapely.to_wkb(outline)), note)


def _mended(shape: BaseGeometry) -> Problem:
    why = shapely.is_valid_reason(shape).split("[")[0]
    words = "边界自己相交" if "Self-intersection" in why else "边界不合规"
    return warning("shape_mended", f"{words}，已按相交处拆开修复", "在地图上核对修复后的范围")


def _converted(shape: BaseGeometry, crs: CRS) -> BaseGeometry:
    if not crs.shifted:
        return shape

    def move(points: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(to_cgcs2000(crs, points[:, 0], points[:, 1]))

    moved: BaseGeometry = shapely.transform(shape, move)
    return moved


def _parts(shape: BaseGeometry) -> list[BaseGeometry]:
    parts = [shape]
    while any(hasattr(part, "geoms") for part in parts):
        parts = [inner for part in parts for inner in (part.geoms if hasattr(part, "geoms") else [part])]
    return parts
