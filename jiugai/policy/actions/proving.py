"""Recording and withdrawing evidence (凭证登记)."""

from dataclasses import dataclass
from datetime import date, datetime

import pghistory
from django.db import IntegrityError, transaction

from jiugai.accounts import audit
from jiugai.accounts.actor import Actor
from jiugai.accounts.codes import Action
from jiugai.accounts.guard import require
from jiugai.accounts.permissions import Permission
from jiugai.domain.errors import Conflict, Refusal
from jiugai.domain.evidence import EvidenceKind, kind_of
from jiugai.policy.models import EvidenceRecord
from jiugai.policy.occurrences import announce
from jiugai.registry.actions.documents import file_document
from jiugai.registry.choices import Provenance
from jiugai.registry.models import Community, Document
from jiugai.registry.uploads import Upload


class BadEvidence(Refusal):
    """The evidence contradicts itself or proves nothing the policy asks for."""

    code = "bad_evidence"


class EvidenceTwice(Conflict):
    """This document is recorded already."""

    code = "evidence_twice"


class EvidenceWithdrawn(Conflict):
    """Somebody withdrew it first."""

    code = "evidence_withdrawn"


@dataclass(frozen=True)
class NewEvidence:
    """What the form asks for."""

    about: str
    state: str
    reference: str
    issued_by: str
    on: date
    until: date | None = None
    note: str = ""


@transaction.atomic
def record_evidence(
    *,
    community: Community,
    new: NewEvidence,
    actor: Actor,
    now: datetime,
    today: date,
    upload: Upload | None = None,
    demo: bool = False,
) -> EvidenceRecord:
    """Record a document made outside the product as proof, with its file when there is one.

    Raises NotAllowed, UnknownEvidence, BadEvidence, EvidenceTwice, and what filing a document raises.
    """
    require(actor, Permission.EVIDENCE_RECORD, community)
    kind = kind_of(new.about)
    _check(new, kind, today)
    document = _filed(community, new, kind, upload, actor, today)
    made = _made(community, new, document, actor, now, demo)
    audit.record(
        action=Action.EVIDENCE_RECORDED,
        actor=actor,
        subject=made,
        after={"凭证": kind.label, "结论": made.get_state_display(), "文号": made.reference, "日期": str(made.on)},
    )
    announce(
        code="evidence_recorded",
        community=community,
        title=f"登记凭证：{kind.label}（{made.get_state_display()}）",
        words=f"{made.issued_by}{made.reference}，{made.on:%Y-%m-%d}",
        actor=actor,
        now=now,
        detail={"evidence": made.pk, "about": new.about},
        demo=demo,
    )
    return made


def _check(new: NewEvidence, kind: EvidenceKind, today: date) -> None:
    if not new.reference.strip() or not new.issued_by.strip():
        raise BadEvidence("没有写文号或出具单位", where=kind.label, remedy="照文件填写文号和出具单位")
    if new.on > today:
        raise BadEvidence("出具日期在今天以后", where="出具日期", remedy="核对文件上的日期")
    if new.until is not None and new.until < new.on:
        raise BadEvidence("有效至早于出具日期", where="有效至", remedy="核对文件上的日期")
    if new.state not in EvidenceRecord.State.values:
        raise BadEvidence("结论不在可选范围内", where="结论", remedy="选已具备、不符合或依规免办")
    if new.state == EvidenceRecord.State.EXEMPT and not kind.exempts:
        clause = kind.clauses[0]
        raise BadEvidence(f"{kind.label}不能免办", where="结论", clause=clause, remedy="登记已具备或不符合")


def _filed(
    community: Community, new: NewEvidence, kind: EvidenceKind, upload: Upload | None, actor: Actor, today: date
) -> Document | None:
    if upload is None:
        return None
    title = f"{kind.label} {new.reference}"
    filed = file_document(
        community=community, upload=upload, actor=actor, on=today, title=title, kind="依据材料", private=False
    )
    return filed.document


def _made(
    community: Community, new: NewEvidence, document: Document | None, actor: Actor, now: datetime, demo: bool
) -> EvidenceRecord:
    try:
        with transaction.atomic():
            made = EvidenceRecord.objects.create(
                community=community,
                about=new.about,
                state=new.state,
                reference=new.reference.strip(),
                issued_by=new.issued_by.strip(),
                on=new.on,
                until=new.until,
                note=new.note.strip(),
                document=document,
                recorded_by_id=actor.user_id,
                recorded_by_name=actor.name,
                recorded_at=now,
                provenance=Provenance.DEMO if demo else Provenance.REAL,
            )
    except IntegrityError as twice:
        if "evidence_reference_once" not in str(twice):
            raise
        raise EvidenceTwice(
            f"文号 {new.reference} 已经登记过", where=kind_of(new.about).label, remedy="要更正，先作废原来的再登记"
        ) from twice
    made.refresh_from_db()
    return made


@transaction.atomic
def withdraw_evidence(*, evidence_id: int, actor: Actor, reason: str, now: datetime) -> EvidenceRecord:
    """Withdraw evidence recorded by mistake; it stays on record. Raises NotAllowed, BadEvidence, EvidenceWithdrawn."""
    found = EvidenceRecord.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=evidence_id)
    require(actor, Permission.EVIDENCE_RECORD, found)
    if not reason.strip():
        raise BadEvidence("没有写作废原因", where="作废原因", remedy="写明为什么作废")
    if found.withdrawn_at is not None:
        raise EvidenceWithdrawn(f"{found.withdrawn_by_name}已经作废了这份凭证", remedy="刷新页面看现在的状态")
    found.withdrawn_at, found.withdrawn_by_name, found.withdrawn_reason = now, actor.name, reason.strip()
    with pghistory.context(reason=reason):
        found.save(update_fields=["withdrawn_at", "withdrawn_by_name", "withdrawn_reason"])
    audit.record(action=Action.EVIDENCE_WITHDRAWN, actor=actor, subject=found, reason=reason)
    announce(
        code="evidence_withdrawn",
        community=found.community,
        title=f"作废凭证：{found.get_about_display()}",
        words=f"{found.reference}，{reason.strip()}",
        actor=actor,
        now=now,
        detail={"evidence": found.pk, "about": found.about},
    )
    return found
