"""Reading files of street works: every wrong cell is named with its place; what is right comes back as values."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from jiugai.domain.geo.crs import CRS
from jiugai.domain.geo.districts import NAMES, DistrictIndex, same_ground
from jiugai.domain.intake.fields import numbers, places, text, words
from jiugai.domain.intake.fields.text import NOTHING_SAID, Reading, is_nothing, plain
from jiugai.domain.intake.mapping import bare_title
from jiugai.domain.intake.problems import Problem
from jiugai.domain.intake.rows import Cell, RawRow, Table
from jiugai.domain.intake.worklines import from_text, read_shape
from jiugai.domain.streetworks import FUND_SOURCES, WorkState, kind_in_words

EARLIEST = date(2000, 1, 1)
LONGEST_DAYS = 3660
MOST_ROWS = 50_000
STATES = {state.label: state.value for state in WorkState} | {"计划": "planned", "在建": "running", "完成": "done"}
SOURCES = {label: code for code, label in FUND_SOURCES}


@dataclass(frozen=True)
class Column:
    """A column: its key, its title in our template, the other titles that mean it, how a cell is read."""

    key: str
    title: str
    read: Callable[[Cell], Reading]
    aliases: tuple[str, ...] = ()
    required: bool = False


@dataclass
class WorkRow:
    """A work as a file gives it: values by key, the shape in CGCS2000, the district it lies in."""

    sheet: str
    number: int
    values: dict[str, Any] = field(default_factory=dict)
    shape: BaseGeometry | None = None
    district: str = ""

    @property
    def place(self) -> str:
        """Words for where the row stands."""
        return f"{self.sheet} 第 {self.number} 行"


def read_day(cell: Cell) -> Reading:
    """Read a day: 2027-03-01, 2027年3月1日, 2027.3.1, a cell formatted as date, a workbook's day number."""
    if is_nothing(cell):
        return NOTHING_SAID
    if isinstance(cell, datetime):
        return Reading(cell.date())
    if isinstance(cell, date):
        return Reading(cell)
    if isinstance(cell, int | float) and not isinstance(cell, bool) and 36_526 <= cell < 80_000:
        return Reading(date(1899, 12, 30) + timedelta(days=int(cell)))
    said = plain(cell).split(" ")[0].split("T")[0]
    for mark in "年月/.":
        said = said.replace(mark, "-")
    parts = said.replace("日", "").strip("-").split("-")
    try:
        return Reading(date(*(int(part) for part in parts))) if len(parts) == 3 else _no_day()
    except ValueError:
        return _no_day()


def _no_day() -> Reading:
    return Reading(None, Problem("not_a_day", "认不出日期", "填真实日期，如 2027-03-01"))


def read_kind(cell: Cell) -> Reading:
    """Read the kind of works."""
    if is_nothing(cell):
        return NOTHING_SAID
    found = kind_in_words(plain(cell))
    problem = Problem("unknown_kind", "不认识这种工程", "填市政专业管线、道路、绿化、海绵城市、雪亮工程或加装电梯管线")
    return Reading(found.code) if found else Reading(None, problem)


def _closed(known: Mapping[str, str], cell: Cell) -> Reading:
    if is_nothing(cell):
        return NOTHING_SAID
    said = plain(cell)
    if said in known or said in known.values():
        return Reading(known.get(said, said))
    return Reading(None, Problem("unknown_word", "不认识这个词", f"填{'、'.join(known)}"))


def _money(cell: Cell) -> Reading:
    reading = numbers.read_decimal(cell, units=("万元",), low=0, high=1e9)
    return reading if reading.value is None else Reading(round(reading.value * 1_000_000) or None, reading.problem)


_text = partial(partial, text.read_text)
COLUMNS: tuple[Column, ...] = (
    Column("code", "工程编号", _text(longest=60), ("编号", "id", "项目编号", "code"), required=True),
    Column("title", "工程名称", _text(longest=160), ("名称", "项目名称", "name"), required=True),
    Column("kind", "类型", read_kind, ("工程类型", "工程类别", "类别"), required=True),
    Column("department", "主管部门", _text(longest=80), ("部门", "报送单位", "报送部门")),
    Column("owner", "联系单位", _text(longest=160), ("建设单位", "实施单位")),
    Column("district", "区", words.read_district, ("所属区", "区县", "行政区")),
    Column("road", "道路或地段", _text(longest=120), ("道路", "路段", "地段", "位置")),
    Column("starts", "开工", read_day, ("开工日期", "计划开工", "开始", "开始日期"), required=True),
    Column("ends", "完工", read_day, ("完工日期", "计划完工", "竣工", "结束", "结束日期"), required=True),
    Column("earliest_start", "最早可开工", read_day),
    Column("latest_start", "最晚可开工", read_day),
    Column("digs", "要开挖", words.read_yes_no, ("开挖", "破路")),
    Column("width_m", "开挖宽度", partial(numbers.read_decimal, units=("米", "m"), low=0, high=200), ("宽度", "宽")),
    Column("state", "状态", partial(_closed, STATES), ("进度",)),
    Column("budget_fen", "投资", _money, ("投资额", "总投资", "概算")),
    Column("source", "资金来源", partial(_closed, SOURCES)),
    Column("note", "说明", _text(longest=300), ("备注",)),
    Column("shape", "图形", _text(longest=200_000), ("wkt", "坐标串", "geometry")),
    Column("lon", "起点经度", places.read_degrees), Column("lat", "起点纬度", places.read_degrees),
    Column("lon2", "终点经度", places.read_degrees), Column("lat2", "终点纬度", places.read_degrees),
)  # fmt: skip
BY_TITLE = {bare_title(word): column for column in COLUMNS for word in (column.title, *column.aliases)}


