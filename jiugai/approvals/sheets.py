"""Rows of schemes, dwellings and wishes as workbooks and pasted lines: read with their errors, and written."""

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from io import BytesIO, StringIO
from typing import Any, TypeVar

from openpyxl import Workbook
from openpyxl.styles import Font
from python_calamine import CalamineError, CalamineWorkbook

from jiugai.approvals.actions.rebuilding import Said
from jiugai.approvals.actions.submitting import Item
from jiugai.domain.design_standards import measures
from jiugai.domain.errors import Refusal, TooLarge
from jiugai.domain.pledge import M2
from jiugai.domain.rebuild import Channel, Flat, Wish
from jiugai.web.export import safe_text

ITEM_HEADS = ("改造项目", "位置", "数量", "单位", "指标", "设计值")
FLAT_HEADS = ("楼栋", "户", "改建前面积（㎡）", "改建后面积（㎡）")
WISH_HEADS = ("楼门户", "答复", "方式", "日期")
LARGEST_BYTES = 10 * 1024 * 1024
MOST_ROWS = 20_000
SHOWN = 50
T = TypeVar("T")


class WrongRows(Refusal):
    """Some rows cannot be taken; nothing was written."""

    status = 422
    code = "wrong_rows"


@dataclass(frozen=True)
class BadCell(Exception):
    """A cell that cannot be read: its column, and why."""

    column: str
    why: str


def rows_of(upload: Any, heads: Sequence[str]) -> list[tuple[int, list[Any]]]:
    """Return the filled rows of a workbook's first sheet with their numbers. Raises WrongRows, TooLarge."""
    if upload.size > LARGEST_BYTES:
        raise TooLarge("文件超过 10 MB", where=upload.name, remedy="分成几个文件")
    try:
        table = CalamineWorkbook.from_filelike(BytesIO(upload.read())).get_sheet_by_index(0).to_python()
    except (CalamineError, OSError, IndexError, ValueError) as problem:
        raise WrongRows("打不开这个文件", where=upload.name, remedy="存成 xlsx 再上传") from problem
    if not table or [str(cell).strip() for cell in table[0]][: len(heads)] != list(heads):
        raise WrongRows("第一行的列名不对", where="第 1 行", remedy=f"列名依次是：{'、'.join(heads)}；可以先下载模板")
    if len(table) > MOST_ROWS:
        raise TooLarge(f"超过 {MOST_ROWS:,} 行", where=upload.name, remedy="分成几个文件")
    width = len(heads)
    return [
        (n, [*row, *[""] * width][:width]) for n, row in enumerate(table[1:], 2) if any(str(c).strip() for c in row)
    ]


def lines_of(text: str, heads: Sequence[str]) -> list[tuple[int, list[Any]]]:
    """Return pasted lines, parts divided by tab or comma, with their numbers."""
    width, rows = len(heads), []
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            parts = line.split("\t") if "\t" in line else next(csv.reader(StringIO(line.replace("，", ","))))
            rows.append((number, [*parts, *[""] * width][:width]))
    return rows


def read(rows: Iterable[tuple[int, list[Any]]], parse: Callable[[list[Any]], T]) -> list[T]:
    """Parse all rows. Raises WrongRows, which names each wrong row with its column and what to do."""
    good, wrong = list[T](), list[str]()
    for number, row in rows:
        try:
            good.append(parse(row))
        except BadCell as bad:
            wrong.append(f"第 {number} 行 {bad.column}：{bad.why}")
    if wrong:
        raise WrongRows(
            f"有 {len(wrong)} 行有错，一行都没有写入", where=wrong[0].split("：")[0], remedy="照下面改好再提交",
            details=wrong[:SHOWN],
        )  # fmt: skip
    return good


def item_parser(on: date) -> Callable[[list[Any]], Item]:
    """Return a parser of scheme items; measures are given by their words or codes."""
    known = measures(on)
    by_words = {words: code for code, words in known.items()} | {words.split("（")[0]: c for c, words in known.items()}

    def parse(row: list[Any]) -> Item:
        name, place, quantity, unit, measure, value = (_text(cell) for cell in row)
        if not name:
            raise BadCell("改造项目", "没有写名称")
        code = measure if measure in known else by_words.get(measure, "")
        if measure and not code:
            raise BadCell("指标", f"“{measure[:20]}”不在列表里，可用：{'、'.join(by_words)[:80]}")
        number = _decimal(value, "设计值")
        if bool(code) != (number is not None):
            raise BadCell("设计值", "写了指标就要写设计值，反过来也一样")
        return Item(name, place, _decimal(quantity, "数量"), unit, code, number)

    return parse


def flat_of(row: list[Any]) -> Flat:
    """Parse a dwelling before and after; areas are typed in m². Raises BadCell."""
    building, door, before, after = (_text(cell) for cell in row)
    if not building or not door:
        raise BadCell("楼栋、户", "没有写哪一户")
    return Flat(building[:40], door[:30], _cm2(before, FLAT_HEADS[2]), _cm2(after, FLAT_HEADS[3]))


def wish_parser(on: date) -> Callable[[list[Any]], Said]:
    """Return a parser of answers to the wish survey; without a day it is `on`."""
    answers, ways = {one.label: one for one in Wish}, {one.label: one for one in Channel}

    def parse(row: list[Any]) -> Said:
        door, answer, channel = (_text(cell) for cell in row[:3])
        if answer not in answers:
            raise BadCell("答复", f"“{answer[:20]}”不认识，写{'、'.join(answers)}")
        if channel not in ways:
            raise BadCell("方式", f"“{channel[:20]}”不认识，写{'、'.join(ways)}")
        return Said(door, answers[answer], ways[channel], _day(row[3], on))

    return parse


def _text(cell: Any) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell or "").strip()


def _decimal(text: str, column: str) -> Decimal | None:
    if not text:
        return None
    try:
        found = Decimal(text)
    except InvalidOperation:
        raise BadCell(column, f"“{text[:20]}”不是数") from None
    if not found.is_finite() or found < 0 or found >= 10**9:
        raise BadCell(column, f"“{text[:20]}”超出范围")
    return found


def _cm2(text: str, column: str) -> int | None:
    m2 = _decimal(text, column)
    return None if m2 is None else int(m2 * M2)


def _day(cell: Any, on: date) -> date:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if not _text(cell):
        return on
    try:
        return date.fromisoformat(_text(cell))
    except ValueError:
        raise BadCell("日期", f"“{_text(cell)[:20]}”要写成 2026-11-23") from None


def workbook(title: str, heads: Sequence[str], rows: Iterable[Sequence[Any]], notes: Sequence[str] = ()) -> bytes:
    """Write a sheet that can be read back, with a second one that says what its columns take."""
    book = Workbook()
    sheet = book.active
    if sheet is None:  # openpyxl's own workbook always has one
        raise RuntimeError("a workbook without a sheet")
    sheet.title = title
    sheet.append(list(heads))
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for row in rows:
        sheet.append([safe_text(cell) if isinstance(cell, str) else cell for cell in row])
    for letter in "ABCDEFGHIJ"[: len(heads)]:
        sheet.column_dimensions[letter].width = 20
    sheet.freeze_panes = "A2"
    if notes:
        other = book.create_sheet("填写说明")
        for note in notes:
            other.append([note])
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def item_rows(items: Iterable[Any], on: date) -> Iterator[Sequence[Any]]:
    """Yield the rows of items as they are typed."""
    known = measures(on)
    for item in items:
        yield (item.name, item.place, item.quantity, item.unit, known.get(item.measure, item.measure), item.value)
