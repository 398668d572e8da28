"""A street is suggested only by names of the same district, and only where all of them agree."""

import pytest

from jiugai.domain.intake.streets import Named, StreetNames, bare

NAMES = StreetNames(
    [
        Named("110105", "朝阳区", "district", "110000"),
        Named("110105035", "管庄地区", "street", "110105"),
        Named("110105012", "麦子店街道", "street", "110105"),
        Named("110105013", "团结湖街道", "street", "110105"),
        Named("110108001", "万寿路街道", "street", "110108"),
        Named("110105012021", "枣营南里社区居委会", "community", "110105012"),
        Named("110105012022", "水碓子社区居委会", "community", "110105012"),
        Named("110105013022", "水碓子社区居委会", "community", "110105013"),
    ]
)


@pytest.mark.parametrize(
    ("said", "code", "evidence"),
    [
        ({"name": "双旭花园", "trade_area": "管庄"}, "110105035", "商圈“管庄”"),
        ({"name": "双旭花园", "trade_area": "管庄地区"}, "110105035", "商圈“管庄地区”"),
        ({"name": "某院", "address": "朝阳区麦子店街道12号"}, "110105012", "地址写有“麦子店街道”"),
        ({"name": "管庄东里", "trade_area": "管庄"}, "110105035", "商圈“管庄”、名称以“管庄”开头"),
        ({"name": "枣营南里小区"}, "110105012", "与“枣营南里”社区同名"),
    ],
)
def test_names_of_the_district_suggest_a_street(said: dict[str, str], code: str, evidence: str) -> None:
    hint = NAMES.suggest(district="110105", **said)
    assert hint is not None
    assert (hint.code, hint.evidence) == (code, evidence)


@pytest.mark.parametrize(
    "said",
    [
        {"name": "双旭花园"},
        {"name": "枣营南里", "trade_area": "团结湖"},  # two words, two streets
        {"name": "水碓子"},  # two streets have a committee of this name
        {"name": "万寿路甲12号院", "trade_area": "万寿路"},  # a street of another district
        {"name": "某院", "address": "管庄路3号"},  # a road is no street
    ],
)
def test_no_word_or_words_that_differ_suggest_nothing(said: dict[str, str]) -> None:
    assert NAMES.suggest(district="110105", **said) is None


def test_endings_of_streets_fall_away() -> None:
    assert [bare(name) for name in ("管庄地区", "麦子店街道", "梨园镇", "金海湖镇")] == [
        "管庄",
        "麦子店",
        "梨园",
        "金海湖",
    ]