def read_works(
    tables: Iterable[Table], *, crs: CRS, department: str, districts: DistrictIndex, on: date
) -> tuple[list[WorkRow], list[Problem]]:
    """Read all tables of a file. Rows with an error are left out; of works that stand twice the later is wrong."""
    rows: list[WorkRow] = []
    problems: list[Problem] = []
    for table in tables:
        columns = {column.title: BY_TITLE.get(bare_title(column.title)) for column in table.columns}
        problems += _of_table(table, columns, crs, department)
        if any(problem.is_error and problem.row == 0 for problem in problems):
            continue
        for raw in table.rows():
            row, wrong = read_row(raw, columns, crs=crs, department=department, on=on)
            problems += wrong
            if not any(problem.is_error for problem in wrong):
                rows.append(row)
            if len(rows) + len(problems) > MOST_ROWS * 2:
                problems.append(Problem("too_many", f"超过 {MOST_ROWS:,} 行", "分成几个文件", sheet=table.name))
                return rows, problems
    problems += _placed(rows, districts)
    problems += twice(rows)
    wrong_rows = {(problem.sheet, problem.row) for problem in problems if problem.is_error}
    return [row for row in rows if (row.sheet, row.number) not in wrong_rows], problems


def _of_table(table: Table, columns: Mapping[str, Column | None], crs: CRS, department: str) -> Iterable[Problem]:
    """Return what is wrong with a sheet as a whole."""
    known = {column.key for column in columns.values() if column}
    lacking = [c.title for c in COLUMNS if c.required and c.key not in known]
    if not department and "department" not in known:
        lacking.append("主管部门")
    if lacking:
        words_ = f"没有这些列：{'、'.join(lacking)}"
        yield Problem("no_column", words_, "列名照模板写；主管部门也可以在页面上选").at(sheet=table.name, row=0)
    yield from table.problems
    if crs.shifted and any(problem.code == "crs_converted" for problem in table.problems):
        yield Problem("crs_twice", f"文件自带坐标系，已换算成国家坐标，不能再按 {crs.value} 换算",
                      "“坐标系”选 CGCS2000").at(sheet=table.name, row=0)  # fmt: skip


def read_row(
    raw: RawRow, columns: Mapping[str, Column | None], *, crs: CRS, department: str, on: date
) -> tuple[WorkRow, list[Problem]]:
    """Read one row: cells, then what they say together, then the shape."""
    row, problems = WorkRow(raw.sheet, raw.number), []
    titles = {column.key: title for title, column in columns.items() if column}
    for title, column in columns.items():
        if column is None:
            continue
        cell = raw.cells.get(title)
        reading = column.read(cell)
        if reading.problem is not None:
            problems.append(reading.problem.at(sheet=raw.sheet, row=raw.number, column=title, typed=cell))
        if reading.value is not None:
            row.values[column.key] = reading.value
    row.values.setdefault("department", department)
    told = {problem.column for problem in problems}
    for key, problem in [*_missing(row), *together(row.values, on=on)]:
        title = titles.get(key, next((c.title for c in COLUMNS if c.key == key), ""))
        if title not in told:
            problems.append(problem.at(sheet=raw.sheet, row=raw.number, column=title, typed=raw.cells.get(title)))
    shape = _shape(raw, row.values, crs)
    if isinstance(shape, Problem):
        title = titles.get("shape", "图形")
        problems.append(shape.at(sheet=raw.sheet, row=raw.number, column=title, typed=raw.cells.get(title)))
    else:
        row.shape = shape
    return row, problems


def _missing(row: WorkRow) -> Iterable[tuple[str, Problem]]:
    for column in COLUMNS:
        if column.required and column.key not in row.values:
            yield column.key, Problem("missing", f"没有填{column.title}", "补上")
    if not row.values.get("department"):
        yield "department", Problem("missing", "没有填主管部门", "补上，或在页面上选")


