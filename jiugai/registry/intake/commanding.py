"""Checking and writing right away, in this process, for the command line: no job, no worker."""

from collections.abc import Callable
from threading import Event, Thread

from django.db import connection, transaction

from jiugai.accounts.actor import SYSTEM
from jiugai.accounts.scope import scoped
from jiugai.registry.intake import batches, checking, writing
from jiugai.registry.intake.batches import State
from jiugai.registry.intake.steps import ErrorsLeft
from jiugai.registry.models import ImportBatch

Tell = Callable[[ImportBatch], None]
TELL_EVERY_SECONDS = 1.0


def check(batch: ImportBatch, *, tell: Tell, clock: batches.Clock) -> ImportBatch:
    """Check a mapped batch; `tell` is called about every second."""
    _move(batch, (State.MAPPED,), State.CHECKING)
    with _Telling(batch, tell):
        return checking.check(batch.pk, user_id=None, clock=clock)


def write(batch: ImportBatch, *, tell: Tell, clock: batches.Clock) -> ImportBatch:
    """Write a checked batch without errors."""
    if batch.errors:
        raise ErrorsLeft(f"还有 {batch.errors:,} 处错误，一行都没有写入", where=batch.number)
    _move(batch, (State.CHECKED,), State.WRITING)
    with _Telling(batch, tell):
        return writing.write(batch.pk, user_id=None, clock=clock)


@transaction.atomic
def _move(batch: ImportBatch, states: tuple[State, ...], to: State) -> None:
    found = batches.locked(batch.pk, states=states, to=to.label)
    found.state, found.rows_done = to, 0
    found.save(update_fields=["state", "rows_done"])


class _Telling:
    """Reads the counters over a connection of its own while the work goes on."""

    def __init__(self, batch: ImportBatch, tell: Tell) -> None:
        self._batch, self._tell, self._done = batch, tell, Event()
        self._thread = Thread(target=self._watch, daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _watch(self) -> None:
        try:
            while not self._done.wait(TELL_EVERY_SECONDS):
                with scoped(SYSTEM):
                    self._tell(ImportBatch.objects.get(pk=self._batch.pk))
        finally:
            connection.close()
