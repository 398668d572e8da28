"""Assigning local supervision to works without a permit, so that none is unwatched (T20-6)."""

from datetime import date, datetime

from django.db import transaction

from jiugai.accounts import audit
from jiugai.accounts.actor import Actor
from jiugai.accounts.codes import Action
from jiugai.accounts.guard import require
from jiugai.accounts.models import Organisation
from jiugai.accounts.permissions import Permission
from jiugai.approvals.models import LocalSupervision
from jiugai.domain.errors import Refusal
from jiugai.planning.models import Project
from jiugai.policy.occurrences import announce


class WrongSupervision(Refusal):
    """The body cannot watch there, or from that day."""

    status = 422
    code = "wrong_supervision"


@transaction.atomic
def assign_supervision(
    *, project: Project, supervisor: Organisation | None, since: date, reference: str, actor: Actor, now: datetime,
    on: date, by_name: str = "",
) -> LocalSupervision:  # fmt: skip
    """Let a body watch the site from a day on; the one before watches until then, so that there is no gap.

    Raises NotAllowed, WrongSupervision.
    """
    if not actor.is_system:
        require(actor, Permission.APPROVAL_HANDLE, project)
    held = Project.objects.select_for_update(of=("self",)).select_related("community").get(pk=project.pk)
    if supervisor is None:
        raise WrongSupervision("没有写由谁监管", where="属地监管部门", clause="T20-6", remedy="选街道或区级部门")
    _check(held, supervisor, since, on)
    before = LocalSupervision.objects.filter(project=held, until__isnull=True).first()
    if before is not None:
        _relieve(before, supervisor, since)
    made = LocalSupervision.objects.create(
        project=held, supervisor=supervisor, since=since, reference=reference.strip()[:120],
        by_name=by_name or actor.name, provenance=held.provenance,
    )  # fmt: skip
    audit.record(
        action=Action.SUPERVISION_ASSIGNED, actor=actor, subject=held,
        before={"监管": str(before.supervisor) if before else ""}, after={"监管": str(supervisor), "起": since},
    )  # fmt: skip
    announce(
        code="supervision_assigned", community=held.community, title=f"由{supervisor}属地监管", words=made.reference,
        actor=actor, now=now, detail={"project": held.pk}, url=f"/projects/{held.pk}/approvals/",
        demo=held.provenance == "demo",
    )  # fmt: skip
    return made


def _check(project: Project, supervisor: Organisation, since: date, on: date) -> None:
    if not project.area_path.startswith(supervisor.area_path):
        raise WrongSupervision(
            f"{supervisor}不在这里履职", where="属地监管部门", clause="T20-6", remedy="选项目所在街道或区的部门"
        )
    if since < project.proposed_on or since > on:
        raise WrongSupervision(
            f"起始日期要在项目提出（{project.proposed_on:%Y-%m-%d}）到今天之间", where="起始日期", remedy="核对日期"
        )


def _relieve(before: LocalSupervision, supervisor: Organisation, since: date) -> None:
    if before.supervisor_id == supervisor.pk:
        raise WrongSupervision("现在就由这个部门监管", where="属地监管部门", remedy="选别的部门")
    if since <= before.since:
        raise WrongSupervision(
            f"{before.supervisor}从 {before.since:%Y-%m-%d} 起监管", where="起始日期", remedy="填这一天以后的日期"
        )
    before.until = since
    before.save(update_fields=["until"])
