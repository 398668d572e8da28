"""The weekly report as a workbook: one sheet per table, numbers as numbers."""

import io

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from jiugai.assessment.queries.week import Report
from jiugai.assessment.reports.parts import Sheet, parts_of, signed, subtitle_of, title_of

NARROW, WIDEST = 12, 60
LINE = Side(style="thin")
LINES = Border(left=LINE, right=LINE, top=LINE, bottom=LINE)


def as_excel(report: Report) -> bytes:
    """Write the report."""
    book = Workbook()
    first = book.worksheets[0]
    first.title = "周报"
    parts = parts_of(report)
    lines = [title_of(report), subtitle_of(report), *(line for part in parts for line in (part.title, *part.text))]
    for line in [*lines, "", *signed(report)]:
        first.append([line])
        first.cell(first.max_row, 1).alignment = Alignment(wrap_text=True, vertical="top")
    first["A1"].font = Font(bold=True, size=14)
    first.column_dimensions["A"].width = 88
    _paper(first, landscape=False)
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
    for number, (_, numeric) in enumerate(sheet.heads, 1):
        right = Alignment(horizontal="right" if numeric else "left", wrap_text=True, vertical="center")
        for cell in next(page.iter_cols(min_col=number, max_col=number)):
            cell.alignment, cell.border = right, LINES
            cell.number_format = "#,##0" if numeric else "General"
        width = NARROW if numeric else max(_wide(str(row[number - 1])) for row in (sheet.head, *sheet.rows))
        page.column_dimensions[get_column_letter(number)].width = min(max(width, NARROW), WIDEST)
    for cell in (*page[1], *(page[page.max_row] if sheet.summed else ())):
        cell.font = Font(bold=True)
    page.freeze_panes = "B2"
    page.print_title_rows = "1:1"
    page.oddHeader.right.text = sheet.unit
    _paper(page, landscape=sheet.wide)


def _wide(words: str) -> int:
    """Return how many columns of a Latin letter the words take."""
    return sum(2 if ord(letter) > 255 else 1 for letter in words) + 2


def _paper(page: Worksheet, *, landscape: bool) -> None:
    """Let a sheet be printed on A4, as wide as the paper, with the number of each page."""
    page.page_setup.paperSize, page.page_setup.orientation = 9, "landscape" if landscape else "portrait"
    page.page_setup.fitToHeight = 0
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    page.oddFooter.center.text = "第 &P 页，共 &N 页"  # type: ignore[union-attr]
