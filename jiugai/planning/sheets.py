"""The workbook in which pledges are collected on paper rounds and handed in."""

from collections.abc import Sequence
from io import BytesIO

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.worksheet.datavalidation import DataValidation

from jiugai.domain.pledge import M2, Answer
from jiugai.planning.actions.pledge_import import COLUMNS
from jiugai.planning.models import Pledge
from jiugai.registry.models import Dwelling
from jiugai.web.export import safe_text


def pledge_workbook(flats: Sequence[tuple[str, Dwelling]], pledges: Sequence[Pledge]) -> bytes:
    """Write a sheet that `import_pledges` reads back: all flats on record, and what each has answered so far."""
    book = Workbook()
    sheet = book.active
    if sheet is None:  # openpyxl's own workbook always has one
        raise RuntimeError("a workbook without a sheet")
    sheet.title = "承诺"
    sheet.append(list(COLUMNS))
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    said = {pledge.door: pledge for pledge in pledges}
    areas = {name: flat.area_cm2 for name, flat in flats}
    for name in dict.fromkeys([*areas, *said]):
        sheet.append(_line(name, areas.get(name), said.get(name)))
    allowed = DataValidation(type="list", formula1=f'"{",".join(a.label for a in Answer)}"', allow_blank=True)
    sheet.add_data_validation(allowed)
    allowed.add(f"B2:B{max(sheet.max_row, 2) + 500}")
    for letter, width in zip("ABCDE", (16, 12, 14, 16, 40), strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = "A2"
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _line(name: str, area: int | None, pledge: Pledge | None) -> list[object]:
    known = pledge.area_cm2 if pledge and pledge.area_cm2 else area
    m2 = None if known is None else known / M2
    if pledge is None:
        return [name, None, None, m2, None]
    return [name, Answer(pledge.answer).label, pledge.signed_on, m2, safe_text(pledge.note)]
