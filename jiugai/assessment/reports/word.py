"""The weekly report as a Word document, set as offices set their papers."""

import io

from docx import Document
from docx.document import Document as Paper
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from jiugai.assessment.queries.week import Report
from jiugai.assessment.reports.parts import Sheet, parts_of, subtitle_of, title_of

TITLE, HEADING, BODY = "方正小标宋简体", "黑体", "仿宋_GB2312"


def as_word(report: Report) -> bytes:
    """Write the report; A4, title in 22 pt, text in 16 pt, tables in 10.5 pt with their head on every page."""
    paper = Document()
    section = paper.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.top_margin, section.bottom_margin = Cm(3.7), Cm(3.5)
    section.left_margin, section.right_margin = Cm(2.8), Cm(2.6)
    _say(paper, title_of(report), font=TITLE, size=22, centred=True)
    _say(paper, subtitle_of(report), font=BODY, size=14, centred=True)
    for part in parts_of(report):
        _say(paper, part.title, font=HEADING, size=16)
        for sentence in part.text:
            _say(paper, sentence, font=BODY, size=16, indent=True)
        if part.sheet:
            _table(paper, part.sheet)
    _say(paper, f"{report.by}　{report.on.year}年{report.on.month}月{report.on.day}日", font=BODY, size=14, right=True)
    out = io.BytesIO()
    paper.core_properties.title = title_of(report)
    paper.core_properties.author = report.by
    paper.save(out)
    return out.getvalue()


def _say(
    paper: Paper, text: str, *, font: str, size: float, centred: bool = False, right: bool = False,
    indent: bool = False,
) -> None:  # fmt: skip
    paragraph = paper.add_paragraph()
    _letters(paragraph.add_run(text), font, size)
    paragraph.paragraph_format.space_after = Pt(0)
    paragraph.paragraph_format.line_spacing = Pt(max(28, size * 1.4))
    if centred or right:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER if centred else WD_ALIGN_PARAGRAPH.RIGHT
    if indent:
        paragraph.paragraph_format.first_line_indent = Pt(size * 2)


def _letters(run: object, font: str, size: float, *, bold: bool = False) -> None:
    run.font.name, run.font.size, run.font.bold = "Times New Roman", Pt(size), bold  # type: ignore[attr-defined]
    run._element.rPr.rFonts.set(qn("w:eastAsia"), font)  # type: ignore[attr-defined]  # noqa: SLF001 - python-docx has no other way


def _table(paper: Paper, sheet: Sheet) -> None:
    table = paper.add_table(rows=1, cols=len(sheet.head))
    table.style, table.alignment = "Table Grid", WD_TABLE_ALIGNMENT.CENTER
    for cell, words in zip(table.rows[0].cells, sheet.head, strict=True):
        _cell(cell, words, bold=True)
    _repeat(table.rows[0])
    for number, row in enumerate(sheet.rows):
        cells = table.add_row().cells
        last = sheet.summed and number == len(sheet.rows) - 1
        for cell, value in zip(cells, row, strict=True):
            _cell(cell, value, bold=last)


def _repeat(row: object) -> None:
    """Let Word repeat the head on every page."""
    properties = row._tr.get_or_add_trPr()  # type: ignore[attr-defined]  # noqa: SLF001
    mark = properties.makeelement(qn("w:tblHeader"), {qn("w:val"): "true"})
    properties.append(mark)


def _cell(cell: object, value: str | int, *, bold: bool) -> None:
    paragraph = cell.paragraphs[0]  # type: ignore[attr-defined]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT if isinstance(value, int) else WD_ALIGN_PARAGRAPH.LEFT
    _letters(paragraph.add_run(f"{value:,}" if isinstance(value, int) else value), BODY, 10.5, bold=bold)
