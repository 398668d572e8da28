"""What the pages of an import show: columns with samples, problems with their place, changes before and after."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db import connection
from django.db.models import Count, Q, QuerySet

from jiugai.accounts.models import Area, JobFailure
from jiugai.domain.geo.crs import CRS, to_cgcs2000
from jiugai.domain.geo.districts import same_ground
from jiugai.domain.intake.doubts import doubtful_columns
from jiugai.domain.intake.fields import FIELDS
from jiugai.domain.intake.fields.text import plain
from jiugai.domain.intake.mapping import Profile, built_in, built_in_names, choose, suggest
from jiugai.domain.intake.problems import Problem
from jiugai.domain.intake.reading import read_rows
from jiugai.domain.intake.rows import Column, RawRow, Table
from jiugai.registry import facts
from jiugai.registry.intake import parsing
from jiugai.registry.intake.checking import columns_of
from jiugai.registry.intake.locating import Ground
from jiugai.registry.intake.rows import Parsed
from jiugai.registry.models import Community, ImportBatch, ImportProblem, ImportProfile, ImportRow, Source
from jiugai.registry.showing import show

LOOKED_AT = 2000
SAMPLES = 3
AROUND = 2
WIDEST = 12
SALES_FIELDS = {
    "community": "小区编号", "lon": "经度", "lat": "纬度", "floor": "楼层（含总层数）", "building_type": "楼型",
    "built_year": "建成年份", "structure": "结构", "has_lift": "有无电梯", "district": "区",
}  # fmt: skip


@dataclass(frozen=True)
class Guess:
    """A column of the file, what stands in it, and the field it is taken for."""

    title: str
    letter: str
    samples: tuple[str, ...]
    field: str


@dataclass(frozen=True)
class Where:
    """How plausible a coordinate system is: points in Beijing, and in the district their row states."""

    crs: CRS
    points: int
    inside: int
    stated: int
    fitting: int


def head_of(batch: ImportBatch) -> tuple[list[Table], list[RawRow]]:
    """Return the tables of a file and its first rows."""
    tables = parsing.tables_of(batch)
    per_table = max(1, LOOKED_AT // len(tables))
    return tables, [row for table in tables for row in islice(table.rows(), per_table)]


def all_columns(tables: Iterable[Table]) -> list[Column]:
    """Return the columns of all sheets, each title once."""
    seen: dict[str, Column] = {}
    for table in tables:
        for column in table.columns:
            seen.setdefault(column.title, column)
    return list(seen.values())


def opening_profile(batch: ImportBatch, titles: Sequence[str], *, saved: Profile | None, target: str) -> Profile:
    """Return what the mapping page opens with: what was chosen before, a profile that fits, or guesses."""
    if saved is not None:
        return saved
    if "profile" in batch.mapping:
        return parsing.profile_of(batch)
    if target == "communities" and (fitting := choose([built_in(name) for name in built_in_names()], titles)):
        return fitting
    return Profile("", target=target, columns=suggest(titles, target=target if target in FIELDS else "communities"))


def guesses(tables: Sequence[Table], rows: Sequence[RawRow], profile: Profile) -> list[Guess]:
    """Return each column with its first different values and what it is mapped to."""
    made = []
    for column in all_columns(tables):
        seen = dict.fromkeys(text for row in rows[:200] if (text := plain(row.cells.get(column.title))))
        samples = tuple(text[:24] for text in islice(seen, SAMPLES))
        made.append(Guess(column.title, column.letter, samples, profile.columns.get(column.title, "")))
    return made


def field_choices(target: str) -> list[tuple[str, str]]:
    """Return the fields a column can be mapped to."""
    if target == "transactions":
        return list(SALES_FIELDS.items())
    return [(f.key, f"{f.label}（{f.unit}）" if f.unit else f.label) for f in FIELDS[target].values()]


def doubts(rows: Sequence[RawRow], profile: Profile) -> list[Problem]:
    """Return what looks swapped in a mapping."""
    return doubtful_columns(rows, profile)


def where(rows: Sequence[RawRow], profile: Profile) -> list[Where]:
    """Compare the coordinate systems on the first rows; nothing when no column gives coordinates."""
    pairs = _pairs(rows, profile)
    if not pairs:
        return []
    ground, found = Ground(), []
    for crs in CRS:
        lon, lat = to_cgcs2000(crs, [p[0] for p in pairs], [p[1] for p in pairs])
        at = ground.districts_at(list(zip(lon.tolist(), lat.tolist(), strict=True)))
        both = [(stated, code) for (_, _, stated), code in zip(pairs, at, strict=True) if stated]
        fitting = sum(bool(code) and same_ground(stated, str(code)) for stated, code in both)
        found.append(Where(crs, len(pairs), sum(code is not None for code in at), len(both), fitting))
    return found


def _pairs(rows: Sequence[RawRow], profile: Profile) -> list[tuple[float, float, str]]:
    """Return the coordinates as they stand in the file, with the stated district."""
    titles = {key: title for title, key in profile.columns.items()}
    if profile.target == "transactions":
        raw = [(row.cells.get(titles.get("lon", "")), row.cells.get(titles.get("lat", ""))) for row in rows]
        return [(float(str(x)), float(str(y)), "") for x, y in raw if _number(x) and _number(y)]
    as_is = Profile("", target=profile.target, columns=profile.columns, codes=profile.codes)
    read = read_rows(rows, profile=as_is, latest_year=2100)
    return [(*row.values["point"], str(row.values.get("district") or "")) for row in read if "point" in row.values]


def _number(cell: object) -> bool:
    return plain(cell).replace(".", "", 1).isdigit()  # type: ignore[arg-type]


def profiles_for(batch: ImportBatch) -> list[tuple[str, str]]:
    """Return built-in and saved profiles, by the value the choice posts."""
    mine = ImportProfile.objects.filter(Q(organisation=batch.organisation) | Q(organisation=None))
    return [(f"built-in:{n}", built_in(n).name) for n in built_in_names()] + [(f"own:{p.pk}", p.name) for p in mine]


def profile_named(batch: ImportBatch, value: str) -> Profile | None:
    """Return the profile behind a choice of `profiles_for`, None when there is no such."""
    kind, _, key = value.partition(":")
    if kind == "built-in" and key in built_in_names():
        return built_in(key)
    mine = ImportProfile.objects.filter(Q(organisation=batch.organisation) | Q(organisation=None))
    ours = kind == "own" and key.isdecimal() and len(key) < 19
    saved = mine.filter(pk=int(key)).first() if ours else None
    return Profile.from_json(saved.mapping) if saved else None


def sources() -> QuerySet[Source]:
    """Return the sources a file can be said to come from."""
    return Source.objects.exclude(mark=Source.Mark.DEMO).exclude(key="manual").order_by("name")


# The page of errors


def problems_of(batch: ImportBatch, *, severity: str, sheet: str | None) -> QuerySet[ImportProblem]:
    """Return the problems of rows that are still to be written, in the order of the file."""
    found = ImportProblem.objects.filter(batch=batch, severity=severity)
    found = found.filter(Q(row__isnull=True) | ~Q(row__fate=ImportRow.Fate.SKIP))
    return found if sheet is None else found.filter(sheet=sheet)


def sheets_of(batch: ImportBatch, severity: str) -> list[tuple[str, int]]:
    """Return each sheet with its number of problems."""
    found = problems_of(batch, severity=severity, sheet=None).order_by().values_list("sheet").annotate(n=Count("pk"))
    counts = dict(found)
    names = list(columns_of(batch)) or [""]
    return [(name, counts.pop(name, 0)) for name in names] + sorted(counts.items())


@dataclass(frozen=True)
class Excerpt:
    """Rows around a problem as they stand in the workbook."""

    sheet: str
    first: int
    last: int
    heads: list[tuple[str, str]]
    lines: list[tuple[int, list[tuple[str, str]]]]


def excerpt(batch: ImportBatch, problem: ImportProblem | None) -> Excerpt | None:
    """Return the rows around a problem, wrong cells marked `e`, doubtful ones `w`, changed ones `m`."""
    if problem is None or problem.row is None:
        return None
    columns = columns_of(batch).get(problem.sheet, ())
    rows = list(_around(batch, problem.row))
    if not columns or not rows:
        return None
    shown = _window(columns, problem.column_letter)
    marks = _marks(rows)
    heads = [(columns[i].letter, columns[i].title) for i in shown]
    lines = [(row.number, [_cell(row, columns[i], i, marks) for i in shown]) for row in rows]
    return Excerpt(problem.sheet, rows[0].number, rows[-1].number, heads, lines)


def _around(batch: ImportBatch, row: ImportRow) -> Iterable[ImportRow]:
    same = ImportRow.objects.filter(batch=batch, sheet=row.sheet)
    before = list(same.filter(pk__lt=row.pk).order_by("-pk")[:AROUND])
    return [*reversed(before), *same.filter(pk__gte=row.pk).order_by("pk")[: AROUND + 1]]


def _window(columns: Sequence[Column], letter: str) -> range:
    """Return the columns to show: all that fit, moved so that the wrong one is among them."""
    at = next((i for i, c in enumerate(columns) if c.letter == letter), 0)
    start = max(0, min(at - WIDEST // 2, len(columns) - WIDEST))
    return range(start, min(start + WIDEST, len(columns)))


def _marks(rows: Sequence[ImportRow]) -> dict[tuple[int, str], str]:
    found = ImportProblem.objects.filter(row__in=rows).order_by("severity").reverse()
    return {(p.row_id or 0, p.column_letter): "e" if p.severity == "error" else "w" for p in found}


def _cell(row: ImportRow, column: Column, index: int, marks: dict[tuple[int, str], str]) -> tuple[str, str]:
    edits = row.parsed.get("edits", {})
    cells = row.raw.get("cells", [])
    text = edits.get(column.letter, cells[index] if index < len(cells) else "")
    mark = marks.get((row.pk, column.letter), "m" if column.letter in edits else "")
    return plain(text)[:60], mark


MOST_CELLS = 200


def mended_cells(batch: ImportBatch, kinds: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """Return the first cells that mending these (code, column) kinds would change, and how many there are."""
    wanted = Q(pk__in=[])
    for code, column in kinds:
        wanted |= Q(code=code, column=column)
    found = ImportProblem.objects.filter(wanted, batch=batch, suggestion__isnull=False, row__isnull=False)
    found = found.exclude(row__fate=ImportRow.Fate.SKIP).order_by("sheet", "number", "pk")
    return {"cells": found[:MOST_CELLS], "total": found.count(), "most": MOST_CELLS}


# The page of changes


@dataclass(frozen=True)
class Change:
    """One field of a row: what was current, what will be, and a remark on whose word counts."""

    label: str
    before: str
    after: str
    given: str
    wins: bool
    conflict: bool
    agrees: bool


@dataclass(frozen=True)
class Line:
    """One row of the preview."""

    row: ImportRow
    name: str
    area: str
    changes: list[Change]
    agreeing: list[str]
    facts: list[tuple[str, str]]
    alike: list[tuple[Community, str]]


def lines(batch: ImportBatch, rows: Sequence[ImportRow]) -> list[Line]:
    """Return rows of the preview with their changes in words."""
    read = [(row, Parsed.of(row.parsed)) for row in rows]
    codes = {said.area for _, said in read} | _area_codes(rows)
    areas = dict(Area.objects.filter(code__in=codes).values_list("code", "name"))
    alike = Community.objects.in_bulk({a["community"] for row in rows for a in row.parsed.get("alike", [])})
    return [_line(row, said, areas, alike) for row, said in read]


def _line(row: ImportRow, said: Parsed, areas: dict[str, str], alike: dict[int, Community]) -> Line:
    changes = [_change(field, made, areas) for field, made in row.changes.items() if isinstance(made, dict)]
    near = [(alike.get(a["community"]), "，".join(a["reasons"])) for a in row.parsed.get("alike", [])]
    return Line(
        row=row,
        name=f"{said.name} {said.label}".strip(),
        area=areas.get(said.area, ""),
        changes=[c for c in changes if not c.agrees],
        agreeing=[c.label for c in changes if c.agrees],
        facts=_facts(said, areas) if row.fate == ImportRow.Fate.NEW else [],
        alike=[(community, why) for community, why in near if community],
    )


_MOVING = """
    SELECT count(*) FROM registry_importrow WHERE batch_id = %s AND fate = 'change' AND EXISTS (
        SELECT 1 FROM jsonb_each(changes) AS c(field, said)
        WHERE said -> 'moves' = 'true'::jsonb)
