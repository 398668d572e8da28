"""Rows of the file become rows of the batch: read, checked one by one, with their problems."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from jiugai.domain.intake.names import spelling
from jiugai.domain.intake.problems import Problem
from jiugai.domain.intake.rows import Column, RawRow, Table
from jiugai.registry.intake import bulk, parsing
from jiugai.registry.intake.batches import source_of
from jiugai.registry.intake.locating import Ground
from jiugai.registry.intake.parsing import frozen
from jiugai.registry.intake.rows import Parsed
from jiugai.registry.models import ImportBatch, ImportProblem, ImportRow

CHUNK = 1000


class Stager:
    """Reads the file of a batch from where an earlier worker left off."""

    def __init__(self, batch: ImportBatch, ground: Ground) -> None:
        self.ground = ground
        self.profile = parsing.profile_of(batch)
        self.tables = {t.name: t for t in wanted(parsing.tables_of(batch), self.profile.sheet)}
        staged = ImportRow.objects.filter(batch=batch).count()
        self._stream = islice(_all_rows(self.tables.values()), staged, None)

    def step(self, batch: ImportBatch) -> bool:
        """Stage the next rows in the caller's transaction; return whether there were any."""
        raws = list(islice(self._stream, CHUNK))
        if raws:
            stage(batch, raws, {name: t.columns for name, t in self.tables.items()}, self.ground)
            batch.rows_done += len(raws)
            batch.save(update_fields=["rows_done"])
        return bool(raws)


def wanted(tables: Sequence[Table], sheet: str) -> list[Table]:
    """Return the tables to import: the one named, else all that have columns."""
    return [t for t in tables if t.columns and sheet in {"", t.name}]


def _all_rows(tables: Iterable[Table]) -> Iterator[RawRow]:
    for table in tables:
        yield from table.rows()


def count_rows(batch: ImportBatch) -> int:
    """Return how many rows the file has, for the progress bar; a second reading without understanding."""
    profile = parsing.profile_of(batch)
    return sum(1 for t in wanted(parsing.tables_of(batch), profile.sheet) for _ in t.rows())


def stage(
    batch: ImportBatch, raws: Sequence[RawRow], columns: dict[str, Sequence[Column]], ground: Ground
) -> list[ImportRow]:
    """Insert rows with what they say and what is wrong with them."""
    source, year = source_of(batch), latest_year(batch)
    read = parsing.read(raws, profile=parsing.profile_of(batch), ground=ground, source_key=source.key, year=year)
    rows: list[ImportRow] = []
    problems: list[ImportProblem] = []
    for raw, (row, said, found) in zip(raws, read, strict=True):
        kept = frozen(raw, columns[raw.sheet])
        key = (row.key or own_key(said))[:120]
        staged = ImportRow(batch=batch, sheet=raw.sheet, number=raw.number, key=key, raw=kept, parsed=said.stored())
        rows.append(staged)
        problems += [problem_row(batch, staged, p, columns[raw.sheet]) for p in found]
    bulk.insert(rows)
    for problem in problems:
        problem.row_id = problem.row.pk if problem.row else None
    bulk.insert(problems)
    return rows


def own_key(said: Parsed) -> str:
    """Return what identifies a row where the profile names no key: name, area, place and house number."""
    if said.code:
        return f"={said.code}/{said.building_code}" if said.building_code else f"={said.code}"
    if not said.name:
        return ""
    place = ",".join(f"{x:.5f}" for x in said.point) if said.point else ""
    return "~".join(["", spelling(said.name), said.area, place, said.label])


def latest_year(batch: ImportBatch) -> int:
    """Return the year in which the data was taken: nothing in it was built later."""
    return (batch.observed_on or batch.uploaded_at.date()).year


def problem_row(batch: ImportBatch, row: ImportRow | None, found: Problem, columns: Sequence[Column]) -> ImportProblem:
    """Return a problem as it is stored, with the letter of its column."""
    letter = next((c.letter for c in columns if c.title == found.column), "")
    return ImportProblem(
        batch=batch,
        row=row,
        severity=found.severity.value,
        code=found.code,
        sheet=found.sheet,
        number=found.row or None,
        column=found.column[:120],
        column_letter=letter,
        typed=found.typed[:300],
        message=found.message[:300],
        remedy=found.remedy[:300],
        suggestion=found.suggestion,
        clause=found.clause,
    )
