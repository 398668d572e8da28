"""Workbooks in: a template to fill, and the rows that come back, each through a form; of a kind or of any register."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from typing import Any
from zipfile import BadZipFile

from openpyxl import Workbook, load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from jiugai.domain.errors import Refusal, TooLarge

MOST_ROWS = 2_000
MOST_COLUMNS = 60
LARGEST_BYTES = 10 * 1024 * 1024


class BadSheet(Refusal):
    """The workbook cannot be read, or its heads are not those of the template."""

    status = 422
    code = "bad_sheet"


@dataclass(frozen=True)
class Slip:
    """A cell that cannot be taken: place, what was typed, what is wrong."""

    place: str
    typed: str
    wrong: str


def heads(made: Any) -> dict[str, str]:
    """Return the columns of the template of a form class: label to the form's field."""
    return {str(bound.label): bound.name for bound in made().visible_fields()}


def template(form: Any, *, title: str) -> BytesIO:
    """Return an empty workbook with the heads of a form class, and a sheet that says what each column takes."""
    book = Workbook()
    sheet = book.active
    shown = form()
    if sheet is not None:
        sheet.title = title[:31]
        sheet.append([str(bound.label) for bound in shown.visible_fields()])
    notes = book.create_sheet("填写说明")
    notes.append(["列", "必填", "说明", "可选值"])
    for bound in shown.visible_fields():
        choices = getattr(bound.field, "choices", ())
        words = "、".join(str(label) for value, label in choices if value) if not callable(choices) else ""
        notes.append([str(bound.label), "是" if bound.field.required else "", str(bound.help_text), words])
    made = BytesIO()
    book.save(made)
    made.seek(0)
    return made


def read_rows(made: Any, file: Any) -> tuple[list[Any], list[Slip]]:
    """Return a valid form of the class per row, each with its `row`, or the slips of all rows.

    Raises BadSheet, TooLarge.
    """
    if file.size > LARGEST_BYTES:
        raise TooLarge("文件超过 10 MB", where=file.name, remedy="分成几个文件")
    rows = _rows(file)
    names = _names(next(rows, ()), heads(made))
    forms: list[Any] = []
    slips: list[Slip] = []
    for number, row in enumerate(rows, 2):
        typed = {name: _text(value) for name, value in zip(names, row, strict=False) if name}
        if not any(typed.values()):
            continue
        if len(forms) >= MOST_ROWS:
            raise TooLarge(f"超过 {MOST_ROWS:,} 行", where=file.name, remedy="分成几个文件")
        form = made(_coded(made, typed))
        form.row = number
        forms.append(form)
        if not form.is_valid():
            slips += _slips(form, typed, number)
    if not forms:
        raise BadSheet("表里没有内容", where=file.name, remedy="从第 2 行起填写")
    return forms, slips


def _rows(file: Any) -> Iterator[tuple[Any, ...]]:
    try:
        sheet = load_workbook(file, read_only=True, data_only=True).worksheets[0]
        yield from sheet.iter_rows(max_row=MOST_ROWS * 2, max_col=MOST_COLUMNS, values_only=True)
    except (InvalidFileException, BadZipFile, KeyError, ValueError, IndexError, OSError) as problem:
        raise BadSheet("打不开这个文件", where=file.name, remedy="存成 xlsx 再上传") from problem


def _names(row: Sequence[Any], known: dict[str, str]) -> list[str]:
    labels = [str(cell or "").strip() for cell in row]
    unknown = [label for label in labels if label and label not in known]
    if unknown or not any(labels):
        raise BadSheet(
            f"不认识这些列：{'、'.join(unknown[:5])}" if unknown else "第一行没有列名",
            where="第 1 行",
            remedy=f"列名要是：{'、'.join(known)}",
        )
    return [known.get(label, "") for label in labels]


def _text(value: Any) -> str:
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value).strip()


def _coded(made: Any, typed: dict[str, str]) -> dict[str, str]:
    """Return the row with the words of closed lists turned into their codes; an empty one takes the first choice."""
    coded = dict(typed)
    for name, field in made.base_fields.items():
        choices = getattr(field, "choices", None)
        if choices and not callable(choices):
            by_label = {str(label): str(value) for value, label in choices}
            coded[name] = by_label.get(typed.get(name, ""), typed.get(name, "")) or str(field.initial or "")
    return coded


def _slips(form: Any, typed: dict[str, str], number: int) -> list[Slip]:
    return [
        Slip(
            f"第 {number} 行 {form.fields[name].label if name in form.fields else ''}", typed.get(name, ""), str(error)
        )
        for name, errors in form.errors.items()
        for error in errors
    ]