"""


def moving(batch: ImportBatch) -> int:
    """Return how many rows would change a value that counts; the others only add a source that agrees or loses."""
    with connection.cursor() as cursor:
        cursor.execute(_MOVING, [batch.pk])
        return int(cursor.fetchone()[0])


def _area_codes(rows: Sequence[ImportRow]) -> set[str]:
    changed = [row.changes.get("area", {}) for row in rows]
    return {str(c.get(k)) for c in changed if isinstance(c, dict) for k in ("before", "after", "given") if c.get(k)}


def _change(field: str, change: dict[str, Any], areas: dict[str, str]) -> Change:
    table = facts.BUILDING if field.startswith("building.") else facts.COMMUNITY
    name = field.removeprefix("building.")
    before, after, given = (_words(table, name, change.get(k), areas) for k in ("before", "after", "given"))
    label = table[name].label if name in table else name
    wins, conflict, agrees = (bool(change.get(k)) for k in ("wins", "conflicts", "agrees"))
    return Change(label, before, after, given, wins=wins, conflict=conflict, agrees=agrees)


def _facts(said: Parsed, areas: dict[str, str]) -> list[tuple[str, str]]:
    pairs = [(facts.COMMUNITY, k, v) for k, v in said.fields.items()]
    pairs += [(facts.BUILDING, k, v) for k, v in said.building.items()]
    written = [(t[k].label, _words(t, k, v, areas)) for t, k, v in pairs if k in t and k not in {"name", "label"}]
    return [(label, words) for label, words in written if words]


def _words(table: dict[str, facts.Fact], field: str, value: Any, areas: dict[str, str]) -> str:
    if field == "area":
        return areas.get(str(value), "") if value else ""
    return show(table[field], value) if field in table else str(value or "")


def incident_of(batch: ImportBatch) -> str:
    """Return the incident number of a batch's failed job, empty when there is none."""
    failure = JobFailure.objects.filter(job=batch.job_id or 0).order_by("-pk").first()
    return failure.incident if failure else ""
