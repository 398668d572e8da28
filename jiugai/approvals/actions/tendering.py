"""Publishing tender plans ahead and tenders through their gate (T19-6…9)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from jiugai.accounts import audit
from jiugai.accounts.actor import CITY_PATH, SYSTEM, Actor, Grant
from jiugai.accounts.codes import Action
from jiugai.accounts.guard import require
from jiugai.accounts.permissions import Permission
from jiugai.accounts.roles import Role
from jiugai.approvals.models import Tender, TenderPlan
from jiugai.domain.errors import Conflict, Refusal
from jiugai.domain.process import Move
from jiugai.domain.tenders import Days, Form, wrong
from jiugai.matters.actions import open_matter
from jiugai.planning.models import GatePassage, Project
from jiugai.policy import figures
from jiugai.policy.actions.judging import pass_gate
from jiugai.policy.occurrences import announce
from jiugai.registry.models import Community

GATE = "publish_tender"
# The gate decides, not the office: who runs the tender needs no right to pass gates, the gate is asked for him.
GATEKEEPER = Actor(name="关口", grants=(Grant(Role.CITY_LEAD, CITY_PATH),))


class WrongTender(Refusal):
    """The plan or the tender cannot be published as it is."""

    status = 422
    code = "wrong_tender"


class TenderRuns(Conflict):
    """A tender of the same form is under way."""

    code = "tender_runs"


@dataclass(frozen=True)
class Plan:
    """A tender plan to be published today."""

    content: str
    expected_on: date
    reference: str
    form: str = Form.EPC.value


@transaction.atomic
def publish_plan(*, project: Project, plan: Plan, actor: Actor, now: datetime, on: date) -> TenderPlan:
    """Publish a tender plan (T19-7). How long ahead of the notice, the gate asks. Raises NotAllowed, WrongTender."""
    require(actor, Permission.APPROVAL_RUN, project)
    if plan.expected_on <= on:
        raise WrongTender(
            "拟发布招标公告的日期要在今天以后",
            where="拟发布日期",
            clause="T19-7",
            remedy="计划要提前发布，填以后的日期",
        )
    if not plan.content.strip() or not plan.reference.strip():
        raise WrongTender("没有写招标内容或发布编号", where="招标计划", clause="T19-7", remedy="两项都要填")
    try:
        with transaction.atomic():
            made = TenderPlan.objects.create(
                project=project, content=plan.content.strip()[:300], form=plan.form, expected_on=plan.expected_on,
                published_on=on, reference=plan.reference.strip()[:120], by_name=actor.name,
                provenance=project.provenance,
            )  # fmt: skip
    except IntegrityError as problem:
        raise WrongTender("这个发布编号已经登记", where="发布编号", remedy="核对编号") from problem
    audit.record(action=Action.TENDER_PLANNED, actor=actor, subject=project, after={"编号": made.reference, "发布": on})
    announce(
        code="tender_planned", community=project.community, title="发布招标计划", words=made.content, actor=actor,
        now=now,
        detail={"project": project.pk}, url=f"/projects/{project.pk}/approvals/", demo=project.provenance == "demo",
    )  # fmt: skip
    return made


@transaction.atomic
def prepare_tender(
    *, project: Project, form: str, actor: Actor, now: datetime, form_reason: str = "", method: str = "open",
    detail: str = "",
) -> Any:  # fmt: skip
    """Prepare a tender: EPC unless a reason speaks for another form (T19-8). Raises NotAllowed, TenderRuns."""
    require(actor, Permission.APPROVAL_RUN, project)
    held = Project.objects.select_for_update(of=("self",)).select_related("community", "implementer").get(pk=project.pk)
    if Tender.objects.filter(project=held, form=form, closed_at__isnull=True).exists():
        raise TenderRuns("这种发包方式的招标正在办理", where=held.code, remedy="在原来的招标上继续")
    if form != Form.EPC and not form_reason.strip():
        raise WrongTender(
            "没有采用工程总承包，也没有写理由", where="发包方式", clause="T19-8", remedy="改用工程总承包，或写明理由"
        )
    values = {
        "project": held, "form": form, "form_reason": form_reason.strip()[:300], "method": method, "detail": detail,
        "project_ref": held.code, "title": f"{Form(form).label}招标：{held}"[:160],
        "owner": held.implementer or held.lead,
    }  # fmt: skip
    return open_matter(
        model=Tender, values=values, community=held.community, actor=SYSTEM, now=now, provenance=held.provenance
    )


def check_tender(row: Any, move: Move, actor: Actor, now: datetime) -> None:
    """Check the days by the figures of the day, and for the notice pass the gate of every community covered.

    Raises WrongTender and GateShut.
    """
    on = timezone.localdate(now)
    if move.code in ("fail", "stop"):
        return
    days = days_of(row, notice_on=on if move.code == "publish" else row.notice_on)
    said = wrong(days, figures.current(), on)
    if said:
        raise WrongTender(said[0], where=row.title, clause="T19-6", remedy="核对日期", details=said[1:])
    if move.code == "publish":
        _through_the_gate(row.project, actor, now, on)


def days_of(row: Any, *, notice_on: date | None) -> Days:
    """Return the days of a tender as they stand."""
    names = ("files_from", "files_until", "bids_on", "candidates_from", "candidates_until", "awarded_on", "contract_on")
    return Days(notice_on=notice_on, **{name: getattr(row, name) for name in names})


def _through_the_gate(project: Project, actor: Actor, now: datetime, on: date) -> None:
    for community in Community.objects.filter(project_links__project=project).order_by("pk"):
        decision = pass_gate(gate=GATE, community=community, actor=GATEKEEPER, now=now, on=on)
        GatePassage.objects.get_or_create(
            project=project, community=community, gate=GATE,
            defaults={"decision": decision, "at": now, "by_name": actor.name},
        )  # fmt: skip


def follow_tender(row: Any, code: str, actor: Actor, now: datetime) -> None:
    """Write the day of the notice."""
    if code == "publish":
        row.notice_on = timezone.localdate(now)
        row.save(update_fields=["notice_on"])
