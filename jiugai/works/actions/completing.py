"""The fire standard of a project, its completion through the gate, its way to management (T22-3, T22-4, T11-6)."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from jiugai.accounts import audit
from jiugai.accounts.actor import Actor
from jiugai.accounts.codes import Action
from jiugai.accounts.guard import require
from jiugai.accounts.permissions import Permission
from jiugai.domain import fire
from jiugai.domain.errors import Refusal
from jiugai.domain.projects import BUILT
from jiugai.planning.actions.moving import complete_works
from jiugai.planning.models import Project
from jiugai.policy.occurrences import announce
from jiugai.registry.models import Building
from jiugai.works.kinds._shared import BadDay
from jiugai.works.models import Completion, FireRecord
from jiugai.works.queries.facts import project_on_site

SIGNERS = {
    "report": "竣工验收报告编号",
    "design": "设计单位",
    "contractor": "施工单位",
    "supervisor": "监理单位",
    "implementer": "实施主体",
}


class BadFire(Refusal):
    """The fire standard cannot be that one."""

    status = 422
    code = "bad_fire_standard"


class NotSigned(Refusal):
    """One of the four bodies has not signed."""

    status = 422
    code = "not_signed"


class OtherFirst(Refusal):
    """Another project of the community is on site and has to be completed first."""

    status = 409
    code = "other_first"


@transaction.atomic
def record_fire(
    *, project: Project, keeps_use: bool, standard: str, difficulty: str, reference: str, building: Building | None,
    actor: Actor, now: datetime,
) -> FireRecord:  # fmt: skip
    """Record the fire standard. The one of the time of building needs a kept use, a difficulty with its document, and a
    building whose year says what it was. Raises NotAllowed, BadFire.
    """
    require(actor, Permission.ACCEPTANCE_RUN, project)
    if project.stands in BUILT:
        raise BadFire("项目已经竣工，不能再改消防标准", where=project.code, remedy="在竣工验收备案里说明")
    as_built = standard == FireRecord.Standard.AS_BUILT
    if as_built:
        _check_floor(keeps_use, difficulty, reference, building)
    floor = fire.in_force(built_year=building.built_year, storeys=building.storeys) if as_built and building else None
    made = FireRecord.objects.create(
        project=project, keeps_use=keeps_use, standard=standard, difficulty=difficulty.strip() if as_built else "",
        reference=reference.strip() if as_built else "", building=building if as_built else None,
        floor=floor.text if floor else "", floor_doubt=floor.doubt if floor else "", by_name=actor.name, at=now,
        provenance=project.provenance,
    )  # fmt: skip
    audit.record(action=Action.FIRE_RECORDED, actor=actor, subject=project,
                 after={"标准": made.get_standard_display(), "困难": made.difficulty})  # fmt: skip
    _tell(project, "fire_recorded", f"消防标准：{made.get_standard_display()}", actor, now)
    return made


def _check_floor(keeps_use: bool, difficulty: str, reference: str, building: Building | None) -> None:
    if not keeps_use:
        raise BadFire("改变使用功能的改造要执行现行标准", where="采用的标准", clause="T22-3", remedy="选现行标准")
    if not difficulty.strip() or not reference.strip():
        raise BadFire("按建成时标准，要写明确有困难的理由和论证意见文号", where="确有困难的理由", clause="T22-4",
                      remedy="补上理由和文号，或执行现行标准")  # fmt: skip
    if building is None:
        raise BadFire("没有选按哪栋楼核定建成时的标准", where="楼栋", clause="T22-5", remedy="选建成最晚的一栋")


def _tell(project: Project, code: str, title: str, actor: Actor, now: datetime) -> None:
    for link in project.covers.select_related("community"):
        announce(code=code, community=link.community, title=title, actor=actor, now=now, words=project.code,
                 detail={"project": project.pk}, url=f"/works/{project.pk}/acceptance/")  # fmt: skip


@transaction.atomic
def complete(
    *, project: Project, completed_on: date, signed: Mapping[str, str], actor: Actor, now: datetime, on: date
) -> Completion:
    """Complete a project: four bodies have signed, and the gate lets every community through.

    Raises NotAllowed, NotSigned, BadDay, OtherFirst, MovedOn, and GateShut with the findings.
    """
    missing = [label for name, label in SIGNERS.items() if not signed.get(name, "").strip()]
    if missing:
        raise NotSigned(f"没有填{'、'.join(missing)}", where="签认", remedy="四方签认齐了再办")
    if completed_on > on or completed_on < (project.works_started_on or completed_on):
        raise BadDay(f"竣工验收日期 {completed_on} 不在开工到今天之间", where="竣工验收日期", remedy="核对日期")
    _in_turn(project)
    locked = complete_works(project=project, actor=actor, now=now, on=on)
    made = Completion.objects.create(
        project=locked, completed_on=completed_on, by_name=actor.name, at=now, provenance=project.provenance,
        **{name: signed[name].strip() for name in SIGNERS},
    )  # fmt: skip
    audit.record(action=Action.PROJECT_COMPLETED, actor=actor, subject=locked, after={"竣工": completed_on})
    return made


def _in_turn(project: Project) -> None:
    """The gate speaks of one project on site per community; another one that is earlier goes first."""
    for key in project.covers.values_list("community", flat=True):
        first: Any = project_on_site([key]).get(key)
        if first is not None and first.pk != project.pk:
            raise OtherFirst(f"这个小区的“{first}”先开工、还没有竣工", where=project.code, remedy="先办它的竣工验收")
