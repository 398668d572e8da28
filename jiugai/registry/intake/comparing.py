"""What shows only when the whole file has been read: rows that say the same thing twice, points that rows share."""

from collections.abc import Mapping, Sequence

from django.db import connection
from django.db.models.expressions import RawSQL

from jiugai.domain.intake.positions import SHARED
from jiugai.domain.intake.problems import Problem, warning
from jiugai.domain.intake.rows import Column
from jiugai.registry.intake.staging import problem_row
from jiugai.registry.models import ImportBatch, ImportProblem, ImportRow

Fate = ImportRow.Fate
REPEATED = ("repeated_row", "repeated_key")
_REPEATS = """
    SELECT id, first, same FROM (
        SELECT id, first_value(id) OVER w AS first, raw = first_value(raw) OVER w AS same
        FROM registry_importrow
        WHERE batch_id = %s AND key <> '' AND NOT coalesce((parsed -> 'left_out')::boolean, false)
        WINDOW w AS (PARTITION BY key ORDER BY id)
    ) AS seen WHERE id <> first ORDER BY id
"""
_SHARED = """
    UPDATE registry_importrow r
    SET parsed = jsonb_set(r.parsed, '{fields,position_flags}',
                           coalesce(r.parsed #> '{fields,position_flags}', '[]') || to_jsonb(%s::text))
    FROM (
        SELECT id, count(*) OVER (PARTITION BY parsed #> '{fields,point}') AS times FROM registry_importrow
        WHERE batch_id = %s AND fate <> 'skip' AND parsed #> '{fields,point}' IS NOT NULL
    ) AS seen
    WHERE seen.id = r.id AND seen.times > 1
    AND NOT coalesce(r.parsed #> '{fields,position_flags}', '[]') @> to_jsonb(%s::text)
"""


def compare(batch: ImportBatch, columns: Mapping[str, Sequence[Column]]) -> None:
    """Mark repeated rows (the same row twice is left out, with a warning) and points that several rows share."""
    ImportProblem.objects.filter(batch=batch, code__in=REPEATED).delete()
    ImportRow.objects.filter(batch=batch, parsed__twice=True).update(fate="", parsed=_without_mark())
    with connection.cursor() as cursor:
        cursor.execute(_REPEATS, [batch.pk])
        repeats = {pk: (first, same) for pk, first, same in cursor.fetchall()}
    rows = ImportRow.objects.in_bulk({*repeats, *(first for first, _ in repeats.values())})
    problems = []
    for pk, (first, same) in repeats.items():
        row = rows[pk]
        found = _problem(rows[first], row, same=same, columns=columns)
        problems.append(problem_row(batch, row, found, columns.get(row.sheet, ())))
        if same:
            row.fate, row.parsed = Fate.SKIP, row.parsed | {"twice": True}
    ImportRow.objects.bulk_update([rows[pk] for pk, (_, same) in repeats.items() if same], ["fate", "parsed"])
    ImportProblem.objects.bulk_create(problems)
    with connection.cursor() as cursor:
        cursor.execute(_SHARED, [SHARED, batch.pk, SHARED])


def _without_mark() -> RawSQL:
    return RawSQL("parsed - 'twice'", [])


def _problem(first: ImportRow, row: ImportRow, *, same: bool, columns: Mapping[str, Sequence[Column]]) -> Problem:
    where = f"第 {first.number} 行" if first.sheet == row.sheet else f"表“{first.sheet}”第 {first.number} 行"
    if same:
        found = warning("repeated_row", f"和{where}整行重复", "只写前面一行，这一行自动跳过")
    else:
        words = f"和{where}说的是同一处，内容却不一样"
        found = Problem("repeated_key", words, "两行是同一处就跳过一行，不是就改编号或名称")
    titles = [c.title for c in columns.get(row.sheet, ())]
    cells = row.raw.get("cells") or [""]
    return found.at(sheet=row.sheet, row=row.number, column=titles[0] if titles else "", typed=cells[0])
