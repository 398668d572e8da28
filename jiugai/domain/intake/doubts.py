"""Doubts about a mapping before anything is read: columns whose numbers belong to another column."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

from jiugai.domain.intake.fields import FIELDS, Field
from jiugai.domain.intake.fields.text import plain
from jiugai.domain.intake.mapping import Profile
from jiugai.domain.intake.problems import Problem, warning
from jiugai.domain.intake.rows import RawRow

ENOUGH = 5
"""Fewer numbers than this say nothing about a column."""
MOST = 0.8
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
Numbers = Mapping[str, Sequence[float]]


def doubtful_columns(rows: Sequence[RawRow], profile: Profile) -> list[Problem]:
    """Return warnings about columns mapped the wrong way round (lon and lat, year and households …).

    Looks at the first rows of a sheet. Fields that declare a usual range take part.
    """
    table = FIELDS.get(profile.target, {})
    title = {key: t for t, key in profile.columns.items() if key in table and table[key].hints}
    numbers = {key: _numbers(rows, column) for key, column in title.items()}
    fields = {key: table[key] for key, said in numbers.items() if len(said) >= ENOUGH}
    pairs = list(_swapped(fields, numbers))
    found = [_pair(title[a], title[b], fields[a], fields[b]) for a, b in pairs]
    taken = {key for pair in pairs for key in pair}
    found += [
        warning("column_unusual", f"这一列的数多数不像{f.label}", f"核对“{title[key]}”是不是{f.label}").at(
            sheet=_sheet(rows), row=0, column=title[key]
        )
        for key, f in fields.items()
        if key not in taken and not _mostly_within(numbers[key], f)
    ]
    return [p.at(sheet=_sheet(rows), row=0, column=p.column) for p in found]


def _swapped(fields: Mapping[str, Field], numbers: Numbers) -> Iterator[tuple[str, str]]:
    """Yield pairs where at least one column does not fit its own field and both fit each other's."""
    for a, b in combinations(fields, 2):
        fit = _mostly_within(numbers[a], fields[a]) and _mostly_within(numbers[b], fields[b])
        crossed = _mostly_within(numbers[a], fields[b]) and _mostly_within(numbers[b], fields[a])
        if crossed and not fit:
            yield a, b


def _pair(one: str, other: str, first: Field, second: Field) -> Problem:
    words = f"“{one}”和“{other}”像是对反了"
    found = warning("columns_swapped", words, f"把“{one}”改对到{second.label}，“{other}”改对到{first.label}")
    return found.at(sheet="", row=0, column=one)


def _mostly_within(numbers: Sequence[float], field: Field) -> bool:
    low, high = field.hints or (float("-inf"), float("inf"))
    return sum(low <= number <= high for number in numbers) >= MOST * len(numbers)


def _numbers(rows: Sequence[RawRow], column: str) -> list[float]:
    """Return the first number of each cell that is not zero: zeros are how crawls write nothing."""
    found = (_NUMBER.search(plain(row.cells.get(column)).replace(",", "")) for row in rows)
    return [float(number[0]) for number in found if number and float(number[0])]


def _sheet(rows: Sequence[RawRow]) -> str:
    return rows[0].sheet if rows else ""
