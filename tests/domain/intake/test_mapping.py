"""Columns find their fields, profiles are kept, and wrong mappings are doubted."""

from datetime import date

import pytest

from jiugai.domain.geo.crs import CRS
from jiugai.domain.intake.doubts import doubtful_columns
from jiugai.domain.intake.mapping import BadProfile, Profile, built_in, built_in_names, choose, suggest
from jiugai.domain.intake.rows import RawRow


def test_titles_are_recognised_with_units_colons_and_other_names() -> None:
    titles = ["序号", "小区名称*", "详细地址：", "建筑面积（㎡）", "总户数", "建成年代", "经度", "纬度", "备注"]
    assert suggest(titles, target="communities") == {
        "小区名称*": "name",
        "详细地址：": "address",
        "建筑面积（㎡）": "floor_area",
        "总户数": "households",
        "建成年代": "built_year",
        "经度": "lon",
        "纬度": "lat",
    }


def test_a_field_is_suggested_once_and_the_best_title_wins() -> None:
    found = suggest(["名称", "小区名称"], target="communities")
    assert found == {"小区名称": "name"}


@pytest.mark.parametrize("name", built_in_names())
def test_built_in_profiles_survive_storing(name: str) -> None:
    profile = built_in(name)
    assert Profile.from_json(profile.as_json()) == profile
    assert isinstance(profile.observed_on, date)
    assert profile.crs is CRS.BD09


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"甲": "name", "乙": "name"}, "两列"),
        ({"甲": "nonsense"}, "没有"),
        ({"甲": "households"}, "小区名称"),
    ],
)
def test_a_profile_that_cannot_work_is_refused(columns: dict[str, str], words: str) -> None:
    with pytest.raises(BadProfile) as caught:
        Profile.from_json({"name": "x", "columns": columns})
    assert words in caught.value.message
    assert caught.value.remedy


def test_the_profile_with_all_its_columns_in_the_file_is_chosen() -> None:
    profiles = [built_in(name) for name in built_in_names()]
    chosen = choose(profiles, ["ID", "NAME", "BUILDTIME", "longitude", "latitude", "DISTRICT", "PRICE"])
    assert chosen is not None
    assert chosen.source == "lianjia-communities"
    assert choose(profiles, ["什么", "都没有"]) is None


def rows(**columns: list[object]) -> list[RawRow]:
    return [
        RawRow("表", n, dict(zip(columns, said, strict=True)))
        for n, said in enumerate(zip(*columns.values(), strict=True), 2)
    ]  # type: ignore[arg-type]


def test_longitude_and_latitude_the_wrong_way_round_are_noticed() -> None:
    found = doubtful_columns(rows(a=[39.9] * 6, b=["116.4"] * 6), Profile("x", columns={"a": "lon", "b": "lat"}))
    assert [(p.code, p.column) for p in found] == [("columns_swapped", "a")]


def test_years_under_households_are_noticed() -> None:
    profile = Profile("x", columns={"a": "households", "b": "built_year"})
    found = doubtful_columns(rows(a=[1981, "1990年", 1975, 1985, 1999], b=[560, "800户", 1200, 96, 333]), profile)
    assert [p.code for p in found] == ["columns_swapped"]


def test_a_mapping_that_fits_is_not_doubted() -> None:
    profile = Profile("x", columns={"a": "households", "b": "built_year"})
    assert doubtful_columns(rows(a=[560, 800, 1200, 96, 333], b=[1981, 0, 1990, "1975年", 1985]), profile) == []
