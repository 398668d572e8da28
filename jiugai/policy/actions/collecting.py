"""Keeping the policy library: documents, their versions, and what they govern."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction

from jiugai.accounts import audit
from jiugai.accounts.actor import Actor
from jiugai.accounts.codes import Action
from jiugai.accounts.guard import require
from jiugai.accounts.permissions import Permission
from jiugai.domain.errors import Conflict, Refusal
from jiugai.policy.linking import is_known
from jiugai.policy.models import PolicyDocument, PolicyLink, PolicyVersion
from jiugai.registry.uploads import Upload, store


class BadPolicy(Refusal):
    """Something about the document does not fit."""

    code = "bad_policy"


class PolicyTwice(Conflict):
    """The library has it already."""

    code = "policy_twice"


@dataclass(frozen=True)
class NewVersion:
    """One version of a document."""

    label: str
    source: str
    issued_on: date | None = None
    since: date | None = None
    until: date | None = None
    note: str = ""


@dataclass(frozen=True)
class NewPolicy:
    """A document with its first version."""

    title: str
    number: str
    issuer: str
    level: str
    summary: str


def search_text(*words: str) -> str:
    """Return the words a document is found by."""
    return " ".join(word for word in words if word)


@transaction.atomic
def add_policy(
    *, new: NewPolicy, version: NewVersion, actor: Actor, now: datetime, upload: Upload | None = None
) -> PolicyDocument:
    """Take a document into the library. Raises NotAllowed, BadPolicy, PolicyTwice, BadFile, TooLarge."""
    require(actor, Permission.POLICY_MANAGE)
    number = new.number.strip()
    if number and PolicyDocument.objects.filter(number=number).exists():
        raise PolicyTwice(f"{number} 已在政策库", where="文号", remedy="打开已有的那份，加新版次")
    made = PolicyDocument.objects.create(
        key=f"entered-{now:%Y%m%d%H%M%S%f}",
        title=new.title.strip(),
        number=number,
        issuer=new.issuer.strip(),
        level=new.level,
        summary=new.summary.strip(),
        search_text=search_text(new.title, number, new.issuer, new.summary),
        made_at=now,
    )
    add_version(document=made, new=version, actor=actor, now=now, upload=upload)
    audit.record(action=Action.POLICY_SAVED, actor=actor, subject=made, after={"文号": number, "名称": made.title})
    return made


@transaction.atomic
def add_version(
    *, document: PolicyDocument, new: NewVersion, actor: Actor, now: datetime, upload: Upload | None = None
) -> PolicyVersion:
    """Add a version to a document; nothing is overwritten. Raises NotAllowed, BadPolicy, PolicyTwice, BadFile."""
    require(actor, Permission.POLICY_MANAGE)
    if new.since and new.until and new.until < new.since:
        raise BadPolicy("失效日期早于施行日期", where="失效日期", remedy="核对文件上的日期")
    if not new.source.strip():
        raise BadPolicy("没有写来源", where="来源", remedy="写明在哪里看到的：网址、公报期号或来文编号")
    kept = store(upload) if upload else None
    try:
        with transaction.atomic():
            made = PolicyVersion.objects.create(
                document=document,
                label=new.label.strip(),
                issued_on=new.issued_on,
                since=new.since,
                until=new.until,
                source=new.source.strip(),
                note=new.note.strip(),
                file=kept.path if kept else "",
                file_name=kept.name if kept else "",
                sha256=kept.sha256 if kept else "",
                added_by_id=actor.user_id,
                added_by_name=actor.name,
                added_at=now,
            )
    except IntegrityError as twice:
        raise PolicyTwice(f"这份文件已有版次“{new.label}”", where="版次", remedy="换一个版次名") from twice
    audit.record(action=Action.POLICY_SAVED, actor=actor, subject=document, after={"版次": made.label})
    return made


@transaction.atomic
def link_policy(*, document: PolicyDocument, kind: str, ref: str, place: str, actor: Actor) -> PolicyLink:
    """Say what a document governs. Raises NotAllowed, BadPolicy for what does not exist, PolicyTwice."""
    require(actor, Permission.POLICY_MANAGE)
    if not is_known(kind, ref):
        raise BadPolicy(f"没有{ref}", where="关联对象", remedy="照条款号、规则或环节的编码填写，例如 T03-1")
    try:
        with transaction.atomic():
            made = PolicyLink.objects.create(document=document, kind=kind, ref=ref, place=place.strip())
    except IntegrityError as twice:
        raise PolicyTwice("已经关联过", where=ref, remedy="不用再关联") from twice
    audit.record(action=Action.POLICY_SAVED, actor=actor, subject=document, after={"关联": f"{kind} {ref}"})
    return made
