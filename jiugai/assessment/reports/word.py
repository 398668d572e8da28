"""The weekly report as a Word document, set as offices set their papers."""

import io
from typing import Any

from docx import Document
from docx.document import Document as Paper
from docx.enum.table import WD_ALIGN_VERTICAL, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from jiugai.assessment.queries.week import Report
from jiugai.assessment.reports.parts import Sheet, parts_of, signed, subtitle_of, title_of

TITLE, HEADING, BODY = "方正小标宋简体", "黑体", "仿宋_GB2312"
WIDTH = 15.6  # cm between the margins


def as_word(report: Report) -> bytes:
    """Write the report; A4, title in 22 pt, text in 16 pt, tables in 10.5 pt or less with their head on every page."""
    paper = Document()
    section = paper.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.top_margin, section.bottom_margin = Cm(3.7), Cm(3.5)
    section.left_margin, section.right_margin = Cm(2.8), Cm(2.6)
    _say(paper, title_of(report), font=TITLE, size=22, centred=True)
    _say(paper, subtitle_of(report), font=BODY, size=14, centred=True)
    for part in parts_of(report):
        _say(paper, part.title, font=HEADING, size=16, with_next=True)
        for sentence in part.text:
            _say(paper, sentence, font=BODY, size=16, indent=True)
        if part.sheet:
            if part.sheet.unit:
                _say(paper, part.sheet.unit, font=BODY, size=10.5, right=True, with_next=True, line=18)
            _table(paper, part.sheet)
    _number_pages(section)
    for number, line in enumerate(signed(report)):
        _say(paper, line, font=BODY, size=16, right=True, with_next=number == 0)
    paper.paragraphs[-2].paragraph_format.space_before = Pt(18)
    out = io.BytesIO()
    paper.core_properties.title = title_of(report)
    paper.core_properties.author = report.by
    paper.save(out)
    return out.getvalue()


def _say(
    paper: Paper, text: str, *, font: str, size: float, centred: bool = False, right: bool = False,
    indent: bool = False, with_next: bool = False, line: float = 28,
) -> None:  # fmt: skip
    paragraph = paper.add_paragraph()
    _letters(paragraph.add_run(text), font, size)
    paragraph.paragraph_format.space_after = Pt(0)
    paragraph.paragraph_format.line_spacing = Pt(max(line, size * 1.4))
    paragraph.paragraph_format.keep_with_next = with_next
    if centred or right:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER if centred else WD_ALIGN_PARAGRAPH.RIGHT
    if indent:
        paragraph.paragraph_format.first_line_indent = Pt(size * 2)


def _letters(run: Any, font: str, size: float, *, bold: bool = False) -> None:
    run.font.name, run.font.size, run.font.bold = "Times New Roman", Pt(size), bold
    run._element.rPr.rFonts.set(qn("w:eastAsia"), font)  # noqa: SLF001 - python-docx has no other way


def _number_pages(section: Any) -> None:
    """Put the number of each page in the middle of its foot, as Word counts it."""
    paragraph = section.footer.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for words, kind in (("— ", ""), ("", "begin"), ("PAGE", ""), ("", "end"), (" —", "")):
        run = paragraph.add_run("" if words == "PAGE" else words)
        _letters(run, BODY, 14)
        if kind or words == "PAGE":
            name = "w:fldChar" if kind else "w:instrText"
            mark = run._element.makeelement(qn(name), {qn("w:fldCharType"): kind} if kind else {})  # noqa: SLF001
            mark.text = words or None
            run._element.append(mark)  # noqa: SLF001


def _table(paper: Paper, sheet: Sheet) -> None:
    table = paper.add_table(rows=1, cols=len(sheet.head))
    table.style, table.alignment, table.autofit = "Table Grid", WD_TABLE_ALIGNMENT.CENTER, False
    size = 9 if sheet.wide else 10.5
    for cell, (words, numeric) in zip(table.rows[0].cells, sheet.heads, strict=True):
        _cell(cell, words, size, bold=True, right=numeric)
    _mark_row(table.rows[0], "w:tblHeader")
    for number, row in enumerate(sheet.lines):
        made = table.add_row()
        last = sheet.summed and number == len(sheet.rows) - 1
        for cell, (words, numeric) in zip(made.cells, row, strict=True):
            _cell(cell, words, size, bold=last, right=numeric)
    for row in table.rows:
        _mark_row(row, "w:cantSplit")
        for cell, share in zip(row.cells, sheet.widths, strict=True):
            cell.width = Cm(WIDTH * share / 100)


def _mark_row(row: Any, mark: str) -> None:
    """Let Word repeat a row on every page (`tblHeader`), or keep it whole (`cantSplit`)."""
    properties = row._tr.get_or_add_trPr()  # noqa: SLF001 - python-docx has no other way
    properties.append(properties.makeelement(qn(mark), {qn("w:val"): "true"}))


def _cell(cell: Any, words: str, size: float, *, bold: bool, right: bool) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT if right else WD_ALIGN_PARAGRAPH.LEFT
    paragraph.paragraph_format.space_after = Pt(0)
    cell.vertical_alignment = WD_ALIGN_VERTICAL.CENTER
    _letters(paragraph.add_run(words), BODY, size, bold=bold)
