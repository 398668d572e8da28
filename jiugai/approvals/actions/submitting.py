"""Submitting a scheme as its next edition; what was signed or answered before stays on the edition it was given on."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from django.db import IntegrityError, transaction

from jiugai.accounts import audit
from jiugai.accounts.actor import SYSTEM, Actor
from jiugai.accounts.codes import Action
from jiugai.accounts.guard import require
from jiugai.accounts.permissions import Permission
from jiugai.approvals.models import Scheme, SchemeEdition, SchemeItem
from jiugai.domain.errors import Conflict, Refusal
from jiugai.domain.projects import State
from jiugai.domain.schemes import SchemeKind
from jiugai.matters.actions import move
from jiugai.planning.models import PlannerOpinion, Project
from jiugai.policy.occurrences import announce
from jiugai.registry.actions.documents import add_version, file_document
from jiugai.registry.models import Document, DocumentVersion
from jiugai.registry.uploads import Upload

MOST_ITEMS = 500


class WrongScheme(Refusal):
    """The edition cannot be taken as it is."""

    status = 422
    code = "wrong_scheme"


class SubmittedMeanwhile(Conflict):
    """Somebody else submitted an edition while this one was being prepared."""

    code = "scheme_submitted_meanwhile"


@dataclass(frozen=True)
class Item:
    """A thing that a scheme provides for; `measure` and `value` are checked against the design standards."""

    name: str
    place: str = ""
    quantity: Decimal | None = None
    unit: str = ""
    measure: str = ""
    value: Decimal | None = None


@dataclass(frozen=True)
class Draft:
    """An edition to be submitted. A file or a reference is needed, and from the second edition on a reason.

    `after` is the newest edition the person saw, None for any: who submits on an older one is refused.
    """

    kind: SchemeKind
    items: Sequence[Item]
    reference: str = ""
    summary: str = ""
    change: str = ""
    upload: Upload | None = None
    submitted_on: date | None = None
    after: int | None = None
    provenance: str = field(default="real")


@transaction.atomic
def submit_scheme(*, project: Project, draft: Draft, actor: Actor, now: datetime, on: date) -> SchemeEdition:
    """Submit the next edition of a scheme (T09-4, T11-1); both planners are asked about it (T19-10).

    Questions about older editions that nobody answered are taken back; answers given on them stay there and count no
    more. Raises NotAllowed, WrongScheme, SubmittedMeanwhile, BadFile, TooLarge.
    """
    require(actor, Permission.SCHEME_SUBMIT, project)
    locked = Project.objects.select_for_update(of=("self",)).select_related("community").get(pk=project.pk)
    day = draft.submitted_on or on
    scheme, _ = Scheme.objects.get_or_create(
        project=locked, kind=draft.kind.value, defaults={"provenance": locked.provenance}
    )
    last = scheme.editions.order_by("-number").first()
    _check(locked, draft, last, day=day, on=on)
    version = _filed(locked, draft, last, actor, on=on)
    edition = _create(scheme, draft, last, version, actor, day)
    _take_back_questions(locked, draft.kind, edition, now)
    _tell(locked, draft, edition, actor, now)
    return edition


def _check(project: Project, draft: Draft, last: SchemeEdition | None, *, day: date, on: date) -> None:
    label, number = draft.kind.label, last.number if last else 0
    if project.stands in (State.EXITED, State.WITHDRAWN, State.COMPLETED):
        raise WrongScheme(f"项目{project.stands.label}，不能再报送方案", where=project.code, remedy="核对项目状态")
    if draft.after is not None and draft.after != number:
        raise SubmittedMeanwhile(
            f"您打开之后，{last.submitted_by_name if last else '别人'}已报送第 {number} 版{label}",
            where=label, remedy="看过最新一版后再报送",
        )  # fmt: skip
    if not draft.items or len(draft.items) > MOST_ITEMS:
        raise WrongScheme(
            f"没有列出{label}的改造项目" if not draft.items else f"超过 {MOST_ITEMS} 项", where="改造项目",
            clause=draft.kind.clause, remedy="按清单逐项列出，可以从 Excel 粘贴",
        )  # fmt: skip
    if last and not draft.change.strip():
        raise WrongScheme("没有写修改原因", where="修改原因", remedy=f"写明第 {number + 1} 版改了什么、为什么")
    if draft.upload is None and not draft.reference.strip():
        raise WrongScheme("没有方案文件，也没有写图号或存放处", where="文件", remedy="上传文件，或写纸质方案在哪里")
    _check_day(project, last, day, on)


def _check_day(project: Project, last: SchemeEdition | None, day: date, on: date) -> None:
    if day > on:
        raise WrongScheme("报送日期在今天以后", where="报送日期", remedy="填实际报送的日期")
    earliest = max(project.proposed_on, last.submitted_on) if last else project.proposed_on
    if day < earliest:
        what = "上一版报送" if last and last.submitted_on == earliest else "项目提出"
        raise WrongScheme(
            f"报送日期（{day:%Y-%m-%d}）早于{what}日期（{earliest:%Y-%m-%d}）", where="报送日期", remedy="核对日期"
        )


def _filed(
    project: Project, draft: Draft, last: SchemeEdition | None, actor: Actor, *, on: date
) -> DocumentVersion | None:
    """Keep the file: as a newer version of the scheme's document where the same body filed that, else as a new one."""
    if draft.upload is None:
        return None
    document = last.document if last else None
    if document is not None and document.organisation_id == actor.organisation_id and not document.withdrawn_at:
        return add_version(document=document, upload=draft.upload, actor=actor, on=on)
    filed = file_document(
        community=project.community, upload=draft.upload, actor=actor, on=on, kind=draft.kind.label, private=False
    )
    return filed.version


