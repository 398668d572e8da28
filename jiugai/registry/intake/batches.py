"""The course of a batch: its number, its states, who may move it, and the loop of its jobs."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime

from django.db import connection, transaction

from jiugai.accounts.actor import CITY_PATH, Actor
from jiugai.accounts.guard import require
from jiugai.accounts.models import User
from jiugai.accounts.permissions import GRANTS, Permission
from jiugai.accounts.roles import Role
from jiugai.domain.errors import Conflict, NotAllowed, Refusal
from jiugai.registry.models import ImportBatch, Source

log = logging.getLogger(__name__)
Clock = Callable[[], datetime]
"""Tells the local time; handed in by whoever starts a job."""
State = ImportBatch.State
AT_WORK = frozenset({State.CHECKING, State.WRITING, State.UNDOING})
NOTHING_WRITTEN = frozenset({State.UPLOADED, State.MAPPED, State.CHECKING, State.CHECKED})


class WrongState(Conflict):
    """The batch has moved on since the page was opened."""

    code = "import_state"

    def __init__(self, batch: ImportBatch, wanted: str) -> None:
        super().__init__(
            f"这一批现在是“{batch.state_words}”，不能{wanted}",
            where=batch.number,
            remedy="刷新页面，看这一批现在到了哪一步",
        )


class NoSource(Refusal):
    """Nobody said where the data come from."""

    code = "import_no_source"

    def __init__(self) -> None:
        super().__init__("还没有说明数据来源", where="来源", remedy="回到“对列名”，选来源和数据日期")


class RightGone(NotAllowed):
    """Who started the import may no longer import."""

    code = "import_right_gone"


def next_number(*, at: datetime) -> tuple[int, str]:
    """Return key and number of a new batch, never given before: DR and the day, then the key, as DR20261124-0003.

    Not counted from what is there: a person does not see the batches of other areas.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('registry_importbatch', 'id'))")
        pk = int(cursor.fetchone()[0])
    return pk, f"DR{at:%Y%m%d}-{pk:04d}"


def opened(
    batch_id: int, *, states: Sequence[str], to: str, actor: Actor, permission: Permission = Permission.IMPORT_RUN
) -> ImportBatch:
    """Return the locked batch in one of `states`, if the actor may work on it. Raises WrongState, NotAllowed."""
    batch = locked(batch_id, states=states, to=to)
    if not actor.is_system:
        require(actor, permission, batch)
    return batch


def locked(batch_id: int, *, states: Sequence[str], to: str) -> ImportBatch:
    """Return the batch under a lock if it is in one of `states`; `to` says what was wanted. Raises WrongState."""
    batch = ImportBatch.objects.select_for_update(of=("self",)).get(pk=batch_id)
    if batch.state not in states:
        raise WrongState(batch, to)
    return batch


def source_of(batch: ImportBatch) -> Source:
    """Return where the data come from. Raises NoSource."""
    if batch.source is None:
        raise NoSource
    return batch.source


def import_paths(actor: Actor, permission: Permission = Permission.IMPORT_RUN) -> tuple[str, ...]:
    """Return the areas in which an actor may import; the system may everywhere."""
    if actor.is_system:
        return (CITY_PATH,)
    return tuple(g.path for g in actor.grants if permission in GRANTS[Role(g.role)])


def writer(batch: ImportBatch, user_id: int | None, *, at: datetime) -> tuple[Actor | None, tuple[str, ...]]:
    """Return who asked for a job, as he is now, and where he may write. Without a user it is the command line.

    Raises RightGone when the role was taken away since.
    """
    if user_id is None:
        return None, (CITY_PATH,)
    actor = User.objects.get(pk=user_id).actor(on=at.date())
    paths = tuple(p for p in import_paths(actor) if p.startswith(batch.area_path) or batch.area_path.startswith(p))
    if not paths or not User.objects.filter(pk=user_id, is_active=True).exists():
        raise RightGone(
            f"{actor.name}已没有在这里导入数据的权限，没有继续写入", remedy="请有权限的人打开这一批继续，或重新上传"
        )
    return actor, paths


def run(batch_id: int, *, state: str, step: Callable[[ImportBatch, datetime], bool], clock: Clock) -> ImportBatch:
    """Repeat `step` while the batch is in `state` and nobody asked to stop; `step` returns whether there is more.

    `clock` is read before each step: a job may go on past midnight, and rights end at midnight.

    Each step is one transaction with the batch locked, so a killed worker leaves whole steps only, and another
    takes up after the last one. A refusal or failure is written on the batch; unforeseen ones are raised again.
    """
    more = True
    try:
        while more:
            with transaction.atomic():
                batch = ImportBatch.objects.select_for_update(of=("self",)).get(pk=batch_id)
                if batch.state != state:
                    return batch
                if batch.stop_asked:
                    return _stop(batch)
                more = step(batch, clock())
    except Refusal as refusal:
        _fail(batch_id, refusal.message if not refusal.remedy else f"{refusal.message}。{refusal.remedy}")
    except Exception:
        _fail(batch_id, "")
        raise
    return ImportBatch.objects.get(pk=batch_id)


def _stop(batch: ImportBatch) -> ImportBatch:
    batch.summary["stopped_at"] = batch.state
    batch.state, batch.stop_asked = State.STOPPED, False
    batch.save(update_fields=["state", "stop_asked", "summary"])
    return batch


def _fail(batch_id: int, words: str) -> None:
    with transaction.atomic():
        batch = ImportBatch.objects.select_for_update(of=("self",)).get(pk=batch_id)
        batch.summary["stopped_at"] = batch.state
        batch.state, batch.failure = State.FAILED, words
        batch.save(update_fields=["state", "failure", "summary"])
