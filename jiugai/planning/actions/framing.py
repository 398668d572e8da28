"""What a plan is made within, and what each project brings into it: entered with author and source (T03-5, T08-4)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from jiugai.accounts import audit
from jiugai.accounts.actor import CITY_PATH, Actor
from jiugai.accounts.codes import Action
from jiugai.accounts.guard import require
from jiugai.accounts.models import Area
from jiugai.accounts.permissions import Permission, may
from jiugai.domain.errors import Refusal
from jiugai.domain.rules.words import wan_words
from jiugai.planning.frames import frames_of
from jiugai.planning.models import PlanBundle, PlanFrame, Project, ProjectInput, RenewalUnit
from jiugai.planning.models.frames import FrameKind
from jiugai.web.turns import take_turn

MONEY = (FrameKind.DISTRICT_MONEY, FrameKind.CITY_MONEY)
FIELDS = (
    "area_m2", "households", "district_fen", "city_fen", "other_fen", "months", "earliest", "latest_finish", "must",
    "source",
)  # fmt: skip


class WrongFrame(Refusal):
    """The limit does not fit the area or lacks its year."""

    code = "wrong_frame"


class WrongBundle(Refusal):
    """The projects cannot be bundled."""

    code = "wrong_bundle"


@dataclass(frozen=True)
class Limit:
    """A limit as it was typed; money in fen."""

    area: Area
    kind: str
    value: int
    year: int | None = None
    document: str = ""


@transaction.atomic
def enter_frame(*, limit: Limit, actor: Actor, now: datetime, provenance: str = "real") -> PlanFrame:
    """Write a limit down; the one before stays on record. Money of the city is entered by the city.

    Raises NotAllowed, WrongFrame.
    """
    _refuse_strangers(limit, actor)
    year = limit.year if limit.kind in MONEY else None
    if limit.kind in MONEY and year is None:
        raise WrongFrame("资金没有写年度", where="年度", remedy="填哪一年的资金")
    levels = {FrameKind.SITES: ("district", "street"), FrameKind.CITY_MONEY: ("city", "district")}
    if limit.area.level not in levels.get(FrameKind(limit.kind), ("district",)):
        raise WrongFrame(f"{FrameKind(limit.kind).label}不按{limit.area.name}登记", where="辖区", remedy="选对应的辖区")
    _refuse_overspent_total(limit)
    made = PlanFrame.objects.create(
        area=limit.area, kind=limit.kind, year=year, value=limit.value, document=limit.document.strip()[:120],
        at=now, by_id=actor.user_id, by_name=actor.name, provenance=provenance,
    )  # fmt: skip
    audit.record(
        action=Action.PLAN_FRAME_SAVED, actor=actor, subject=str(made), area_path=limit.area.path,
        after={"条件": made.get_kind_display(), "年度": year, "数值": limit.value, "依据": made.document},
    )  # fmt: skip
    return made


def _refuse_overspent_total(limit: Limit) -> None:
    """Refuse what would let the districts' shares of the city's money come to more than its total of the year (T03-5).

    So a district's share is the one limit that its batches are judged by. Nothing is asked while there is no total.
    """
    if limit.kind != FrameKind.CITY_MONEY:
        return
    take_turn("planning.city_money")
    rows = frames_of(CITY_PATH).found.values()
    shares = {row.area.path: row.value for row in rows if (row.kind, row.year) == (limit.kind, limit.year)}
    shares[limit.area.path] = limit.value
    total = shares.pop(CITY_PATH, None)
    given = sum(shares.values())
    if total is not None and given > total:
        raise WrongFrame(
            f"{limit.year}年各区市级补助额度合计 {wan_words(given)} 万元，超出市级补助总额 {wan_words(total)} 万元",
            where="数值", clause="T03-5", remedy="减少区的额度，或先提高市级补助总额",
        )  # fmt: skip


def _refuse_strangers(limit: Limit, actor: Actor) -> None:
    """Raise NotAllowed outside one's area; WrongFrame when another kind of limit was meant, with the form kept."""
    place = _Place(limit.area.path)
    if limit.kind != FrameKind.CITY_MONEY:
        require(actor, Permission.PLAN_EDIT, place)
    elif not (answer := may(actor, Permission.PLAN_CONFIRM, place)):
        raise WrongFrame(answer.reason, where="条件", remedy="市级资金由市里登记，区里登记区级资金")


@dataclass(frozen=True)
class _Place:
    area_path: str


