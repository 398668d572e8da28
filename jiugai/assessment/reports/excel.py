"""The weekly report as a workbook: one sheet per table, numbers as numbers."""

import io

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from jiugai.assessment.queries.week import Report
from jiugai.assessment.reports.parts import Sheet, parts_of, subtitle_of, title_of

WIDE, NARROW = 34, 14


def as_excel(report: Report) -> bytes:
    """Write the report."""
    book = Workbook()
    first = book.worksheets[0]
    first.title = "周报"
    parts = parts_of(report)
    lines = [title_of(report), subtitle_of(report), *(line for part in parts for line in (part.title, *part.text))]
    for line in lines:
        first.append([line])
    first["A1"].font = Font(bold=True, size=14)
    first.column_dimensions["A"].width = 100
    for part in parts:
        if part.sheet:
            _sheet(book, part.title.split("、")[-1][:31], part.sheet)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _sheet(book: Workbook, title: str, sheet: Sheet) -> None:
    page = book.create_sheet(title)
    page.append(list(sheet.head))
    for row in sheet.rows:
        page.append(list(row))
    for cell in page[1]:
        cell.font, cell.alignment = Font(bold=True), Alignment(wrap_text=True, vertical="center")
    for number, value in enumerate(sheet.rows[0] if sheet.rows else sheet.head, 1):
        page.column_dimensions[get_column_letter(number)].width = NARROW if isinstance(value, int) else WIDE
    page.freeze_panes = "B2"
    page.print_title_rows = "1:1"
