"""Finding the header of a sheet: below titles, across merged cells, with blank, repeated and decorated names."""

import unicodedata
from collections import Counter
from collections.abc import Sequence

from jiugai.domain.intake.fields import FIELDS
from jiugai.domain.intake.mapping import bare_title
from jiugai.domain.intake.rows import Cell, Column

LOOKED_AT = 20
"""A header further down than this is not looked for."""
LATER = 0.03
"""What each row further down loses: of two rows that look alike the upper one is the header."""
_KNOWN = {bare_title(word) for table in FIELDS.values() for f in table.values() for word in (f.label, *f.aliases)}


def find_header(rows: Sequence[Sequence[Cell]]) -> int:
    """Return the index of the header among the first rows of a sheet; 0 when no row looks like one.

    A header has several short texts, no numbers, and often names that we know; titles and notes have one cell.
    """
    scores = [(_score(row) * (1 - LATER * index), -index) for index, row in enumerate(rows[:LOOKED_AT])]
    best = max(scores, default=(0.0, 0))
    return -best[1] if best[0] > 0 else 0


def columns(header: Sequence[Cell]) -> tuple[Column, ...]:
    """Return the columns of a header row: blank ones are called by their letter, repeated ones numbered."""
    seen: Counter[str] = Counter()
    made = []
    for index, cell in enumerate(header):
        letter = column_letter(index)
        title = clean_title(cell) or f"{letter} 列"
        seen[title] += 1
        made.append(Column(title if seen[title] == 1 else f"{title}（{seen[title]}）", letter))
    return tuple(made)


def clean_title(cell: Cell) -> str:
    """Return a title on one line, half-width, without a colon at its end."""
    text = "" if cell is None else unicodedata.normalize("NFKC", str(cell))
    return " ".join(text.split()).rstrip(": ").removeprefix("\ufeff")


def column_letter(index: int) -> str:
    """Return the spreadsheet's letters of a column counted from 0."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _score(row: Sequence[Cell]) -> float:
    filled = [cell for cell in row if cell not in (None, "")]
    texts = [clean_title(c) for c in filled if isinstance(c, str)]
    short = [text for text in texts if 0 < len(text) <= 20 and not _is_number(text)]
    if len(short) < 2 or len(short) < 0.7 * len(filled):
        return 0.0
    known = sum(bare_title(text) in _KNOWN for text in short)
    distinct = len(set(short)) / len(short)
    return (len(short) + 3 * known) * distinct


def _is_number(text: str) -> bool:
    return text.replace(".", "", 1).replace("-", "", 1).replace(",", "").isdigit()
