"""The file of a batch, handed back with its problems as comments."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

from django.db.models import Q

from jiugai.domain.intake.annotate import Note, annotate_rows, annotate_workbook
from jiugai.registry.intake.checking import columns_of
from jiugai.registry.intake.files import path_of
from jiugai.registry.models import ImportBatch, ImportProblem, ImportRow

BY_OPENPYXL_BYTES = 20 * 1024 * 1024
ALL_ROWS = 100_000
"""Longer files come back as their wrong rows only."""


def annotated(batch: ImportBatch) -> IO[bytes]:
    """Return an open temporary workbook: the uploaded one with comments, or, for other files, one made of its rows."""
    out: Any = TemporaryFile()  # noqa: SIM115 - whoever sends it closes it
    if batch.file_kind == "xlsx" and batch.file_size <= BY_OPENPYXL_BYTES:
        with path_of(batch.file).open("rb") as source:
            annotate_workbook(source, out, _notes(batch))
    else:
        _from_rows(batch, out)
    out.seek(0)
    return out  # type: ignore[no-any-return]


def write_annotated(batch: ImportBatch, path: Path) -> None:
    """Write the annotated workbook to a path of this machine."""
    with annotated(batch) as made:
        path.write_bytes(made.read())


def _notes(batch: ImportBatch) -> Iterator[Note]:
    found = ImportProblem.objects.filter(batch=batch, number__isnull=False)
    for one in found.filter(Q(row__isnull=True) | ~Q(row__fate=ImportRow.Fate.SKIP)).iterator(5000):
        text = f"{one.message}。{one.remedy}" if one.remedy else one.message
        is_error = one.severity == ImportProblem.Severity.ERROR
        yield Note(one.sheet, one.number or 1, one.column_letter, text, is_error=is_error)


def _from_rows(batch: ImportBatch, out: Any) -> None:
    only_wrong = ImportRow.objects.filter(batch=batch).count() > ALL_ROWS
    sheets = {
        sheet: ([c.title for c in columns], _rows(batch, sheet, only_wrong=only_wrong))
        for sheet, columns in columns_of(batch).items()
    }
    annotate_rows(out, sheets, _notes(batch))


def _rows(batch: ImportBatch, sheet: str, *, only_wrong: bool) -> Iterator[tuple[int, Sequence[Any]]]:
    rows = ImportRow.objects.filter(batch=batch, sheet=sheet).order_by("pk")
    if only_wrong:
        rows = rows.filter(problems__isnull=False).distinct()
    for number, raw in rows.values_list("number", "raw").iterator(5000):
        yield number, raw.get("cells", [])
