"""Conversion between the coordinate systems of Beijing's files."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiugai.domain.geo.crs import CRS, from_cgcs2000, to_cgcs2000
from jiugai.domain.geo.measure import distance_m
from tests.domain.points import given_in, read_from

CENTIMETRE = 0.01
in_china = st.tuples(st.floats(74, 134), st.floats(4, 53))
around_beijing = st.tuples(st.floats(115.4, 117.6), st.floats(39.4, 41.1))


@pytest.mark.parametrize("crs", list(CRS))
@given(point=in_china | around_beijing)
def test_round_trip_is_exact_to_a_centimetre(crs: CRS, point: tuple[float, float]) -> None:
    shifted = given_in(crs, *point)
    back = read_from(crs, *shifted)
    assert distance_m(*point, *back) < CENTIMETRE


@pytest.mark.parametrize("crs", [CRS.GCJ02, CRS.BD09])
@given(point=around_beijing)
def test_shifted_systems_are_hundreds_of_metres_away(crs: CRS, point: tuple[float, float]) -> None:
    assert 300 < distance_m(*point, *given_in(crs, *point)) < 1800


# Pairs that the published converters agree on to a centimetre.
@pytest.mark.parametrize(
    ("wgs84", "gcj02"),
    [
        ((121.5272106, 31.1774276), (121.531541859215, 31.17530398364597)),
        ((113.912316, 22.543847), (113.9171764808363, 22.540796131694766)),
        ((116.377817, 39.911954), (116.38404722455657, 39.91334545536069)),
    ],
)
def test_known_values_of_gcj02(wgs84: tuple[float, float], gcj02: tuple[float, float]) -> None:
    assert distance_m(*given_in(CRS.GCJ02, *wgs84), *gcj02) < CENTIMETRE


def test_known_value_of_bd09() -> None:
    wgs84 = read_from(CRS.GCJ02, 116.404, 39.915)
    assert distance_m(*given_in(CRS.BD09, *wgs84), 116.41036949371029, 39.92133699351021) < CENTIMETRE


def test_wgs84_and_cgcs2000_are_the_same_here() -> None:
    assert read_from(CRS.WGS84, 116.4, 39.9) == (116.4, 39.9)


@pytest.mark.parametrize("crs", [CRS.GCJ02, CRS.BD09])
def test_arrays_keep_their_order_and_mark_points_outside_of_china(crs: CRS) -> None:
    lon, lat = to_cgcs2000(crs, [116.4, 2.35, np.nan], [39.9, 48.85, 39.9])
    assert np.isfinite(lon[0])
    assert np.isnan(lon[1])
    assert np.isnan(lat[1])
    assert np.isnan(lon[2])
    assert from_cgcs2000(CRS.WGS84, [116.4], [39.9])[0].tolist() == [116.4]


def test_empty_arrays_convert() -> None:
    assert to_cgcs2000(CRS.BD09, [], [])[0].size == 0