@transaction.atomic
def save_input(
    *, project: Project, values: Mapping[str, Any], actor: Actor, now: datetime, provenance: str = "real"
) -> ProjectInput:
    """Write down what a project brings into the plan; row history keeps what was there. Raises NotAllowed."""
    require(actor, Permission.PLAN_EDIT, project)
    row = ProjectInput.objects.select_for_update(of=("self",)).filter(project=project).first()
    row = row or ProjectInput(project=project, provenance=provenance)
    before = {name: getattr(row, name) for name in FIELDS if name in values}
    for name in FIELDS:
        if name in values:
            setattr(row, name, values[name])
    row.by_name, row.at = actor.name, now
    row.save()
    audit.record(
        action=Action.PLAN_INPUT_SAVED, actor=actor, subject=project, before=before,
        after={name: values[name] for name in before},
    )  # fmt: skip
    return row


@transaction.atomic
def save_unit(*, area: Area, name: str, actor: Actor, note: str = "", provenance: str = "real") -> RenewalUnit:
    """Put a block-renewal unit on record (T08-5). Raises NotAllowed."""
    require(actor, Permission.PLAN_EDIT, _Place(area.path))
    made, fresh = RenewalUnit.objects.get_or_create(
        area=area, name=name.strip()[:120], defaults={"note": note.strip(), "provenance": provenance}
    )
    if fresh:
        audit.record(action=Action.BUNDLE_SAVED, actor=actor, subject=made, after={"街区更新单元": made.name})
    return made


@transaction.atomic
def make_bundle(
    *, area: Area, name: str, projects: Sequence[Project], actor: Actor, on: date, unit: RenewalUnit | None = None,
    reason: str = "", provenance: str = "real",
) -> PlanBundle:  # fmt: skip
    """Bundle projects of a district: all in the plan or none, begun in one year (T08-4).

    Raises NotAllowed, WrongBundle. Every project keeps its own figures; only the link is new.
    """
    require(actor, Permission.PLAN_EDIT, _Place(area.path))
    if len({project.pk for project in projects}) < 2:
        raise WrongBundle("打捆至少要两个项目", where="项目", clause="T08-4", remedy="再选一个")
    stray = [project for project in projects if not project.area_path.startswith(area.path)]
    if stray:
        raise WrongBundle(f"{stray[0]}不在{area.name}", where="项目", clause="T08-4", remedy="在同一个区里打捆")
    values = {"area": area, "unit": unit, "reason": reason.strip()[:300], "made_on": on, "provenance": provenance}
    made = _named_bundle(name, made_by_name=actor.name, **values)
    rows = list(ProjectInput.objects.select_for_update(of=("self",)).filter(project__in=projects))
    _refuse_bad_members(rows, projects)
    for row in rows:
        row.bundle = made
        row.save(update_fields=["bundle"])
    after = {"打捆": made.name, "项目": [str(p) for p in projects]}
    audit.record(action=Action.BUNDLE_SAVED, actor=actor, subject=made, after=after)
    return made


def _named_bundle(name: str, **values: Any) -> PlanBundle:
    """Write a bundle down under a name of its own. Raises WrongBundle."""
    try:
        with transaction.atomic():
            return PlanBundle.objects.create(name=name.strip()[:120], **values)
    except IntegrityError as problem:
        raise WrongBundle(f"已有打捆“{name}”", where="名称", remedy="换一个名称") from problem


def _refuse_bad_members(rows: Sequence[ProjectInput], projects: Sequence[Project]) -> None:
    known = {row.project_id for row in rows}
    lacking = [p for p in projects if p.pk not in known]
    if lacking:
        raise WrongBundle(
            f"{lacking[0]}还没有计划资料", where="项目", remedy="先登记计划资料，打捆后各自的数仍然各记各的"
        )
    taken = [row for row in rows if row.bundle_id]
    if taken:
        raise WrongBundle(f"{taken[0].project}已在别的打捆里", where="项目", remedy="先从那里拆出来")


@transaction.atomic
def dissolve_bundle(*, bundle: PlanBundle, actor: Actor) -> None:
    """Take a bundle apart; the projects stay as they are. Raises NotAllowed."""
    found = PlanBundle.objects.select_for_update(of=("self",)).get(pk=bundle.pk)
    require(actor, Permission.PLAN_EDIT, found)
    names = [str(row.project) for row in found.members.select_related("project")]
    ProjectInput.objects.filter(bundle=found).update(bundle=None)
    audit.record(
        action=Action.BUNDLE_SAVED, actor=actor, subject=found, before={"项目": names}, after={"打捆": "已拆开"}
    )
    found.delete()
