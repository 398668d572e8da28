"""Coordinate systems met in Beijing's files, and the way to CGCS2000 and back.

Inside, everything is CGCS2000 (EPSG:4490) in degrees, which equals WGS-84 at the accuracy of our data (they differ by
a few centimetres). GCJ-02 (Amap, Tencent) and BD-09 (Baidu) are published shifts of WGS-84; they are turned back by
iterating the published forward formula, so that a round trip is exact to far below a centimetre.
"""

from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray

from jiugai.domain.geo import shifts

Degrees = NDArray[np.float64]


class CRS(StrEnum):
    """Coordinate system of the points in a file."""

    CGCS2000 = "CGCS2000"
    WGS84 = "WGS-84"
    GCJ02 = "GCJ-02"
    BD09 = "BD-09"

    @property
    def label(self) -> str:
        """Words for the choice on screen."""
        return LABELS[self]

    @property
    def shifted(self) -> bool:
        """Whether the system is one of the shifted map systems that exist in China only."""
        return self in {CRS.GCJ02, CRS.BD09}


LABELS = {
    CRS.CGCS2000: "CGCS2000（国家大地坐标系）",
    CRS.WGS84: "WGS-84（GPS）",
    CRS.GCJ02: "GCJ-02（高德、腾讯地图）",
    CRS.BD09: "BD-09（百度地图）",
}


def inside_china(lon: ArrayLike, lat: ArrayLike) -> NDArray[np.bool_]:
    """Tell which points lie in the rectangle for which the shifted systems are published."""
    x, y = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    return (x >= 72.004) & (x <= 137.8347) & (y >= 0.8293) & (y <= 55.8271)


def to_cgcs2000(crs: CRS, lon: ArrayLike, lat: ArrayLike) -> tuple[Degrees, Degrees]:
    """Convert points given in `crs` (degrees). Points outside China in a shifted system become NaN."""
    return _convert(crs, lon, lat, back=True)


def from_cgcs2000(crs: CRS, lon: ArrayLike, lat: ArrayLike) -> tuple[Degrees, Degrees]:
    """Convert CGCS2000 points (degrees) to `crs`. Points outside China in a shifted system become NaN."""
    return _convert(crs, lon, lat, back=False)


def _convert(crs: CRS, lon: ArrayLike, lat: ArrayLike, *, back: bool) -> tuple[Degrees, Degrees]:
    x, y = np.array(lon, dtype=np.float64), np.array(lat, dtype=np.float64)
    if not crs.shifted:
        return x, y
    known = inside_china(x, y)
    x, y = np.where(known, x, np.nan), np.where(known, y, np.nan)
    forward = shifts.to_gcj02 if crs is CRS.GCJ02 else shifts.to_bd09
    return shifts.invert(forward, x, y) if back else forward(x, y)
