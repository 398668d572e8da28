"""The moves a person makes with a batch: map its columns, check, write, stop, go on, take back, import again."""

from dataclasses import replace
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from jiugai.accounts import audit
from jiugai.accounts.actor import Actor
from jiugai.accounts.codes import Action
from jiugai.accounts.guard import require
from jiugai.accounts.models import Organisation
from jiugai.accounts.permissions import Permission
from jiugai.domain.errors import Conflict, Refusal
from jiugai.domain.intake.mapping import Profile, check_profile
from jiugai.domain.observed import check_observed
from jiugai.registry import tasks
from jiugai.registry.intake import batches, checking, files, undoing
from jiugai.registry.intake.batches import State
from jiugai.registry.models import ImportBatch, ImportProfile, Source

MAPPABLE = (State.UPLOADED, State.MAPPED, State.CHECKED, State.STOPPED, State.FAILED)


class ErrorsLeft(Conflict):
    """Nothing is written until no error is left."""

    code = "import_errors_left"


class AlreadyWritten(Conflict):
    """Some rows are in the register: the mapping can no longer change."""

    code = "import_already_written"


@transaction.atomic
def declare(*, batch_id: int, profile: Profile, source: Source, observed_on: date | None, actor: Actor) -> ImportBatch:
    """Fix how the columns are read, where the data come from and of which day they speak.

    Raises mapping.BadProfile, WrongDay, WrongState, AlreadyWritten.
    """
    batch = batches.opened(batch_id, states=MAPPABLE, to="重新对列", actor=actor)
    _refuse_if_written(batch)
    check_profile(profile)
    if observed_on is not None:
        check_observed(observed_on, on=timezone.localtime(batch.uploaded_at).date())
    batch.target, batch.source, batch.observed_on = profile.target, source, observed_on
    batch.mapping["profile"] = replace(profile, source=source.key, observed_on=observed_on).as_json()
    batch.state, batch.failure, batch.summary = State.MAPPED, "", {}
    batch.save()
    return batch


@transaction.atomic
def ask_check(*, batch_id: int, actor: Actor) -> ImportBatch:
    """Let a mapped batch be checked; the work is a job."""
    batch = batches.opened(
        batch_id, states=(State.MAPPED, State.CHECKED, State.STOPPED, State.FAILED), to="查错", actor=actor
    )
    _refuse_if_written(batch)
    batches.source_of(batch)
    files.path_of(batch.file)
    _begin(batch, State.CHECKING)
    batch.summary = {}
    batch.save()
    tasks.later(tasks.check_import, batch, user_id=actor.user_id)
    return batch


@transaction.atomic
def ask_write(*, batch_id: int, actor: Actor) -> ImportBatch:
    """Let a checked batch be written; the work is a job. Raises ErrorsLeft while there are any."""
    batch = batches.opened(batch_id, states=(State.CHECKED,), to="写入", actor=actor)
    checking.count(batch)
    if batch.errors:
        raise ErrorsLeft(
            f"还有 {batch.errors:,} 处错误，一行都没有写入", where=batch.number, remedy="逐处改好，或者跳过有错误的行"
        )
    _begin(batch, State.WRITING)
    batch.rows_total = batch.rows.exclude(fate="skip").count()
    batch.save()
    tasks.later(tasks.write_import, batch, user_id=actor.user_id)
    return batch


@transaction.atomic
def ask_undo(*, batch_id: int, actor: Actor, reason: str) -> ImportBatch:
    """Let a written batch be taken back; the work is a job."""
    batch = undoing.ask(batch_id=batch_id, actor=actor, reason=reason)
    tasks.later(tasks.undo_import, batch, user_id=actor.user_id)
    return batch


@transaction.atomic
def stop(*, batch_id: int, actor: Actor) -> ImportBatch:
    """Ask the running job to stop after the piece it is at. What is written stays, and can be gone on with."""
    batch = batches.opened(batch_id, states=tuple(batches.AT_WORK), to="停止", actor=actor)
    batch.stop_asked = True
    batch.save(update_fields=["stop_asked"])
    return batch


