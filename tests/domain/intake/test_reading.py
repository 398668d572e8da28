"""Rows become values: points are converted, problems keep their place."""

from typing import Any

import pytest
import shapely

from jiugai.domain.geo.crs import CRS
from jiugai.domain.geo.measure import distance_m
from jiugai.domain.intake.mapping import Profile
from jiugai.domain.intake.reading import read_rows
from jiugai.domain.intake.rows import ParsedRow, RawRow
from tests.domain.points import given_in

HERE = (116.353, 39.883)
COLUMNS = {"名": "name", "年": "built_year", "户": "households", "x": "lon", "y": "lat"}


def read(cells: dict[str, Any], *, geometry: bytes | None = None, **profile: Any) -> ParsedRow:
    made = Profile("x", columns={k: v for k, v in COLUMNS.items() if k in cells}, **profile)
    (row,) = read_rows([RawRow("表一", 7, cells, geometry)], profile=made, latest_year=2019)
    return row


@pytest.mark.parametrize("crs", list(CRS))
def test_points_are_converted_to_a_centimetre(crs: CRS) -> None:
    lon, lat = given_in(crs, *HERE)
    row = read({"名": "甲", "x": lon, "y": str(lat)}, crs=crs)
    assert distance_m(*row.values["point"], *HERE) < 0.02


def test_problems_say_where_and_what_was_typed() -> None:
    row = read({"名": "甲", "户": "约30"})
    (problem,) = row.problems
    assert (problem.sheet, problem.row, problem.column, problem.typed) == ("表一", 7, "户", "约30")
    assert problem.is_error


def test_swapped_coordinates_suggest_each_cell() -> None:
    row = read({"名": "甲", "x": HERE[1], "y": HERE[0]})
    assert [(p.code, p.column, p.suggestion) for p in row.problems] == [
        ("swapped_point", "x", "116.353"),
        ("swapped_point", "y", "39.883"),
    ]
    assert "point" not in row.values


def test_half_a_point_and_points_abroad_are_errors() -> None:
    assert [p.code for p in read({"名": "甲", "x": 116.3, "y": ""}).problems] == ["half_a_point"]
    assert [p.code for p in read({"名": "甲", "x": 116.3, "y": "北纬"}).problems] == ["not_degrees"]
    assert [p.code for p in read({"名": "甲", "x": 2.3, "y": 48.8}, crs=CRS.BD09).problems] == ["point_not_in_china"]


def test_nothing_in_a_file_was_built_after_it() -> None:
    assert [p.code for p in read({"名": "甲", "年": "2020年"}).problems] == ["year_in_future"]


def test_a_span_of_years_fills_both_ends() -> None:
    values = read({"名": "甲", "年": "1955-1999年"}).values
    assert (values["built_year_min"], values["built_year_max"], "built_year" in values) == (1955, 1999, False)


def test_codes_defaults_and_zeros_of_a_profile() -> None:
    row = read(
        {"名": "甲", "户": "0", "年": ""},
        zero_is_missing=("households",),
        defaults={"built_year": "1981"},
    )
    assert row.values == {"name": "甲", "built_year": 1981}


def test_keys_are_the_cell_or_a_digest_of_several() -> None:
    assert read({"名": "甲"}, key=("名",)).key == "甲"
    digest = read({"名": "甲", "户": "1"}, key=("名", "户")).key
    assert len(digest) == 12
    assert digest == read({"名": "甲 ", "户": 1}, key=("名", "户")).key


def test_a_polygon_gives_an_outline_and_a_point_within() -> None:
    square = shapely.box(116.35, 39.88, 116.36, 39.89)
    row = read({"名": "甲"}, geometry=shapely.to_wkb(square))
    assert shapely.from_wkb(row.geometry).geom_type == "MultiPolygon"
    assert square.contains(shapely.Point(row.values["point"]))


def test_a_polygon_that_crosses_itself_is_mended_and_said_so() -> None:
    bow = shapely.Polygon([(116.35, 39.88), (116.36, 39.89), (116.36, 39.88), (116.35, 39.89)])
    row = read({"名": "甲"}, geometry=shapely.to_wkb(bow))
    assert [(p.code, p.is_error) for p in row.problems] == [("shape_mended", False)]
    assert shapely.from_wkb(row.geometry).is_valid


@pytest.mark.parametrize(
    ("shape", "code"),
    [
        (shapely.LineString([(116, 39), (117, 40)]), "shape_kind"),
        (shapely.Polygon([(116, 39), (117, 40), (116, 39)]), "shape_without_area"),
        (shapely.Point(39.9, 116.4), "swapped_point"),
    ],
)
def test_shapes_that_cannot_be_a_community_are_errors(shape: Any, code: str) -> None:
    row = read({"名": "甲"}, geometry=shapely.to_wkb(shape))
    assert [p.code for p in row.problems] == [code]


def test_shapes_in_shifted_systems_are_converted() -> None:
    moved = shapely.Point(*given_in(CRS.GCJ02, *HERE))
    row = read({"名": "甲"}, geometry=shapely.to_wkb(moved), crs=CRS.GCJ02)
    assert distance_m(*row.values["point"], *HERE) < 0.02
