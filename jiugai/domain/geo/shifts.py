"""The published shifts: WGS-84 → GCJ-02 → BD-09, forward, and an inverse that iterates the forward one.

The constants are those of the published formulas (Krasovsky ellipsoid); they are facts of the systems, not settings.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Degrees = NDArray[np.float64]
Forward = Callable[[Degrees, Degrees], tuple[Degrees, Degrees]]

MAJOR_AXIS_M = 6378245.0
ECCENTRICITY_SQUARED = 0.00669342162296594323
BAIDU_TURN = np.pi * 3000.0 / 180.0
# A tenth of a millimetre on the ground; the shifts contract by about 1:1000 per round, so 4-6 rounds are enough.
CLOSE_ENOUGH_DEGREES = 1e-9
MOST_ROUNDS = 30


def to_gcj02(lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    """Shift WGS-84 degrees to GCJ-02."""
    east, north = _wave(lon - 105.0, lat - 35.0)
    phi = np.radians(lat)
    w2 = 1.0 - ECCENTRICITY_SQUARED * np.sin(phi) ** 2
    meridian = MAJOR_AXIS_M * (1.0 - ECCENTRICITY_SQUARED) / (w2 * np.sqrt(w2))
    parallel = MAJOR_AXIS_M / np.sqrt(w2) * np.cos(phi)
    return lon + np.degrees(east / parallel), lat + np.degrees(north / meridian)


def to_bd09(lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    """Shift WGS-84 degrees to BD-09."""
    x, y = to_gcj02(lon, lat)
    radius = np.hypot(x, y) + 0.00002 * np.sin(y * BAIDU_TURN)
    angle = np.arctan2(y, x) + 0.000003 * np.cos(x * BAIDU_TURN)
    return radius * np.cos(angle) + 0.0065, radius * np.sin(angle) + 0.006


def invert(forward: Forward, lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    """Find the WGS-84 point that `forward` carries to the given one."""
    x, y = lon.copy(), lat.copy()
    for _ in range(MOST_ROUNDS):
        seen_lon, seen_lat = forward(x, y)
        off_lon, off_lat = seen_lon - lon, seen_lat - lat
        x, y = x - off_lon, y - off_lat
        if not (np.nanmax(np.abs([off_lon, off_lat]), initial=0.0) > CLOSE_ENOUGH_DEGREES):
            break
    return x, y


def _wave(x: Degrees, y: Degrees) -> tuple[Degrees, Degrees]:
    """Offsets to east and north in metres."""
    shared = (20.0 * np.sin(6.0 * x * np.pi) + 20.0 * np.sin(2.0 * x * np.pi)) * 2.0 / 3.0
    root = np.sqrt(np.abs(x))
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + shared
    east = east + _swell(x, 20.0, 40.0) + (150.0 * np.sin(x / 12.0 * np.pi) + 300.0 * np.sin(x / 30.0 * np.pi)) * 2 / 3
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + shared
    north = north + _swell(y, 20.0, 40.0) + (160.0 * np.sin(y / 12.0 * np.pi) + 320 * np.sin(y * np.pi / 30.0)) * 2 / 3
    return east, north


def _swell(v: Degrees, whole: float, third: float) -> Degrees:
    swell: Degrees = (whole * np.sin(v * np.pi) + third * np.sin(v / 3.0 * np.pi)) * 2.0 / 3.0
    return swell
