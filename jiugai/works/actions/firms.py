"""Which firms work on a site, since when."""

from datetime import date, datetime

from django.db import transaction

from jiugai.accounts import audit
from jiugai.accounts.actor import Actor
from jiugai.accounts.codes import Action
from jiugai.accounts.guard import require
from jiugai.accounts.models import Organisation
from jiugai.accounts.permissions import Permission
from jiugai.domain.errors import Refusal
from jiugai.planning.models import Project
from jiugai.works.models import SiteFirm


class BadFirm(Refusal):
    """The firm cannot have this duty from this day."""

    status = 422
    code = "bad_firm"


@transaction.atomic
def name_firm(*, project: Project, duty: str, firm: Organisation, since: date, actor: Actor, now: datetime) -> SiteFirm:
    """Record who has a duty on a project from a day; who had it before ends then. Raises NotAllowed, BadFirm."""
    require(actor, Permission.SITE_RUN, project)
    Project.objects.select_for_update(of=("self",)).get(pk=project.pk)
    if duty not in SiteFirm.Duty.values:
        raise BadFirm("没有这种职责", where="职责", remedy="选施工、监理或设计单位")
    last = SiteFirm.objects.filter(project=project, duty=duty, until__isnull=True).first()
    if last is not None and (last.firm_id == firm.pk or since < last.since):
        raise BadFirm(
            f"{last.get_duty_display()}从 {last.since} 起就是{last.firm}", where="单位", remedy="核对单位和进场日期"
        )
    other = SiteFirm.objects.filter(project=project, firm=firm, until__isnull=True).exclude(duty=duty)
    if {duty, *other.values_list("duty", flat=True)} >= {"contractor", "supervisor"}:
        raise BadFirm(f"{firm}不能既施工又监理", where="单位", remedy="监理单位不得与施工单位是同一家")
    if last is not None:
        SiteFirm.objects.filter(pk=last.pk).update(until=since)
    made = SiteFirm.objects.create(
        project=project, duty=duty, firm=firm, since=since, by_name=actor.name, at=now, provenance=project.provenance
    )
    audit.record(action=Action.SITE_SAVED, actor=actor, subject=project,
                 after={made.get_duty_display(): str(firm), "进场": since})  # fmt: skip
    return made
