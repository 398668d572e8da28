"""The job that checks a batch: read, compare, tie to the register, weigh. Each phase goes on where it was left."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import OuterRef, Q, Subquery

from jiugai.domain.intake.rows import Column
from jiugai.registry.intake import batches, bulk, gathering, parsing, staging
from jiugai.registry.intake.comparing import compare
from jiugai.registry.intake.locating import Ground
from jiugai.registry.intake.matching import Row, tie
from jiugai.registry.intake.previewing import Previewer
from jiugai.registry.intake.rows import Parsed
from jiugai.registry.intake.writing import fates
from jiugai.registry.models import ImportBatch, ImportProblem, ImportRow

State = ImportBatch.State
Fate = ImportRow.Fate
READING, TYING, WEIGHING = "reading", "tying", "weighing"
PHASES = {READING: "正在读文件", TYING: "正在对名册", WEIGHING: "正在算改动"}


class Checker:
    """Does the next piece of checking, whatever phase the batch is in."""

    def __init__(self, user_id: int | None) -> None:
        self.user_id = user_id
        self._ground: Ground | None = None
        self._worker: Any = None

    @property
    def ground(self) -> Ground:
        """Load the area tree once."""
        self._ground = self._ground or Ground()
        return self._ground

    def step(self, batch: ImportBatch, now: datetime) -> bool:
        """Do one piece in the caller's transaction; return whether there is more."""
        phase = batch.summary.get("phase", READING)
        if phase == WEIGHING:
            return self._weigh(batch, now)
        return self._read(batch) if phase == READING else self._tie(batch)

    def _read(self, batch: ImportBatch) -> bool:
        if self._worker is None:
            maker = gathering.Gatherer if batch.target == "transactions" else staging.Stager
            self._worker = maker(batch, self.ground)
        if not self._worker.step(batch):
            self._worker = None
            _go_on(batch, TYING)
        return True

    def _tie(self, batch: ImportBatch) -> bool:
        _hang_on_rows(batch)
        compare(batch, columns_of(batch))
        rows = ImportRow.objects.filter(batch=batch).exclude(fate=Fate.SKIP).order_by("pk")
        looking = [
            Row(pk, key, Parsed.of(said)) for pk, key, said in rows.values_list("pk", "key", "parsed").iterator(5000)
        ]
        tied = tie(batch, looking, paths=self.ground.paths)
        ImportRow.objects.filter(batch=batch).exclude(community=None).update(community=None)
        bulk.update([ImportRow(pk=pk, community_id=known.pk) for pk, known in tied.items()], ["community"])
        _go_on(batch, WEIGHING)
        return True

    def _weigh(self, batch: ImportBatch, now: datetime) -> bool:
        if self._worker is None:
            _, paths = batches.writer(batch, self.user_id, at=now)
            self._worker = Previewer(batch, paths=paths, ground=self.ground, columns=columns_of(batch))
        more: bool = self._worker.step(batch, now)
        if not more:
            finish(batch)
        return more


def check(batch_id: int, *, user_id: int | None, clock: batches.Clock) -> ImportBatch:
    """Check a batch until done, stopped or failed. Called again after a crash, it goes on after the last piece."""
    batch = ImportBatch.objects.get(pk=batch_id)
    if batch.state == State.CHECKING and not batch.summary.get("phase"):
        begin(batch_id)
    return batches.run(batch_id, state=State.CHECKING, step=Checker(user_id).step, clock=clock)


@transaction.atomic
def begin(batch_id: int) -> None:
    """Forget an earlier check and count the rows."""
    batch = ImportBatch.objects.select_for_update(of=("self",)).get(pk=batch_id)
    ImportProblem.objects.filter(batch=batch).delete()
    ImportRow.objects.filter(batch=batch).delete()
    batch.rows_done, batch.errors, batch.warnings = 0, 0, 0
    batch.rows_total = staging.count_rows(batch)
    tables = staging.wanted(parsing.tables_of(batch), parsing.profile_of(batch).sheet)
    batch.mapping["sheets"] = [[t.name, [[c.title, c.letter] for c in t.columns]] for t in tables]
    found = [staging.problem_row(batch, None, one, t.columns) for t in tables for one in t.problems]
    ImportProblem.objects.bulk_create(found)
    batch.mapping["sheet_codes"] = sorted({one.code for one in found})
    batch.summary = {"phase": READING}
    batch.save()


def _hang_on_rows(batch: ImportBatch) -> None:
    """Tie what the reader of the file found at a cell to the row it is in: with the row it can be left out."""
    row = ImportRow.objects.filter(batch=batch, sheet=OuterRef("sheet"), number=OuterRef("number"))
    loose = ImportProblem.objects.filter(batch=batch, row__isnull=True, number__isnull=False)
    loose.update(row=Subquery(row.values("pk")[:1]))


def columns_of(batch: ImportBatch) -> dict[str, Sequence[Column]]:
    """Return the columns of each sheet in the order of the file, as they were when it was read."""
    return {name: [Column(*c) for c in columns] for name, columns in batch.mapping.get("sheets", [])}


def _go_on(batch: ImportBatch, phase: str) -> None:
    batch.summary["phase"] = phase
    batch.rows_done = ImportRow.objects.filter(batch=batch).exclude(fate="").count() if phase == WEIGHING else 0
    batch.rows_total = ImportRow.objects.filter(batch=batch).count()
    batch.save(update_fields=["summary", "rows_done", "rows_total"])


def finish(batch: ImportBatch) -> None:
    """Close the check with the counts that the page shows."""
    count(batch)
    batch.state = State.CHECKED
    batch.summary["checked"] = fates(batch)
    batch.save(update_fields=["state", "summary", "errors", "warnings"])


def count(batch: ImportBatch) -> None:
    """Count what still has to be mended: problems of rows that are left out do not matter any more."""
    matters = ImportProblem.objects.filter(batch=batch).filter(Q(row__isnull=True) | ~Q(row__fate=Fate.SKIP))
    batch.errors = matters.filter(severity=ImportProblem.Severity.ERROR).count()
    batch.warnings = matters.filter(severity=ImportProblem.Severity.WARNING).count()
