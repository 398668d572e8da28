"""Which district a point lies in, and how far points can be trusted."""

import shapely

from jiugai.domain.geo.districts import District, DistrictIndex, same_ground
from jiugai.domain.intake.positions import MISMATCH, OUTSIDE, SHARED, judge

WEST, EAST = "110102", "110105"
INDEX = DistrictIndex(
    [District(WEST, shapely.box(116.3, 39.8, 116.4, 39.9)), District(EAST, shapely.box(116.4, 39.8, 116.5, 39.9))]
)


def test_points_are_located_and_a_border_point_has_one_district() -> None:
    found = INDEX.locate([116.35, 116.45, 117.9, float("nan"), 116.4], [39.85] * 5)
    assert found == [WEST, EAST, None, None, WEST]


def test_doubtful_points_are_flagged() -> None:
    rows = [
        {"point": [116.35, 39.85], "district": WEST},
        {"point": [116.35, 39.85], "district": EAST},
        {"point": [118.0, 39.85]},
        {"district": WEST},
        {"point": [116.45, 39.85], "district": EAST},
    ]
    found = judge(rows, INDEX)
    assert [p and (p.area, p.flags) for p in found] == [
        (WEST, (SHARED,)),
        (WEST, (MISMATCH, SHARED)),
        ("110000", (OUTSIDE,)),
        None,
        (EAST, ()),
    ]


def test_the_development_area_lies_in_two_districts() -> None:
    assert same_ground("BDA", "110115")
    assert not same_ground("BDA", "110105")