def _create(
    scheme: Scheme, draft: Draft, last: SchemeEdition | None, version: DocumentVersion | None, actor: Actor, day: date
) -> SchemeEdition:
    document = Document.objects.get(pk=version.document_id) if version else None
    try:
        with transaction.atomic():
            made = SchemeEdition.objects.create(
                scheme=scheme, number=last.number + 1 if last else 1, document=document, version=version,
                reference=draft.reference.strip()[:160], summary=draft.summary.strip()[:500],
                change=draft.change.strip()[:300], submitted_on=day, submitted_by_id=actor.user_id,
                submitted_by_name=actor.name,
            )  # fmt: skip
            SchemeItem.objects.bulk_create(
                SchemeItem(edition=made, number=n, name=item.name.strip()[:80], place=item.place.strip()[:80],
                           quantity=item.quantity, unit=item.unit.strip()[:12], measure=item.measure, value=item.value)
                for n, item in enumerate(draft.items, 1)
            )  # fmt: skip
    except IntegrityError as problem:
        raise WrongScheme("有的项目写得不全", where="改造项目", remedy="每项写名称；写了指标的要写设计值") from problem
    return made


def _take_back_questions(project: Project, kind: SchemeKind, edition: SchemeEdition, now: datetime) -> None:
    """Stop what still waits about older editions; the new one is asked about instead."""
    waiting = PlannerOpinion.objects.filter(project=project, at=kind.value, closed_at__isnull=True)
    for opinion in waiting.order_by("pk"):
        reason = f"已报送第 {edition.number} 版，重新送请"
        move(matter=opinion, move="stop", actor=SYSTEM, now=now, reason=reason)


def _tell(project: Project, draft: Draft, edition: SchemeEdition, actor: Actor, now: datetime) -> None:
    audit.record(
        action=Action.SCHEME_SUBMITTED, actor=actor, subject=project, reason=edition.change,
        after={"方案": draft.kind.label, "版次": edition.number, "项目数": len(draft.items)},
    )  # fmt: skip
    announce(
        code="scheme_submitted", community=project.community, actor=actor, now=now,
        title=f"报送{draft.kind.label}第 {edition.number} 版", words=edition.change or edition.summary,
        detail={"project": project.pk, "edition": edition.number, "at": draft.kind.value},
        url=f"/projects/{project.pk}/design/", demo=project.provenance == "demo",
    )  # fmt: skip
