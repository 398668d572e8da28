"""Taking a whole batch back: its words are withdrawn, and what only it spoke of goes."""

from collections.abc import Sequence
from datetime import datetime

import pghistory
from django.db import connection, transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from jiugai.accounts import audit
from jiugai.accounts.actor import SYSTEM, Actor
from jiugai.accounts.codes import Action
from jiugai.accounts.guard import require
from jiugai.accounts.models import User
from jiugai.accounts.permissions import Permission
from jiugai.domain.errors import Conflict
from jiugai.registry.actions.values import NoReason, refresh
from jiugai.registry.intake import batches
from jiugai.registry.intake.batches import State
from jiugai.registry.models import (
    Building,
    BuildingValue,
    Community,
    CommunityAlias,
    CommunityValue,
    DuplicatePair,
    ImportBatch,
    ImportRow,
)

Fate = ImportRow.Fate
CHUNK = 500
UNDOABLE = (State.WRITTEN, State.STOPPED, State.FAILED)
# Something else speaks of the community: another source's or a person's live word, a document, a contact, a merge.
_LONELY = """
    SELECT c.id FROM registry_community c
    WHERE c.id = ANY(%s) AND c.withdrawn_at IS NULL AND c.merged_into_id IS NULL
    AND NOT EXISTS (SELECT 1 FROM registry_communityvalue v WHERE v.community_id = c.id AND v.withdrawn_at IS NULL)
    AND NOT EXISTS (SELECT 1 FROM registry_building b WHERE b.community_id = c.id AND b.withdrawn_at IS NULL)
    AND NOT EXISTS (SELECT 1 FROM registry_document d WHERE d.community_id = c.id)
    AND NOT EXISTS (SELECT 1 FROM registry_communitycontact p WHERE p.community_id = c.id)
    AND NOT EXISTS (SELECT 1 FROM registry_community m WHERE m.merged_into_id = c.id)
"""
_LONELY_BUILDINGS = """
    SELECT b.id FROM registry_building b
    WHERE b.id = ANY(%s) AND b.withdrawn_at IS NULL
    AND NOT EXISTS (SELECT 1 FROM registry_buildingvalue v WHERE v.building_id = b.id AND v.withdrawn_at IS NULL)
    AND NOT EXISTS (SELECT 1 FROM registry_entrance e WHERE e.building_id = b.id)
    AND NOT EXISTS (SELECT 1 FROM registry_buildingholding h WHERE h.building_id = b.id)
"""


def ask(*, batch_id: int, actor: Actor, reason: str) -> ImportBatch:
    """Let a batch be taken back; the work is a job. Raises NotAllowed, WrongState, NoReason."""
    with transaction.atomic():
        batch = batches.opened(batch_id, states=UNDOABLE, to="撤回", actor=actor, permission=Permission.IMPORT_UNDO)
        if not reason.strip():
            raise NoReason
        if not ImportRow.objects.filter(batch=batch, written_at__isnull=False).exists():
            raise batches.WrongState(batch, "撤回，因为一行都没有写入")
        _refuse_if_built_upon(batch)
        batch.state, batch.stop_asked, batch.failure = State.UNDOING, False, ""
        batch.rows_done, batch.rows_total = 0, _left(batch).count()
        batch.summary |= {"undo_reason": reason.strip(), "kept": 0, "withdrawn": 0}
        batch.save()
    return batch


class BuiltUpon(Conflict):
    """A later import of the same source found these words on file and did not repeat them."""

    code = "import_built_upon"


def _refuse_if_built_upon(batch: ImportBatch) -> None:
    mine = ImportRow.objects.filter(batch=batch, written_at__isnull=False, community__isnull=False)
    later = ImportRow.objects.filter(
        batch__source=batch.source,
        batch__pk__gt=batch.pk,
        written_at__isnull=False,
        community__in=mine.values("community"),
    )
    number = later.exclude(fate=Fate.SKIP).values_list("batch__number", flat=True).order_by("-batch").first()
    if number:
        raise BuiltUpon(
            f"之后的 {number} 又导入了同一来源的同一些小区，没有重复记下这一批已有的内容",
            where=batch.number,
            remedy=f"先撤回 {number}，再撤回这一批",
        )