@transaction.atomic
def go_on(*, batch_id: int, actor: Actor) -> ImportBatch:
    """Take up a stopped or failed batch where it was left."""
    batch = batches.opened(batch_id, states=(State.STOPPED, State.FAILED), to="继续", actor=actor)
    was = batch.summary.get("stopped_at")
    jobs = {State.CHECKING: tasks.check_import, State.WRITING: tasks.write_import, State.UNDOING: tasks.undo_import}
    if was not in jobs or batch.summary.get("replaced_by"):
        raise batches.WrongState(batch, "继续")
    if was == State.UNDOING:
        require(actor, Permission.IMPORT_UNDO, batch)
    batch.state, batch.stop_asked, batch.failure = was, False, ""
    batch.save(update_fields=["state", "stop_asked", "failure"])
    tasks.later(jobs[State(was)], batch, user_id=actor.user_id)
    return batch


@transaction.atomic
def give_up(*, batch_id: int, actor: Actor, at: datetime) -> ImportBatch:
    """Put a batch aside of which no row is written yet. Raises NotAllowed, WrongState."""
    batch = batches.opened(batch_id, states=MAPPABLE, to="放弃", actor=actor)
    _refuse_if_written(batch)
    batch.state, batch.undone_at = State.UNDONE, at
    batch.summary |= {"given_up": actor.name}
    batch.save(update_fields=["state", "undone_at", "summary"])
    audit.record(action=Action.IMPORT_GIVEN_UP, actor=actor, subject=batch, before={"文件": batch.file_name})
    return batch


@transaction.atomic
def again(*, batch_id: int, actor: Actor, at: datetime) -> ImportBatch:
    """Open a new batch with the file and the mapping of one that was taken back or broken off."""
    earlier = batches.opened(
        batch_id, states=(State.UNDONE, State.STOPPED, State.FAILED, State.WRITTEN), to="再导一次", actor=actor
    )
    path = files.path_of(earlier.file)
    pk, number = batches.next_number(at=at)
    return ImportBatch.objects.create(
        pk=pk,
        number=number,
        target=earlier.target,
        state=State.MAPPED if "profile" in earlier.mapping else State.UPLOADED,
        file=earlier.file,
        file_name=earlier.file_name,
        file_kind=earlier.file_kind,
        file_size=path.stat().st_size,
        sha256=earlier.sha256,
        mapping={k: v for k, v in earlier.mapping.items() if k != "sheets"},
        source=earlier.source,
        observed_on=earlier.observed_on,
        area_path=earlier.area_path,
        uploaded_by_id=actor.user_id,
        uploaded_by_name=actor.name,
        organisation_id=actor.organisation_id,
    )


def save_profile(*, batch: ImportBatch, name: str, actor: Actor) -> ImportProfile:
    """Keep the mapping of a batch under a name, for the actor's organisation; the same name is replaced."""
    if not name.strip():
        raise Refusal("方案没有名称", where="方案名称", remedy="写一个名称，如“朝阳区季报”")
    body = Organisation.objects.filter(pk=actor.organisation_id or 0).first()
    profile, _ = ImportProfile.objects.update_or_create(
        organisation=body,
        name=name.strip()[:80],
        defaults={"target": batch.target, "mapping": batch.mapping["profile"], "created_by_id": actor.user_id},
    )
    return profile


def _begin(batch: ImportBatch, state: str) -> None:
    batch.state, batch.stop_asked, batch.failure, batch.rows_done = state, False, "", 0


def _refuse_if_written(batch: ImportBatch) -> None:
    if batch.rows.filter(written_at__isnull=False).exists():
        raise AlreadyWritten(
            "这一批已经写入了一部分，不能再改对列", where=batch.number, remedy="继续写完，或者先撤回，再导一次"
        )
