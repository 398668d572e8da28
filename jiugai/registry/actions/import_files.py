"""Handing out the files of an import: they hold whole registers, so who took one is written down."""

from pathlib import Path
from typing import IO, Any, NamedTuple

from jiugai.accounts import audit
from jiugai.accounts.actor import Actor
from jiugai.accounts.codes import Action
from jiugai.accounts.guard import require
from jiugai.accounts.permissions import Permission
from jiugai.registry.intake import annotating
from jiugai.registry.intake.files import path_of
from jiugai.registry.models import ImportBatch

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ANY = "application/octet-stream"


class HandedOut(NamedTuple):
    """An open file with its name and media type; whoever sends it closes it."""

    file: IO[bytes]
    name: str
    media_type: str


def hand_out_original(*, batch: ImportBatch, actor: Actor) -> HandedOut:
    """Return the file as it was uploaded. Raises NotAllowed, FileGone."""
    require(actor, Permission.IMPORT_RUN, batch)
    file: Any = path_of(batch.file).open("rb")
    _write_down(batch, actor, "原文件")
    return HandedOut(file, batch.file_name, ANY)


def hand_out_annotated(*, batch: ImportBatch, actor: Actor) -> HandedOut:
    """Return the file as a workbook with comments in the wrong cells. Raises NotAllowed, FileGone."""
    require(actor, Permission.IMPORT_RUN, batch)
    file = annotating.annotated(batch)
    _write_down(batch, actor, "批注好的文件")
    return HandedOut(file, f"{Path(batch.file_name).stem}（批注）.xlsx", XLSX)


def _write_down(batch: ImportBatch, actor: Actor, what: str) -> None:
    after = {"内容": what, "文件": batch.file_name, "行数": batch.rows_total}
    audit.record(action=Action.EXPORTED, actor=actor, subject=batch, after=after, area_path=batch.area_path)
