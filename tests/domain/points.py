"""Single points for tests; the product converts whole columns."""

from jiugai.domain.geo.crs import CRS, from_cgcs2000, to_cgcs2000


def given_in(crs: CRS, lon: float, lat: float) -> tuple[float, float]:
    """Return a CGCS2000 point as a file in `crs` would give it."""
    x, y = from_cgcs2000(crs, [lon], [lat])
    return float(x[0]), float(y[0])


def read_from(crs: CRS, lon: float, lat: float) -> tuple[float, float]:
    """Return a point of a file in `crs` in CGCS2000."""
    x, y = to_cgcs2000(crs, [lon], [lat])
    return float(x[0]), float(y[0])
