"""How cells are read, in the ways people and crawls fill them."""

from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiugai.domain.intake.fields import FIELDS
from jiugai.domain.intake.fields.numbers import read_area, read_decimal, read_fee, read_percent, read_share, read_whole
from jiugai.domain.intake.fields.places import read_degrees, read_pair
from jiugai.domain.intake.fields.text import read_name, read_text
from jiugai.domain.intake.fields.words import read_district, read_height, read_ownership, read_structure, read_yes_no
from jiugai.domain.intake.fields.years import read_year

NOTHING = ["", None, "暂无数据", "未知", "—", " 无 ", "N/A", "#REF!"]


@pytest.mark.parametrize(
    "cell",
    [
        "1981年",
        "1981",
        "１９８１年",
        1981,
        1981.0,
        "1981年建成年",
        "1981-05",
        "1981年5月",
        "1981/5/1",
        date(1981, 5, 1),
        "1981-00-00年",
    ],
)
@pytest.mark.obligation("T22-5")
def test_a_year_however_it_is_written(cell: Any) -> None:
    assert read_year(cell) == (1981, None)


@pytest.mark.parametrize("cell", [*NOTHING, "-1年", "0", 0, "0年", "0000-00-00年"])
def test_a_year_that_says_nothing_is_no_year(cell: Any) -> None:
    reading = read_year(cell)
    assert reading.value is None
    assert reading.problem is None or not reading.problem.is_error


@pytest.mark.parametrize(
    ("cell", "first", "last"),
    [
        ("1955-1999", 1955, 1999),
        ("1955—1999年", 1955, 1999),
        ("1980年代", 1980, 1989),
        ("80年代", 1980, 1989),
        ("上世纪八十年代", 1980, 1989),
    ],
)
def test_a_span_of_years_keeps_both_ends(cell: str, first: int, last: int) -> None:
    reading = read_year(cell)
    assert reading.value == {"first": first, "last": last}
    assert reading.problem is not None
    assert not reading.problem.is_error


@pytest.mark.parametrize(
    ("cell", "code", "suggestion"),
    [
        ("81年", "year_two_digits", "1981"),
        ("八一年", "not_a_year", None),
        ("1981-13-02", "not_a_year", None),
        ("3019年", "year_out_of_range", None),
        ("1999-1955", "year_out_of_range", None),
        ("很久以前", "not_a_year", None),
    ],
)
def test_years_that_cannot_be_are_errors(cell: str, code: str, suggestion: str | None) -> None:
    reading = read_year(cell)
    assert reading.value is None
    assert reading.problem is not None
    assert (reading.problem.code, reading.problem.suggestion) == (code, suggestion)


def test_excel_day_numbers_are_read_with_a_warning() -> None:
    reading = read_year("29707")
    assert reading.value == 1981
    assert reading.problem is not None
    assert reading.problem.suggestion == "1981"
    assert read_year(datetime(1981, 5, 1)).value == 1981  # noqa: DTZ001 - workbooks have no time zones


@pytest.mark.parametrize(
    ("cell", "value"), [("2333户", 2333), ("2,333", 2333), ("１０", 10), (30.0, 30), ("1.2万户", 12000), ("3 户", 3)]
)
def test_whole_numbers_with_units(cell: Any, value: int) -> None:
    assert read_whole(cell, units=("户",)) == (value, None)


@pytest.mark.parametrize(
    ("cell", "code", "suggestion"),
    [
        ("约30", "estimate", "30"),
        ("30左右", "estimate", "30"),
        ("30.5", "not_whole", None),
        ("三十", "not_a_number", None),
        ("30栋", "not_a_number", None),
        ("-5", "number_out_of_range", None),
    ],
)
def test_numbers_that_are_none(cell: str, code: str, suggestion: str | None) -> None:
    reading = read_whole(cell, units=("户",))
    assert reading.value is None
    assert reading.problem is not None
    assert (reading.problem.code, reading.problem.suggestion) == (code, suggestion)


def test_areas_fees_and_shares() -> None:
    assert read_area("11.86万㎡").value == 118_600
    assert read_area("1200平米").value == 1200
    assert read_fee("2.80元/平米/月").value == 2.8
    assert read_percent("30%").value == 30
    assert read_percent("30").value == 30
    assert read_percent(0.3).value == 30
    assert read_share("85%").value == read_share(0.85).value == read_share(85).value == 0.85


