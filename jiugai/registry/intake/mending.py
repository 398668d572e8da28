"""Mending a checked batch on the page: adopt a suggestion, mend many cells alike, leave rows out."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from jiugai.accounts import audit
from jiugai.accounts.actor import Actor
from jiugai.accounts.codes import Action
from jiugai.domain.errors import Refusal
from jiugai.domain.intake.problems import LEFT_EMPTY
from jiugai.registry.intake import batches, parsing
from jiugai.registry.intake.batches import State
from jiugai.registry.intake.checking import columns_of, count
from jiugai.registry.intake.comparing import compare
from jiugai.registry.intake.locating import Ground
from jiugai.registry.intake.matching import Row, tie
from jiugai.registry.intake.previewing import Previewer
from jiugai.registry.intake.rows import Parsed
from jiugai.registry.intake.staging import latest_year, own_key, problem_row
from jiugai.registry.intake.writing import fates
from jiugai.registry.models import ImportBatch, ImportProblem, ImportRow

Fate = ImportRow.Fate
AT_ONCE = 5000
SAMPLE = 3


class NothingToMend(Refusal):
    """The problems are gone already, or have no suggestion."""

    code = "nothing_to_mend"

    def __init__(self) -> None:
        super().__init__("这几处没有可以采用的改法，或者已经改过", remedy="刷新页面，看还剩哪几处")


@dataclass(frozen=True)
class Fix:
    """Problems of one kind in one column that have a suggestion, to be mended together."""

    code: str
    column: str
    count: int
    examples: tuple[tuple[str, str], ...]
    message: str
    is_error: bool

    @property
    def chosen(self) -> bool:
        """Whether the box is ticked from the start: what stops the writing, and loses nothing when mended."""
        return self.is_error and all(value != LEFT_EMPTY for _, value in self.examples)


def fixes(batch: ImportBatch) -> list[Fix]:
    """Return what can be mended without a person looking at each cell, most frequent first."""
    found = ImportProblem.objects.filter(batch=batch, suggestion__isnull=False).exclude(row__fate=Fate.SKIP)
    groups: dict[tuple[str, str], list[tuple[str, str, str, str]]] = {}
    for code, column, *rest in found.order_by("pk").values_list(
        "code", "column", "typed", "suggestion", "message", "severity"
    ):
        groups.setdefault((code, column), []).append(tuple(rest))  # type: ignore[arg-type]
    made = [_fix(code, column, rows) for (code, column), rows in groups.items()]
    return sorted(made, key=lambda f: -f.count)


def _fix(code: str, column: str, rows: list[tuple[str, str, str, str]]) -> Fix:
    common = Counter((typed, str(suggestion)) for typed, suggestion, _, _ in rows).most_common(SAMPLE)
    return Fix(code, column, len(rows), tuple(pair for pair, _ in common), rows[0][2], rows[0][3] == "error")


@transaction.atomic
def adopt(*, batch_id: int, problem_ids: Collection[int], actor: Actor, at: datetime) -> int:
    """Put the suggested text into the cells of these problems and check their rows again; return how many cells."""
    batch = batches.opened(batch_id, states=[State.CHECKED], to="修改", actor=actor)
    asked = ImportProblem.objects.filter(batch=batch, pk__in=problem_ids, suggestion__isnull=False, row__isnull=False)
    # Two cells that are wrong together (swapped coordinates) are mended together.
    found = ImportProblem.objects.filter(batch=batch, suggestion__isnull=False, row__in=asked.values("row"))
    found = found.filter(code__in=asked.values("code"))
    return _apply(batch, found.select_related("row"), actor, at=at)


@transaction.atomic
def adopt_alike(*, batch_id: int, kinds: Collection[tuple[str, str]], actor: Actor, at: datetime) -> int:
    """Mend all problems of these (code, column) kinds by their suggestions; return how many cells."""
    batch = batches.opened(batch_id, states=[State.CHECKED], to="修改", actor=actor)
    wanted = Q(pk__in=[])
    for code, column in kinds:
        wanted |= Q(code=code, column=column)
    found = ImportProblem.objects.filter(wanted, batch=batch, suggestion__isnull=False, row__isnull=False)
    return _apply(batch, found.select_related("row")[:AT_ONCE], actor, at=at)


@transaction.atomic
def leave_out(*, batch_id: int, row_ids: Collection[int], actor: Actor, at: datetime, reason: str = "") -> int:
    """Leave rows out of the writing. Who did it stays with the row and in the audit log; return how many rows."""
    batch = batches.opened(batch_id, states=[State.CHECKED], to="修改", actor=actor)
    rows = list(ImportRow.objects.filter(batch=batch, pk__in=row_ids).exclude(fate=Fate.SKIP))
    for row in rows:
        row.fate = Fate.SKIP
        row.parsed = row.parsed | {"left_out": True}
        row.changes = {"left_out_by": actor.name, "at": at.isoformat(), "reason": reason}
    ImportRow.objects.bulk_update(rows, ["fate", "changes", "parsed"])
    _again(batch, actor, at=at)
    if rows:
        audit.record(
            action=Action.IMPORT_STARTED,
            actor=actor,
            subject=batch,
            after={"跳过": [f"{r.sheet} {r.number}" for r in rows[:50]], "行数": len(rows)},
            reason=reason or "跳过有错误的行",
            area_path=batch.area_path,
        )
    return len(rows)


def leave_out_wrong(*, batch_id: int, actor: Actor, at: datetime, code: str = "") -> int:
    """Leave out every row that still has an error (of one code, or any)."""
    wrong = ImportProblem.objects.filter(batch=batch_id, severity="error", row__isnull=False)
    if code:
        wrong = wrong.filter(code=code)
    return leave_out(batch_id=batch_id, row_ids=set(wrong.values_list("row", flat=True)), actor=actor, at=at)


@transaction.atomic
def take_in(*, batch_id: int, row_ids: Collection[int], actor: Actor, at: datetime) -> int:
    """Bring back rows that were left out by a person."""
    batch = batches.opened(batch_id, states=[State.CHECKED], to="修改", actor=actor)
    rows = list(ImportRow.objects.filter(batch=batch, pk__in=row_ids, fate=Fate.SKIP, parsed__left_out=True))
    _read_again(batch, rows, {})
    _again(batch, actor, at=at)
    return len(rows)


def _apply(batch: ImportBatch, problems: Iterable[ImportProblem], actor: Actor, *, at: datetime) -> int:
    edits: dict[int, dict[str, str]] = {}
    rows: dict[int, ImportRow] = {}
    for problem in problems:
        if problem.row is not None:
            rows[problem.row.pk] = problem.row
            edits.setdefault(problem.row.pk, {})[problem.column_letter] = str(problem.suggestion)
    if not rows:
        raise NothingToMend
    _read_again(batch, list(rows.values()), edits)
    _again(batch, actor, at=at)
    return sum(len(e) for e in edits.values())


def _read_again(batch: ImportBatch, rows: list[ImportRow], edits: dict[int, dict[str, str]]) -> None:
    """Read rows with their changed cells; their old problems go, new ones come."""
    columns, source = columns_of(batch), batches.source_of(batch)
    changed = [row.parsed.get("edits", {}) | edits.get(row.pk, {}) for row in rows]
    _forget_problems(batch, rows, changed)
    raws = [
        parsing.thawed(row.sheet, row.number, row.raw, columns[row.sheet], cells)
        for row, cells in zip(rows, changed, strict=True)
    ]
    read = parsing.read(
        raws, profile=parsing.profile_of(batch), ground=Ground(), source_key=source.key, year=latest_year(batch)
    )
    problems = []
    for row, cells, (parsed_row, said, found) in zip(rows, changed, read, strict=True):
        row.parsed = said.stored() | ({"edits": cells} if cells else {})
        row.key = (parsed_row.key or own_key(said))[:120]
        row.fate, row.changes, row.community = "", {}, None
        problems += [problem_row(batch, row, p, columns[row.sheet]) for p in found]
    ImportRow.objects.bulk_update(rows, ["parsed", "key", "fate", "changes", "community"])
    ImportProblem.objects.bulk_create(problems)


def _forget_problems(batch: ImportBatch, rows: list[ImportRow], changed: list[dict[str, str]]) -> None:
    """Remove what reading will find again. What only the reader of the file sees stays until its cell is changed."""
    by_file = Q(code__in=batch.mapping.get("sheet_codes", []))
    mended = Q(pk__in=[])
    for row, cells in zip(rows, changed, strict=True):
        mended |= Q(row=row, column_letter__in=list(cells)) if cells else Q(pk__in=[])
    ImportProblem.objects.filter(row__in=rows).filter(~by_file | mended).delete()


def _again(batch: ImportBatch, actor: Actor, *, at: datetime) -> None:
    """Tie and weigh the changed rows again, compare all rows with each other, count anew."""
    compare(batch, columns_of(batch))
    fresh = list(ImportRow.objects.filter(batch=batch, fate="").order_by("pk"))
    if fresh:
        ground = Ground()
        tied = tie(batch, [Row(r.pk, r.key, Parsed.of(r.parsed)) for r in fresh], paths=ground.paths)
        for row in fresh:
            row.community_id = tied[row.pk].pk if row.pk in tied else None
        ImportRow.objects.bulk_update(fresh, ["community"])
        _, paths = batches.writer(batch, actor.user_id, at=at)
        Previewer(batch, paths=paths, ground=ground, columns=columns_of(batch)).weigh_rows(batch, fresh, now=at)
    count(batch)
    batch.summary["checked"] = fates(batch)
    batch.save(update_fields=["errors", "warnings", "summary"])
