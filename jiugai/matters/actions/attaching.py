"""Putting documents into a matter's papers."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from jiugai.accounts.actor import Actor
from jiugai.accounts.permissions import Permission
from jiugai.domain.errors import Conflict, Refusal
from jiugai.matters.actions.journal import write
from jiugai.matters.actions.locking import locked
from jiugai.matters.models import Matter, MatterDocument
from jiugai.matters.models.log import What
from jiugai.matters.rights import require_do
from jiugai.registry.actions.documents import file_document
from jiugai.registry.models import Document
from jiugai.registry.uploads import Upload


class NoShelf(Refusal):
    """Documents are kept in a community's file; this matter has none."""

    code = "no_shelf"


@transaction.atomic
def attach(
    *,
    matter: Matter,
    kind: str,
    actor: Actor,
    now: datetime,
    upload: Upload | None = None,
    document: Document | None = None,
    title: str = "",
    private: bool = False,
) -> MatterDocument:
    """Put a new file, or a document of the same community, into the papers as a kind of paper.

    Raises NotAllowed, NoShelf, BadFile, TooLarge, and Conflict where it is there already.
    """
    fresh = locked(matter, version=None)
    require_do(actor, Permission.MATTER_WORK, fresh)
    if upload is not None:
        document = _filed(fresh, kind, upload, actor, now, title=title, private=private)
    if document is None or document.community_id != fresh.community_id:
        raise Refusal("没有选材料，或者它不是这个小区的", where="材料", remedy="选一个文件上传")
    return _put(fresh, document, kind, actor, now)


def _filed(
    matter: Any, kind: str, upload: Upload, actor: Actor, now: datetime, *, title: str, private: bool
) -> Document:
    if matter.community is None:
        raise NoShelf("这件事项不属于某个小区，没有地方存材料", where=matter.title, remedy="在留言里写明材料在哪里")
    on = timezone.localdate(now)
    filed = file_document(
        community=matter.community, upload=upload, actor=actor, on=on, title=title, kind=kind, private=private
    )
    return filed.document


def _put(matter: Any, document: Document, kind: str, actor: Actor, now: datetime) -> MatterDocument:
    try:
        with transaction.atomic():
            paper = MatterDocument.objects.create(
                matter_id=matter.pk, document=document, kind=kind[:40], stage=matter.stage, attached_by_name=actor.name,
                at=now,
            )  # fmt: skip
    except IntegrityError:
        raise Conflict("这份材料已经附上", where=document.title) from None
    write(matter=matter, what=What.ATTACHED, actor=actor, now=now, document=document,
          after={"kind": kind, "title": document.title})  # fmt: skip
    return paper
