"""The weekly report as PDF: the print page, set by WeasyPrint with the fonts of the machine."""

from typing import Any

from django.template.loader import render_to_string

from jiugai.assessment.queries.week import Report
from jiugai.assessment.reports.parts import parts_of, signed, subtitle_of, title_of


class NothingFromOutside(ValueError):
    """The page asked for an address; a report needs none."""


def _fetch_nothing(url: str, *args: Any, **rest: Any) -> Any:
    raise NothingFromOutside(url)


def as_pdf(report: Report) -> bytes:
    """Write the report. The page names no address; one that slipped in is refused, not fetched."""
    from weasyprint import HTML  # it loads Pango, which only this needs

    context = {"title": title_of(report), "subtitle": subtitle_of(report), "parts": parts_of(report),
               "signed": signed(report)}  # fmt: skip
    html = render_to_string("assessment/report_print.html", context)
    made: bytes = HTML(string=html, url_fetcher=_fetch_nothing).write_pdf()
    return made