@pytest.mark.parametrize(("cell", "share"), [("1%", 0.01), (1, 1.0), (100, 1.0), (0, 0.0), ("0.5%", 0.005)])
def test_shares_are_percent_and_become_fractions(cell: Any, share: float) -> None:
    assert read_share(cell).value == share


def test_share_that_may_be_a_fraction_is_read_as_one_with_a_warning() -> None:
    assert read_share(0.85).problem is not None
    assert read_share("101").value is None


@pytest.mark.parametrize("cell", ["-5", "9" * 30, "12/3", 1001])
def test_a_number_is_no_name(cell: Any) -> None:
    reading = read_name(cell)
    assert reading.value is None
    assert reading.problem is not None
    assert reading.problem.is_error


def test_powers_of_ten_are_no_numbers() -> None:
    assert read_whole("1e5").value is None
    assert read_whole(1e5).value == 100_000


@pytest.mark.parametrize(
    "read", [read_whole, read_decimal, read_text, read_area, read_degrees, read_ownership, read_district]
)
@pytest.mark.parametrize("cell", NOTHING)
def test_nothing_said_is_no_value_and_no_problem(read: Any, cell: Any) -> None:
    assert read(cell) == (None, None)


@pytest.mark.parametrize(
    ("cell", "degrees"), [("116.3974", 116.3974), ("116.3974°E", 116.3974), ("116°23′50.64″", 116.3974), (39.9, 39.9)]
)
def test_degrees(cell: Any, degrees: float) -> None:
    assert read_degrees(cell).value == pytest.approx(degrees)


def test_longitude_and_latitude_in_one_cell() -> None:
    assert read_pair("116.3974，39.9086").value == [116.3974, 39.9086]
    assert read_pair("天安门").problem is not None


@pytest.mark.parametrize(
    ("cell", "classes"),
    [
        ("商品房住宅", ["commodity"]),
        ("商品房住宅单位集体自建房", ["commodity", "unit_built"]),
        ("商品房住宅动迁配套房经济适用房其他", ["commodity", "relocation", "affordable"]),
        ("办公", ["other"]),
        ("央企、已购公房（房改房）", ["central_enterprise", "sold_public"]),
    ],
)
@pytest.mark.obligation("T01-3")
def test_ownership_also_run_together(cell: str, classes: list[str]) -> None:
    assert read_ownership(cell).value == classes


def test_ownership_of_no_known_kind_is_unknown_and_said_so() -> None:
    reading = read_ownership("星际产权")
    assert reading.value is None
    assert reading.problem is not None


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("朝阳 管庄", "110105"),
        ("朝阳区", "110105"),
        ("北京市西城区", "110102"),
        ("chaoyang", "110105"),
        ("亦庄", "BDA"),
        ("110101", "110101"),
    ],
)
def test_districts(cell: str, code: str) -> None:
    assert read_district(cell).value == code


def test_a_place_outside_the_city_is_no_district() -> None:
    reading = read_district("北京周边 燕郊")
    assert reading.value is None
    assert reading.problem is not None
    assert not reading.problem.is_error


def test_words_of_buildings() -> None:
    assert read_height("多层|小高层").value == "mid_rise"
    assert read_structure("砖混结构").value == "brick_concrete"
    assert read_yes_no("无").value is False
    assert read_yes_no("不清楚").problem is not None


def test_a_name_that_is_a_number_is_doubted() -> None:
    assert read_name("2333").problem is not None
    assert read_text("字" * 201).problem is not None


cells = st.none() | st.text(max_size=40) | st.integers() | st.floats() | st.booleans() | st.dates()


@pytest.mark.parametrize("field", [f for table in FIELDS.values() for f in table.values()], ids=lambda f: f.key)
@given(cell=cells)
def test_no_cell_breaks_a_reader(field: Any, cell: Any) -> None:
    value, problem = field.read(cell)
    assert problem is None or (problem.message and problem.remedy)
    assert value is None or not isinstance(value, float) or value == value
