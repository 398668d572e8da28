"""Reading the year a place was built, in all the ways files give it."""

import re
from datetime import date, datetime, timedelta

from jiugai.domain.intake.fields.text import NOTHING_SAID, Reading, is_nothing, plain
from jiugai.domain.intake.problems import Problem, warning
from jiugai.domain.intake.rows import Cell

EARLIEST = 1850
# Day numbers of Excel for 1950-01-01 and 2064-03-02: no year and no other number of a community lies between.
SERIALS = range(18264, 60000)
SERIAL_ZERO = date(1899, 12, 30)
_YEAR = re.compile(r"(\d{4})(?:\.0)?\s*(?:年|年建|年建成|年建成年|年代建|年竣工)?")
_DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})(?:\s*[-/.月]\s*(\d{1,2})?\s*日?)?\s*年?(?:\s+\d{1,2}:\d{2}.*)?")
_SPAN = re.compile(r"(\d{4})\s*年?\s*(?:-|–|—|~|～|至|到)+\s*(\d{4})\s*年?(?:建|建成)?")
_DECADE = re.compile(r"(?:(\d{2})?(\d)0|上世纪([五六七八九])十|([五六七八九])十)\s*年代(?:建|建成|初|中|末)?")
_SHORT = re.compile(r"'?(\d{2})\s*年(?:建|建成)?")
_JUNK = re.compile(r"-?0*(?:-0+)*年?|-1(?:\.0)?年?")
_ANY = re.compile(r"(?<!\d)(?:1[89]|20)\d{2}(?!\d)")


def read_year(cell: Cell, *, latest: int = 2100) -> Reading:
    """Read a year of construction.

    A span or a decade gives {"first", "last"} instead of one year, with a warning. `latest` is the year of the file:
    nothing in it can have been built later.
    """
    if is_nothing(cell):
        return NOTHING_SAID
    if isinstance(cell, date | datetime):
        return _checked(cell.year, latest)
    text = plain(cell)
    if _JUNK.fullmatch(text):
        return Reading(
            None, warning("year_empty", "这不是年份，按没有填处理", "知道建成年份就填四位数，如 1981；不知道就留空")
        )
    for read in (_one_year, _span, _decade, _serial, _two_digits, _anywhere):
        reading = read(text, latest)
        if reading is not None:
            return reading
    return Reading(None, Problem("not_a_year", "读不出年份", "填四位数，如 1981"))


def _checked(year: int, latest: int, note: Problem | None = None) -> Reading:
    if not EARLIEST <= year <= latest:
        return Reading(None, Problem("year_out_of_range", f"应在 {EARLIEST} 到 {latest} 年之间", "填四位数，如 1981"))
    return Reading(year, note)


def _one_year(text: str, latest: int) -> Reading | None:
    found = _YEAR.fullmatch(text) or _real_date(text)
    return _checked(int(found[1]), latest) if found else None


def _real_date(text: str) -> re.Match[str] | None:
    """Return a date whose parts can be; 1981-13-02 is none. A zero says that month or day is not known."""
    found = _DATE.fullmatch(text)
    if found is None or not 0 <= int(found[2]) <= 12 or not 0 <= int(found[3] or 1) <= 31:
        return None
    return found


def _span(text: str, latest: int) -> Reading | None:
    found = _SPAN.fullmatch(text)
    if found is None:
        return None
    return _years(int(found[1]), int(found[2]), latest)


def _decade(text: str, latest: int) -> Reading | None:
    found = _DECADE.fullmatch(text)
    if found is None:
        return None
    chinese = found[3] or found[4]
    tens = "零一二三四五六七八九".index(chinese) if chinese else int(found[2])
    first = int(found[1] or (19 if tens >= 2 else 20)) * 100 + tens * 10
    return _years(first, first + 9, latest)


def _years(first: int, last: int, latest: int) -> Reading:
    if not EARLIEST <= first <= last <= latest:
        return Reading(
            None, Problem("year_out_of_range", f"应在 {EARLIEST} 到 {latest} 年之间，先早后晚", "核对两个年份")
        )
    note = warning(
        "year_span", f"写的是一段年份，记为最早 {first} 年、最晚 {last} 年", "知道多数楼的建成年份就填一个四位数"
    )
    return Reading({"first": first, "last": last}, note)


def _serial(text: str, latest: int) -> Reading | None:
    number = re.fullmatch(r"(\d{5})(?:\.\d+)?", text)
    if number is None or int(number[1]) not in SERIALS:
        return None
    year = (SERIAL_ZERO + timedelta(days=int(number[1]))).year
    return _checked(
        year,
        latest,
        warning("year_serial", f"这是表格的日期编号，读作 {year} 年", "核对后改成四位年份", suggestion=str(year)),
    )


def _two_digits(text: str, latest: int) -> Reading | None:
    found = _SHORT.fullmatch(text)
    if found is None:
        return None
    century = 1900 if int(found[1]) >= 30 else 2000
    year = century + int(found[1])
    return Reading(None, Problem("year_two_digits", "年份要写四位", f"改成 {year}", suggestion=str(year)))


def _anywhere(text: str, latest: int) -> Reading | None:
    """Take the only year in a longer text, and say so."""
    found = _ANY.findall(text)
    if len(found) != 1 or _DATE.fullmatch(text):
        return None
    note = warning("year_in_text", f"从文字里读出 {found[0]} 年", "核对后改成四位年份", suggestion=found[0])
    return _checked(int(found[0]), latest, note)
