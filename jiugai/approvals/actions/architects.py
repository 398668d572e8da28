"""The architect in charge of a project and what he signs (T09-6)."""

from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from jiugai.accounts import audit
from jiugai.accounts.actor import Actor
from jiugai.accounts.codes import Action
from jiugai.accounts.guard import require
from jiugai.accounts.models import Organisation, User
from jiugai.accounts.permissions import Permission
from jiugai.approvals.models import ArchitectInCharge, SchemeEdition, SignOff
from jiugai.domain.errors import Conflict, NotAllowed, Refusal
from jiugai.domain.schemes import SignedFor
from jiugai.planning.models import Project


class WrongArchitect(Refusal):
    """The entry contradicts itself or another."""

    status = 422
    code = "wrong_architect"


class SignedAlready(Conflict):
    """The edition was signed for this already, or another edition stands now."""

    code = "signed_already"


@dataclass(frozen=True)
class Architect:
    """Who is put in charge, from which day."""

    name: str
    organisation: Organisation
    since: date
    user: User | None = None
    licence: str = ""


@transaction.atomic
def name_architect(*, project: Project, architect: Architect, actor: Actor, on: date) -> ArchitectInCharge:
    """Put an architect in charge of a project; the one before is in charge until the day before.

    Raises NotAllowed, WrongArchitect.
    """
    require(actor, Permission.SCHEME_SUBMIT, project)
    locked = Project.objects.select_for_update(of=("self",)).get(pk=project.pk)
    if not architect.name.strip():
        raise WrongArchitect("没有填姓名", where="姓名", clause="T09-6", remedy="填责任建筑师的姓名")
    if architect.since < locked.proposed_on or architect.since > on:
        raise WrongArchitect(
            f"起始日期要在项目提出（{locked.proposed_on:%Y-%m-%d}）到今天之间", where="起始日期", remedy="核对日期"
        )
    before = ArchitectInCharge.objects.filter(project=locked, valid__upper_inf=True).first()
    if before is not None:
        _end(before, architect.since)
    made = ArchitectInCharge.objects.create(
        project=locked, name=architect.name.strip(), organisation=architect.organisation, user=architect.user,
        licence=architect.licence.strip(), valid=DateRange(architect.since, None), provenance=locked.provenance,
    )  # fmt: skip
    audit.record(
        action=Action.ARCHITECT_NAMED, actor=actor, subject=project, before={"建筑师": before.name if before else ""},
        after={"建筑师": made.name, "单位": str(made.organisation), "起": architect.since},
    )  # fmt: skip
    return made


def _end(before: ArchitectInCharge, day: date) -> None:
    last = before.sign_offs.order_by("-signed_on").values_list("signed_on", flat=True).first()
    if day <= before.valid.lower or (last is not None and day <= last):
        raise WrongArchitect(
            f"{before.name}的任期或签署在这一天以后",
            where="起始日期",
            remedy=f"起始日期填{before.name}最后签署之后的一天",
        )
    before.valid = DateRange(before.valid.lower, day)
    before.save(update_fields=["valid"])


@transaction.atomic
def sign_off(*, edition: SchemeEdition, subject: str, statement: str, actor: Actor, on: date) -> SignOff:
    """Sign for the edition that stands, as the architect in charge on the day. Raises NotAllowed, SignedAlready.

    A signature belongs to this edition alone: what is replaced afterwards is a new edition without one.
    """
    project = edition.scheme.project
    require(actor, Permission.DESIGN_SIGN, project)
    rows = ArchitectInCharge.objects.filter(project=project, valid__contains=on)
    architect = rows.select_related("organisation").first()
    if architect is None:
        raise NotAllowed("这个项目还没有确定责任建筑师，请实施主体先登记")
    if not _may_sign(architect, actor):
        raise NotAllowed(f"由责任建筑师{architect.name}（{architect.organisation}）签署")
    if subject not in {one.value for one in SignedFor} or not statement.strip():
        raise WrongArchitect("没有选签署内容，或没有写意见", where="签署", clause="T09-6", remedy="选一项，再写意见")
    try:
        with transaction.atomic():
            made = SignOff.objects.create(
                architect=architect, edition=edition, subject=subject, statement=statement.strip()[:300], signed_on=on,
                by_name=actor.name,
            )  # fmt: skip
    except IntegrityError as problem:
        raise SignedAlready(
            "这一版已经签署，或者已有更新的一版", where=str(edition), clause="T09-6", remedy="刷新后签署现行的一版"
        ) from problem
    audit.record(
        action=Action.DESIGN_SIGNED, actor=actor, subject=project,
        after={"签署": made.get_subject_display(), "版次": edition.number, "意见": made.statement},
    )  # fmt: skip
    return made


def _may_sign(architect: ArchitectInCharge, actor: Actor) -> bool:
    if architect.user_id is not None:
        return architect.user_id == actor.user_id
    return architect.organisation_id == actor.organisation_id
