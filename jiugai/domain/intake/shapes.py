"""Reading shapes of GIS files: conversion to CGCS2000, mending of shapes that cross themselves."""

import numpy as np
import shapely
from shapely import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from jiugai.domain.geo.crs import CRS, to_cgcs2000
from jiugai.domain.intake.problems import Problem, warning

AREAL = {"Polygon", "MultiPolygon"}


def read_geometry(wkb: bytes, crs: CRS) -> tuple[bytes | None, Problem | None]:
    """Return a shape in CGCS2000 as WKB and what is wrong with it.

    A polygon that crosses itself is mended, with a warning that says how much of the area changed.
    """
    try:
        shape = shapely.from_wkb(wkb)
    except shapely.errors.GEOSException:
        return None, Problem("shape_unreadable", "图形读不出来", "在 GIS 软件里检查并修复这个图形")
    if shape is None or shape.is_empty:
        return None, None
    shape = _converted(shapely.force_2d(shape), crs)
    if not np.isfinite(shapely.get_coordinates(shape)).all():
        return None, Problem("shape_not_in_china", f"图形不在中国，不会是 {crs.value}", "核对文件的坐标系")
    if shape.is_valid:
        return bytes(shapely.to_wkb(shape)), None
    return _mended(shape)


def _converted(shape: BaseGeometry, crs: CRS) -> BaseGeometry:
    if not crs.shifted:
        return shape

    def move(
        points: np.ndarray[tuple[int, int], np.dtype[np.float64]],
    ) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
        return np.column_stack(to_cgcs2000(crs, points[:, 0], points[:, 1]))

    moved: BaseGeometry = shapely.transform(shape, move)
    return moved


def _mended(shape: BaseGeometry) -> tuple[bytes | None, Problem | None]:
    """Keep the areal part of the repaired shape; one that has no area left is an error."""
    repaired: BaseGeometry = shapely.make_valid(shape)
    if shape.geom_type in AREAL:
        repaired = MultiPolygon([p for p in _parts(repaired) if isinstance(p, Polygon)])
    if repaired.is_empty:
        return None, Problem("shape_without_area", "图形没有面积，成不了范围", "在 GIS 软件里重画这个图形")
    why = shapely.is_valid_reason(shape).split("[")[0]
    words = "边界自己相交" if "Self-intersection" in why else "边界不合规"
    note = warning("shape_mended", f"{words}，已按相交处拆开修复", "在地图上核对修复后的范围")
    return bytes(shapely.to_wkb(repaired)), note


def _parts(shape: BaseGeometry) -> list[BaseGeometry]:
    parts = [shape]
    while any(hasattr(p, "geoms") for p in parts):
        parts = [inner for p in parts for inner in (p.geoms if hasattr(p, "geoms") else [p])]
    return parts
