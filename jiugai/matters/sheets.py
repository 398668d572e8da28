"""Workbooks in: a template to fill, and the rows that come back, each through a form; of a kind or of any register.

What cannot be taken is told cell by cell, and the workbook goes back with a comment in each of those cells.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from io import BytesIO
from typing import Any
from zipfile import BadZipFile

from django.core.exceptions import ValidationError
from django.db import transaction
from django.forms import ChoiceField
from openpyxl import Workbook, load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from jiugai.domain.errors import NotAllowed, Refusal, TooLarge
from jiugai.domain.intake.annotate import Note, annotate_workbook

MOST_ROWS = 2_000
MOST_COLUMNS = 60
LARGEST_BYTES = 10 * 1024 * 1024


class BadSheet(Refusal):
    """The workbook cannot be read, or its heads are not those of the template."""

    status = 422
    code = "bad_sheet"


@dataclass(frozen=True)
class Slip:
    """A cell that cannot be taken: sheet, row, column with its head, what was typed, what is wrong.

    What is wrong with a row as a whole has no column.
    """

    sheet: str
    row: int
    letter: str
    label: str
    typed: str
    wrong: str

    @property
    def place(self) -> str:
        """Where it is, in words."""
        column = f" {self.label}（{self.letter} 列）" if self.letter else ""
        return f"“{self.sheet}”第 {self.row} 行{column}"


class WrongRows(Refusal):
    """Rows that the register itself refuses; nothing was written."""

    status = 422
    code = "wrong_rows"

    def __init__(self, slips: Sequence[Slip]) -> None:
        super().__init__(f"有 {len(slips)} 处要改，一行也没有写入", where=slips[0].place, remedy=slips[0].wrong)
        self.slips = slips


@dataclass
class Filled:
    """A workbook that came back: its sheet, which field stands in which column, a form per row, and the slips."""

    sheet: str
    names: Sequence[str]
    forms: list[Any] = field(default_factory=list)
    slips: list[Slip] = field(default_factory=list)

    def slip(self, form: Any, name: str, wrong: str) -> Slip:
        """Return what is wrong at a field of a row; with another name, at the row as a whole."""
        letter = get_column_letter(self.names.index(name) + 1) if name in self.names else ""
        label = str(form.fields[name].label) if name in form.fields else ""
        return Slip(self.sheet, form.row, letter, label, form.typed.get(name, ""), wrong)

    def at_label(self, form: Any, label: str, wrong: str) -> Slip:
        """Return what is wrong at the field of that label."""
        return self.slip(form, next((n for n, f in form.fields.items() if f.label == label), ""), wrong)


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


def read_rows(made: Any, file: Any) -> Filled:
    """Return a form of the class per row, each with its `row`, and the slips of all rows. Raises BadSheet, TooLarge."""
    if file.size > LARGEST_BYTES:
        raise TooLarge("文件超过 10 MB", where=file.name, remedy="分成几个文件")
    title, rows = _rows(file)
    found = Filled(title, _names(next(rows, ()), heads(made)))
    for number, row in enumerate(rows, 2):
        typed = {name: _text(value) for name, value in zip(found.names, row, strict=False) if name}
        if not any(typed.values()):
            continue
        if len(found.forms) >= MOST_ROWS:
            raise TooLarge(f"超过 {MOST_ROWS:,} 行", where=file.name, remedy="分成几个文件")
        form = made(_coded(made, typed))
        form.row, form.typed, form.filled = number, typed, found
        found.forms.append(form)
        if not form.is_valid():
            found.slips += _slips(form)
    if not found.forms:
        raise BadSheet("表里没有内容", where=file.name, remedy="从第 2 行起填写")
    return found


def save_each(forms: Sequence[Any], save: Callable[[Any], Any]) -> int:
    """Save each valid form, all or none, and return how many.

    Raises WrongRows with every row that is refused, so that a person mends them in one go.
    """
    slips = list[Slip]()
    with transaction.atomic():
        for form in forms:
            try:
                with transaction.atomic():
                    save(form)
            except NotAllowed:
                raise
            except Refusal as refusal:
                slips.append(form.filled.at_label(form, refusal.where, _why(refusal)))
        if slips:
            raise WrongRows(slips)
    return len(forms)


def _why(refusal: Refusal) -> str:
    return f"{refusal.message}，{refusal.remedy}" if refusal.remedy else refusal.message


def annotated(file: Any, slips: Sequence[Slip]) -> bytes:
    """Return the workbook as it came, with a comment in each cell of a slip."""
    out = BytesIO()
    file.seek(0)
    annotate_workbook(file, out, [Note(one.sheet, one.row, one.letter, one.wrong) for one in slips])
    return out.getvalue()


def _rows(file: Any) -> tuple[str, Iterator[tuple[Any, ...]]]:
    """Return the title and the rows of the first sheet."""
    try:
        sheet = load_workbook(file, read_only=True, data_only=True).worksheets[0]
        rows = list(sheet.iter_rows(max_row=MOST_ROWS * 2, max_col=MOST_COLUMNS, values_only=True))
    except (InvalidFileException, BadZipFile, KeyError, ValueError, IndexError, OSError) as problem:
        raise BadSheet("打不开这个文件", where=file.name, remedy="存成 xlsx 再上传") from problem
    return sheet.title, iter(rows)


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
    for name, one in made.base_fields.items():
        choices = getattr(one, "choices", None)
        if choices and not callable(choices):
            by_label = {str(label): str(value) for value, label in choices}
            coded[name] = by_label.get(typed.get(name, ""), typed.get(name, "")) or str(one.initial or "")
    return coded


def _slips(form: Any) -> list[Slip]:
    return [
        form.filled.slip(form, name, words)
        for name, errors in form.errors.as_data().items() for error in errors for words in _wrong(form, name, error)
    ]  # fmt: skip


def _wrong(form: Any, name: str, error: ValidationError) -> list[str]:
    """Return the words of an error; of a word that is not in a closed list, what the list holds."""
    known = ChoiceField.default_error_messages["invalid_choice"]
    if error.code != "invalid_choice" or error.message != known or name not in form.fields:
        return list(error.messages)
    choices = [str(label) for value, label in form.fields[name].choices if value]
    return [f"没有这一项，可选：{'、'.join(choices)}"]
