"""Filing documents, adding versions, opening and withdrawing them. Nothing is overwritten, every opening is logged."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pghistory
from django.db import transaction
from django.db.models import Max
from django.db.models.functions import Now

from jiugai.accounts import audit
from jiugai.accounts.actor import Actor
from jiugai.accounts.codes import Action
from jiugai.accounts.guard import require
from jiugai.accounts.permissions import Permission
from jiugai.domain.errors import Conflict, NotAllowed, Refusal
from jiugai.registry.actions.values import NoReason
from jiugai.registry.models import Community, Document, DocumentVersion
from jiugai.registry.queries.documents import is_shared_access, readable
from jiugai.registry.uploads import Stored, Upload, place_of, store


class DocumentWithdrawn(Conflict):
    """The document was withdrawn and takes no more versions."""

    code = "document_withdrawn"


class FileGone(Refusal):
    """The record is there, the file is not: somebody removed it behind our back."""

    status = 404
    code = "file_gone"


@dataclass(frozen=True)
class Filed:
    """What was filed. `twins` are documents of the same community that hold the same content already."""

    document: Document
    version: DocumentVersion
    twins: tuple[Document, ...] = ()


@dataclass(frozen=True)
class Opened:
    """A file ready to be sent."""

    path: Path
    version: DocumentVersion


@transaction.atomic
def file_document(
    *,
    community: Community,
    upload: Upload,
    actor: Actor,
    on: date,
    title: str = "",
    kind: str = "",
    private: bool = True,
) -> Filed:
    """Check and keep a file as a new document of a community; without a title the file's name is taken.

    Raises NotAllowed, BadFile, TooLarge.
    """
    require(actor, Permission.DOCUMENT_UPLOAD, community)
    stored = store(upload)
    twins = _twins(community, stored, actor, on=on)
    document = Document.objects.create(
        community=community,
        title=(title.strip() or stored.name)[:160],
        kind=kind,
        organisation_id=actor.organisation_id,
        private=private and actor.organisation_id is not None,
    )
    document.refresh_from_db()
    version = _add(document, stored, actor, number=1)
    audit.record(
        action=Action.DOCUMENT_ADDED,
        actor=actor,
        subject=document,
        after={"文件": stored.name, "大小": stored.size, "sha256": stored.sha256, "仅本单位": document.private},
    )
    return Filed(document, version, twins)


def _twins(community: Community, stored: Stored, actor: Actor, *, on: date) -> tuple[Document, ...]:
    """Find documents with the same content, among those the person may read."""
    same = community.documents.filter(readable(actor, on=on), versions__sha256=stored.sha256, withdrawn_at__isnull=True)
    return tuple(same.distinct())


def _add(document: Document, stored: Stored, actor: Actor, *, number: int) -> DocumentVersion:
    return DocumentVersion.objects.create(
        document=document,
        number=number,
        file=stored.path,
        file_name=stored.name,
        content_type=stored.content_type,
        size=stored.size,
        sha256=stored.sha256,
        uploaded_by_id=actor.user_id,
        uploaded_by_name=actor.name,
    )


@transaction.atomic
def add_version(*, document: Document, upload: Upload, actor: Actor, on: date) -> DocumentVersion:
    """Put a newer version on top; the older ones stay. Only the organisation that filed it may do so.

    Raises NotAllowed, DocumentWithdrawn, BadFile, TooLarge, and Conflict when nothing in it is new.
    """
    locked = _own(document, actor)
    stored = store(upload)
    last = locked.versions.order_by("-number").first()
    if last is not None and last.sha256 == stored.sha256:
        raise Conflict(f"内容和第 {last.number} 版一样，没有新增", where=stored.name, remedy="选改过的文件再上传")
    newest = locked.versions.aggregate(last=Max("number"))["last"] or 0
    version = _add(locked, stored, actor, number=newest + 1)
    audit.record(
        action=Action.DOCUMENT_ADDED,
        actor=actor,
        subject=locked,
        after={"版次": version.number, "文件": stored.name, "sha256": stored.sha256},
    )
    return version


@transaction.atomic
def withdraw_document(*, document: Document, actor: Actor, reason: str) -> None:
    """Mark a document as withdrawn; it stays on record. Raises NotAllowed, NoReason, DocumentWithdrawn."""
    if not reason.strip():
        raise NoReason
    locked = _own(document, actor)
    with pghistory.context(reason=reason):
        Document.objects.filter(pk=locked.pk).update(withdrawn_at=Now(), withdrawn_reason=reason.strip())
    audit.record(action=Action.DOCUMENT_WITHDRAWN, actor=actor, subject=locked, reason=reason)


def _own(document: Document, actor: Actor) -> Document:
    """Lock a document that the actor's organisation filed and that is not withdrawn."""
    require(actor, Permission.DOCUMENT_UPLOAD, document)
    locked = Document.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=document.pk)
    if locked.organisation_id is not None and locked.organisation_id != actor.organisation_id:
        raise NotAllowed(f"这份材料由{locked.organisation}归档，您的单位不能改", remedy="请归档单位更新或作废")
    if locked.withdrawn_at is not None:
        raise DocumentWithdrawn("这份材料已作废", remedy="作为新材料上传")
    return locked


def open_version(*, document: Document, number: int | None, actor: Actor) -> Opened:
    """Return a version's file (the newest without a number) and write down who opened it.

    The caller has checked scope and sharing; use of another organisation's private document is logged as shared access
    (T01-7). Raises FileGone.
    """
    versions = document.versions.order_by("-number")
    version = versions.first() if number is None else versions.filter(number=number).first()
    if version is None or not place_of(version.file).is_file():
        raise FileGone("文件不在了", where=document.title, remedy="告诉平台管理员，请他从备份恢复")
    shared = is_shared_access(document, actor)
    audit.record(
        action=Action.SHARED_ACCESS if shared else Action.DOCUMENT_OPENED,
        actor=actor,
        subject=document,
        after={"版次": version.number, "文件": version.file_name, "归档单位": str(document.organisation or "")},
    )
    return Opened(place_of(version.file), version)