def undo(batch_id: int, *, user_id: int | None, clock: batches.Clock) -> ImportBatch:
    """Take back the rows of a batch that are not taken back yet, until done, stopped or failed."""
    return batches.run(batch_id, state=State.UNDOING, step=lambda batch, now: _step(batch, user_id, now), clock=clock)


def _left(batch: ImportBatch) -> QuerySet[ImportRow]:
    return ImportRow.objects.filter(batch=batch, written_at__isnull=False).order_by("-pk")


def _step(batch: ImportBatch, user_id: int | None, now: datetime) -> bool:
    actor = User.objects.get(pk=user_id).actor(on=now.date()) if user_id else SYSTEM
    if user_id:
        require(actor, Permission.IMPORT_UNDO, batch)
    rows = list(_left(batch)[:CHUNK])
    if not rows:
        _close(batch, actor, at=now)
        return False
    reason = f"撤回导入 {batch.number}：{batch.summary['undo_reason']}"
    with pghistory.context(actor=actor.name, user=actor.user_id, reason=reason):
        _take_back(batch, rows, at=now)
    return True


def _take_back(batch: ImportBatch, rows: Sequence[ImportRow], *, at: datetime) -> None:
    """Withdraw the words of some rows, newest rows first, in the caller's transaction."""
    communities = sorted({r.community_id for r in rows if r.community_id})
    buildings = sorted({r.building_id for r in rows if r.building_id})
    list(Community.objects.select_for_update().filter(pk__in=communities).order_by("pk").values_list("pk"))
    # A merge may have carried the words of these communities elsewhere.
    merged = Community.objects.filter(pk__in=communities).exclude(merged_into=None)
    touched = {*communities, *(pk for pk in merged.values_list("merged_into", flat=True) if pk)}
    spoken = CommunityValue.objects.filter(batch=batch, community__in=touched, withdrawn_at__isnull=True)
    spoken.update(withdrawn_at=Now())
    CommunityAlias.objects.filter(batch=batch, community__in=touched).delete()
    BuildingValue.objects.filter(batch=batch, building__in=buildings, withdrawn_at__isnull=True).update(
        withdrawn_at=Now()
    )
    made_buildings = _lonely(_LONELY_BUILDINGS, buildings)
    Building.objects.filter(pk__in=made_buildings).update(withdrawn_at=at)
    made = [r.community_id for r in rows if r.fate == Fate.NEW and r.community_id]
    lonely = _lonely(_LONELY, made)
    Community.objects.filter(pk__in=lonely).update(withdrawn_at=at)
    DuplicatePair.objects.filter(first__in=lonely, state=DuplicatePair.State.PROPOSED).delete()
    DuplicatePair.objects.filter(second__in=lonely, state=DuplicatePair.State.PROPOSED).delete()
    refresh(community_ids=touched - set(lonely), building_ids=set(buildings) - set(made_buildings))
    ImportRow.objects.filter(pk__in=[r.pk for r in rows]).update(written_at=None)
    batch.rows_done += len(rows)
    batch.summary["withdrawn"] += len(lonely)
    batch.summary["kept"] += len(set(made)) - len(lonely)
    batch.save(update_fields=["rows_done", "summary"])


def _lonely(statement: str, pks: Sequence[int]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(statement, [list(pks)])
        return [row[0] for row in cursor.fetchall()]


def _close(batch: ImportBatch, actor: Actor, *, at: datetime) -> None:
    batch.state, batch.undone_at, batch.rows_total = State.UNDONE, at, batch.rows.count()
    batch.save(update_fields=["state", "undone_at", "rows_total"])
    audit.record(
        action=Action.IMPORT_UNDONE,
        actor=actor,
        subject=batch,
        after={"撤回小区": batch.summary["withdrawn"], "另有依据而保留": batch.summary["kept"]},
        reason=batch.summary["undo_reason"],
        area_path=batch.area_path,
    )
