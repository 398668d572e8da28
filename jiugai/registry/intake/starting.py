"""The first step: a file comes in, is stored, and becomes a batch."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from jiugai.accounts import audit
from jiugai.accounts.actor import Actor
from jiugai.accounts.codes import Action
from jiugai.accounts.guard import require
from jiugai.accounts.permissions import Permission
from jiugai.domain.errors import NotAllowed
from jiugai.domain.intake.readers.opening import read_head
from jiugai.domain.intake.sniff import Sniffed, sniff
from jiugai.registry.intake import batches, files
from jiugai.registry.intake.batches import State
from jiugai.registry.models import ImportBatch

NAME_LENGTH = 200


def start(
    *, pieces: Iterable[bytes], name: str, actor: Actor, at: datetime, area_path: str = "", redo_of: int | None = None
) -> ImportBatch:
    """Store a file whose head can be read, and open a batch for it; nothing is written to the register.

    `area_path` is one of the areas in which the actor may import (default: the first). `redo_of` is a batch whose
    corrected file this is: its mapping is kept, and the earlier batch is closed. Raises NotAllowed, TooLarge,
    sniff.NotReadable (or a subclass), zips.ZipBomb; neither a batch nor the file is left behind then.
    """
    path = _area(actor, area_path)
    kept = files.keep(pieces, name=name)
    try:
        return _opened(kept, name=name, actor=actor, at=at, path=path, redo_of=redo_of)
    except BaseException:
        files.drop(kept.place)
        raise


@transaction.atomic
def _opened(kept: files.Kept, *, name: str, actor: Actor, at: datetime, path: str, redo_of: int | None) -> ImportBatch:
    batch = _made(kept, _looked_at(kept, name), name=name, actor=actor, at=at, path=path)
    if redo_of is not None:
        _take_over(batch, redo_of, actor)
    audit.record(
        action=Action.IMPORT_STARTED,
        actor=actor,
        subject=batch,
        after={"文件": batch.file_name, "大小": kept.size, "sha256": kept.sha256},
        area_path=path,
    )
    return batch


def _made(kept: files.Kept, found: Sniffed, *, name: str, actor: Actor, at: datetime, path: str) -> ImportBatch:
    pk, number = batches.next_number(at=at)
    return ImportBatch.objects.create(
        pk=pk,
        number=number,
        file=kept.place,
        file_name=name[-NAME_LENGTH:],
        file_kind=found.kind.value,
        file_size=kept.size,
        sha256=kept.sha256,
        area_path=path,
        uploaded_by_id=actor.user_id,
        uploaded_by_name=actor.name,
        organisation_id=actor.organisation_id,
        mapping={
            "sniffed": {"encoding": found.encoding, "delimiter": found.delimiter, "packed": found.packed},
        },
    )


def _looked_at(kept: files.Kept, name: str) -> Sniffed:
    """Return what a stored file is, after reading the first rows of each of its tables."""
    path = files.path_of(kept.place)
    found = sniff(path, name)
    read_head(path, found, name=name)
    return found


def _area(actor: Actor, wanted: str) -> str:
    paths = batches.import_paths(actor)
    if not paths:
        require(actor, Permission.IMPORT_RUN)
    if not wanted:
        return paths[0]
    if not any(wanted.startswith(p) for p in paths):
        raise NotAllowed("这个辖区不在您可以导入数据的范围内")
    return wanted


def _take_over(batch: ImportBatch, earlier_id: int, actor: Actor) -> None:
    """Let a corrected file go on with the mapping of the first one."""
    earlier = ImportBatch.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=earlier_id)
    if not actor.is_system:
        require(actor, Permission.IMPORT_RUN, earlier)
    if earlier.state not in batches.NOTHING_WRITTEN | {State.STOPPED, State.FAILED}:
        raise batches.WrongState(earlier, "用改好的文件代替")
    batch.mapping |= {k: v for k, v in earlier.mapping.items() if k not in {"sniffed", "sheets"}}
    batch.target, batch.source, batch.observed_on = earlier.target, earlier.source, earlier.observed_on
    batch.area_path = earlier.area_path
    batch.save()
    earlier.state, earlier.summary = State.STOPPED, earlier.summary | {"replaced_by": batch.pk}
    earlier.save(update_fields=["state", "summary"])


def twins_of(batch: ImportBatch, actor: Actor) -> list[ImportBatch]:
    """Return earlier batches of the same content that the actor may see, newest first."""
    same = ImportBatch.objects.visible_to(actor).filter(sha256=batch.sha256, pk__lt=batch.pk)
    return list(same.order_by("-pk")[:5])
