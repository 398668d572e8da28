"""Proposing a renovation project for one or several communities."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, connection, transaction

from jiugai.accounts import audit
from jiugai.accounts.actor import Actor
from jiugai.accounts.codes import Action
from jiugai.accounts.guard import require
from jiugai.accounts.models import Organisation
from jiugai.accounts.permissions import Permission
from jiugai.domain.errors import Conflict, Refusal
from jiugai.domain.projects import ITEMS, UnknownKind, kind_of
from jiugai.planning.models import Project, ProjectBuilding, ProjectCommunity
from jiugai.policy.models import Occurrence
from jiugai.policy.occurrences import announce
from jiugai.registry.actions.codes import next_code
from jiugai.registry.choices import Provenance
from jiugai.registry.models import Building, Community


class AlreadyProposed(Conflict):
    """The community is in a project that has not begun; what is to be done belongs into that one."""

    code = "already_proposed"


class WrongScope(Refusal):
    """The communities or buildings do not belong together in one project."""

    code = "wrong_scope"


class NoLead(Refusal):
    """No housing department is on record for the district, so nobody could lead (T06-2)."""

    code = "no_lead"


@dataclass(frozen=True)
class Proposal:
    """What is proposed. The first community leads; without buildings the communities are covered whole."""

    communities: Sequence[Community]
    kind: str
    title: str = ""
    items: Sequence[str] = ()
    content: str = ""
    buildings: Sequence[Building] = ()
    implementer: Organisation | None = None
    cost_yuan: int | None = None
    works_area_m2: int | None = None
    checkup_ref: str = ""
    checkup_on: date | None = None
    provenance: str = Provenance.REAL


@transaction.atomic
def propose_project(
    *, proposal: Proposal, actor: Actor, now: datetime, on: date, cause: Occurrence | None = None
) -> Project:
    """Put a project forward (T03-4, T03-8, T03-12); it waits outside the pool until the gate lets it in.

    The database names the leading and the organising body (T06-2, T06-4). `cause` is the occurrence whose line-up asks
    for it; then nobody is asked for a right. Raises NotAllowed, AlreadyProposed, WrongScope, NoLead.
    """
    # What an event opens by itself needs no right of the person who caused the event.
    for community in proposal.communities if cause is None else ():
        require(actor, Permission.POOL_PROPOSE, community)
    _check(proposal)
    project = _create(proposal, actor, on=on)
    audit.record(
        action=Action.PROJECT_PROPOSED,
        actor=actor,
        subject=project,
        after={"类型": project.type.label, "小区": [str(c) for c in proposal.communities], "体检": project.checkup_ref},
    )
    for community in proposal.communities:
        announce(
            code="project_proposed",
            community=community,
            title=f"提出改造项目：{project.type.label}",
            words=f"{project.code}，{project.lead}牵头" + (f"，{project.organiser}组织" if project.organiser else ""),
            actor=actor,
            now=now,
            detail={"project": project.pk, "kind": project.kind, "first": community == proposal.communities[0]},
            url=f"/projects/{project.pk}/",
            cause=cause,
            handler="propose_project" if cause else "",
        )
    return project


def _check(proposal: Proposal) -> None:
    try:
        kind_of(proposal.kind)
    except UnknownKind as problem:
        raise Refusal("没有这种改造类型", where="改造类型", remedy="从列表里选一种") from problem
    if not set(proposal.items) <= {item.code for item in ITEMS}:
        raise Refusal("有的单项不在列表里", where="同时做的单项", remedy="从列表里选")
    if not proposal.communities:
        raise WrongScope("没有选小区", where="小区", remedy="至少选一个小区")
    streets = {_street(community) for community in proposal.communities}
    if len(streets) > 1:
        raise WrongScope(
            "几个小区不在同一个街道", where="小区", clause="T06-4", remedy="按街道分开提出，一个项目由一个街道组织"
        )
    for community in proposal.communities:
        if community.merged_into_id or community.withdrawn_at:
            raise WrongScope(f"{community}的档案已并入别处或撤回", where="小区", remedy="改选现行档案")
    own = {community.pk for community in proposal.communities}
    stray = [building for building in proposal.buildings if building.community_id not in own]
    if stray:
        raise WrongScope(f"{stray[0]}不在所选小区里", where="楼栋", remedy="去掉它，或把它的小区也选上")


def _street(community: Community) -> str:
    """Return the path down to the street, as far as it is known."""
    return "/".join(community.area_path.strip("/").split("/")[:3])


def _create(proposal: Proposal, actor: Actor, *, on: date) -> Project:
    first = proposal.communities[0]
    if lead_of(first) is None:
        raise NoLead(
            "这个区还没有登记住房城乡建设部门，没有牵头单位", where=first.name, clause="T06-2", remedy="先在组织里登记"
        )
    title = proposal.title.strip() or f"{first.name}{kind_of(proposal.kind).label}"
    demo = Provenance.DEMO in {proposal.provenance, first.provenance}
    project = Project.objects.create(
        code=next_code(Project, f"XM-{_district(first)}"),
        title=title[:160],
        kind=proposal.kind,
        items=[item.code for item in ITEMS if item.code in proposal.items and item.code != proposal.kind],
        content=proposal.content.strip(),
        community=first,
        implementer=proposal.implementer,
        cost_yuan=proposal.cost_yuan,
        works_area_m2=proposal.works_area_m2,
        checkup_ref=proposal.checkup_ref,
        checkup_on=proposal.checkup_on,
        proposed_on=on,
        proposed_by_id=actor.user_id,
        proposed_by_name=actor.name,
        provenance=Provenance.DEMO if demo else Provenance.REAL,
    )
    for community in proposal.communities:
        _cover(project, community)
    ProjectBuilding.objects.bulk_create(ProjectBuilding(project=project, building=b) for b in proposal.buildings)
    return Project.objects.select_related("lead", "organiser", "community").get(pk=project.pk)


def _district(community: Community) -> str:
    return community.area_path.strip("/").split("/")[1]


def _cover(project: Project, community: Community) -> None:
    try:
        with transaction.atomic():
            ProjectCommunity.objects.create(project=project, community=community)
    except IntegrityError as problem:
        if "community_in_one_waiting_project" not in str(problem):
            raise
        other = Project.objects.waiting().filter(covers__community=community).exclude(pk=project.pk).first()
        raise AlreadyProposed(
            f"{community}已经有没开工的项目" + (f"“{other}”（{other.stands.label}）" if other else ""),
            where=community.name,
            remedy="把要做的内容加到那个项目里，或先撤回那个项目",
        ) from problem


def lead_of(community: Community) -> Organisation | None:
    """Return the body that leads projects here: always the district's housing department (T06-2)."""
    return _body("planning_lead_of", community)


def organiser_of(community: Community) -> Organisation | None:
    """Return the street office that organises projects here (T06-4); None while the street is not known."""
    return _body("planning_organiser_of", community)


def _body(function: str, community: Community) -> Organisation | None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s)", [community.area_path])
        key = cursor.fetchone()[0]
    return None if key is None else Organisation.objects.get(pk=key)
