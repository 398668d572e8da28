"""Spellings of community names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiugai.domain.intake.names import initials, normalise, pinyin, read_numeral, tidy


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("白广路六号院", "白广路6号院"),
        ("白广路６号院", "白广路6号"),
        ("新街口西里（二区）", "新街口西里二区"),
        ("新街口西里(二区)", "新街口西里2区"),
        ("石佛营西里小区", "石佛营西里"),
        ("soho现代城", "SOHO 现代城"),
        ("芳城园·三区", "芳城园3区"),
    ],
)
def test_spellings_of_one_community_are_equal(one: str, other: str) -> None:
    assert normalise(one) == normalise(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("慧忠里", "慧忠北里"),
        ("安慧里四区", "安慧里五区"),
        ("白广路6号院", "白广路6号楼"),
        ("甲1号院", "1号院"),
        ("东四四条", "东四十四条"),
    ],
)
def test_different_places_stay_different(one: str, other: str) -> None:
    assert normalise(one) != normalise(other)


@given(st.text(max_size=30))
def test_normalising_is_harmless_on_any_text(text: str) -> None:
    assert normalise(text) == normalise(text + " ")


def test_a_name_that_is_only_an_ending_is_kept() -> None:
    assert normalise("社区") == "社区"


@pytest.mark.parametrize(
    ("text", "number"), [("十", 10), ("十二", 12), ("二十", 20), ("一百零五", 105), ("二〇三", 203)]
)
def test_numerals(text: str, number: int) -> None:
    assert read_numeral(text) == number


def test_pinyin_for_search() -> None:
    assert pinyin("管庄东里") == "guanzhuangdongli"
    assert initials("管庄东里") == "gzdl"
    assert initials("三里河路５号院") == "slhl5hy"
    assert pinyin("大栅栏西街") == "dashilanxijie"


def test_shown_names_keep_chinese_brackets() -> None:
    assert tidy(" 北京新天地(西区) ") == "北京新天地（西区）"