def together(values: Mapping[str, Any], *, on: date) -> Iterable[tuple[str, Problem]]:
    """Return what is wrong with the days of a work, by the field it is about."""
    starts, ends = values.get("starts"), values.get("ends")
    early, late = values.get("earliest_start"), values.get("latest_start")
    if starts and starts < EARLIEST:
        yield "starts", Problem("too_early", f"开工日期早于 {EARLIEST.year} 年", "核对年份")
    if starts and ends and ends < starts:
        yield "ends", Problem("window_reversed", "完工早于开工", "核对两个日期，可能填反了")
    if starts and ends and (ends - starts).days > LONGEST_DAYS:
        yield "ends", Problem("window_long", "工期超过十年", "核对年份")
    if bool(early) != bool(late):
        yield "latest_start", Problem("slack_half", "最早、最晚可开工要一起填", "补上另一个，或都不填")
    elif early and late and starts and not early <= starts <= late:
        yield "earliest_start", Problem("slack_wrong", "开工不在最早和最晚可开工之间", "核对这三个日期")
    if values.get("state") == WorkState.DONE and ends and ends > on:
        yield "state", Problem("done_later", "写的是已完工，完工日期却在今后", "改状态或完工日期")


def _shape(raw: RawRow, values: dict[str, Any], crs: CRS) -> BaseGeometry | Problem:
    """Take the shape of a GIS file, else the column 图形, else a line from its two ends."""
    if raw.geometry:
        try:
            return read_shape(shapely.from_wkb(raw.geometry), crs)
        except shapely.errors.GEOSException:
            return Problem("shape_unreadable", "图形读不出来", "在 GIS 软件里检查并修复这个图形")
    if values.get("shape"):
        typed = from_text(values["shape"])
        return typed if isinstance(typed, Problem) else read_shape(typed, crs)
    ends = [float(values[key]) for key in ("lon", "lat", "lon2", "lat2") if key in values]
    if len(ends) < 4:
        return read_shape(None, crs)
    return read_shape(shapely.LineString([(ends[0], ends[1]), (ends[2], ends[3])]), crs)


def _placed(rows: Sequence[WorkRow], districts: DistrictIndex) -> Iterable[Problem]:
    """Say where each row lies, and refuse one that lies in another district than it states."""
    points = [row.shape.representative_point() for row in rows if row.shape is not None]
    found = districts.locate([p.x for p in points], [p.y for p in points]) if points else []
    for row, code in zip(rows, found, strict=True):
        stated = str(row.values.get("district") or "")
        row.district = code or stated
        if stated and code and not same_ground(stated, code):
            words_ = f"写的是{NAMES.get(stated, stated)}，图形却落在{NAMES.get(code, code)}"
            yield Problem("district_mismatch", words_, "多半是坐标系选错了，核对后重新导入").at(
                sheet=row.sheet, row=row.number, column="区", typed=NAMES.get(stated, stated)
            )
        elif not row.district:
            yield Problem("nowhere", "不知道在哪个区", "补上“区”这一列").at(sheet=row.sheet, row=row.number)


def twice(rows: Sequence[WorkRow]) -> Iterable[Problem]:
    """Return the rows that say again what an earlier one said: the same number, or the same work on the same ground."""
    numbers_: dict[tuple[str, str], WorkRow] = {}
    grounds: dict[tuple[Any, ...], list[WorkRow]] = {}
    for row in rows:
        key = (str(row.values.get("department")), str(row.values.get("code")))
        if key in numbers_:
            yield _twice(row, numbers_[key], "工程编号", "编号")
            continue
        numbers_[key] = row
        same = grounds.setdefault(ground_key(row.shape, row.values["kind"]), [])
        other = next((one for one in same if _at_once(one.values, row.values)), None)
        if other is not None:
            yield _twice(row, other, "", "图形、类型和时间")
        same.append(row)


def ground_key(shape: BaseGeometry | None, kind: str) -> tuple[Any, ...]:
    """Return what two descriptions of one work have in common: its kind and its shape to about a metre."""
    bounds = tuple(round(value, 5) for value in shape.bounds) if shape is not None else ()
    size = (round(shape.length, 4), round(shape.area, 8)) if shape is not None else ()
    return (kind, bounds, size)


def _at_once(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return bool(one["starts"] <= other["ends"] and other["starts"] <= one["ends"])


def _twice(row: WorkRow, other: WorkRow, column: str, what: str) -> Problem:
    words_ = f"和第 {other.number} 行{what}相同，像是同一项工程"
    return Problem("twice", words_, "只留一行；确是两项的，改编号或图形").at(
        sheet=row.sheet, row=row.number, column=column, typed=row.values.get("code")
    )
