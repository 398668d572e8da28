"""Recording how a project is rebuilt: situation, households, dwellings, added area, residents' wish (T04-1…9)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from jiugai.accounts import audit
from jiugai.accounts.actor import Actor
from jiugai.accounts.codes import Action
from jiugai.accounts.guard import require
from jiugai.accounts.permissions import Permission, may
from jiugai.approvals.models import AddedArea, Rebuild, RebuildDwelling, WishAnswer
from jiugai.domain.errors import Conflict, Refusal
from jiugai.domain.pledge import UnreadableDoor
from jiugai.domain.pledge import door as normal_door
from jiugai.domain.projects import Family
from jiugai.domain.rebuild import Channel, Flat, Use, Wish
from jiugai.planning.models import Project
from jiugai.policy.occurrences import announce

EDITABLE = (
    "situation", "basis", "mode", "households_before", "households_after", "above_ground", "below_ground",
    "planning_ref", "planning_on", "safety_ref", "safety_on", "confirmed_m2",
)  # fmt: skip


class WrongRebuild(Refusal):
    """The record contradicts itself or the policy."""

    status = 422
    code = "wrong_rebuild"


class ChangedMeanwhile(Conflict):
    """Somebody else changed the record after it was opened."""

    code = "rebuild_changed"


def rebuild_of(project: Project) -> Rebuild | None:
    """Return the record of a project."""
    return Rebuild.objects.filter(project=project).first()


@transaction.atomic
def record_rebuild(
    *, project: Project, values: dict[str, Any], actor: Actor, now: datetime, on: date, version: int | None = None
) -> Rebuild:
    """Write down how the project is rebuilt; what `values` leaves out stays. Raises NotAllowed, WrongRebuild,
    ChangedMeanwhile.
    """
    require(actor, Permission.SCHEME_SUBMIT, project)
    held = Project.objects.select_for_update(of=("self",)).select_related("community").get(pk=project.pk)
    if held.type.family is not Family.REBUILD:
        raise WrongRebuild(f"{held.type.label}不是改建项目", where=held.code, clause="T04-1", remedy="核对改造类型")
    row = Rebuild.objects.filter(project=held).first() or Rebuild(project=held, provenance=held.provenance)
    if version is not None and row.pk and row.version != version:
        raise ChangedMeanwhile("您打开之后，别人改过这份登记", where=held.code, remedy="看过最新内容后再改")
    before = {name: getattr(row, name) for name in EDITABLE if row.pk}
    for name in EDITABLE:
        if name in values:
            setattr(row, name, values[name])
    _check(row, held, on)
    _save(row)
    after = {name: getattr(row, name) for name in EDITABLE if before.get(name) != getattr(row, name)}
    audit.record(
        action=Action.REBUILD_SAVED, actor=actor, subject=held,
        before={name: _plain(before.get(name)) for name in after}, after={n: _plain(v) for n, v in after.items()},
    )  # fmt: skip
    _tell(held, "改建登记有变化", f"现状 {row.households_before} 户，改建后 {row.households_after} 户", actor, now)
    row.refresh_from_db()
    return row


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _check(row: Rebuild, project: Project, on: date) -> None:
    before, after = row.households_before, row.households_after
    if after is not None and before is None:
        raise WrongRebuild("没有现状户数，不能登记改建后户数", where="现状户数", clause="T04-5", remedy="先填现状户数")
    if before is not None and after is not None and after > before:
        raise WrongRebuild(
            f"改建后 {after} 户，比现状 {before} 户多 {after - before} 户", where="改建后户数", clause="T04-5",
            remedy="改建项目不增加户数，减到不超过现状",
        )  # fmt: skip
    for name, words in (("planning_on", "规划确认日期"), ("safety_on", "安全确认日期")):
        day = getattr(row, name)
        if day is not None and not project.proposed_on <= day <= on:
            raise WrongRebuild(
                f"{words}要在项目提出（{project.proposed_on:%Y-%m-%d}）到今天之间", where=words, remedy="核对日期"
            )
    both = row.planning_ref and row.planning_on and row.safety_ref and row.safety_on
    if row.confirmed_m2 is not None and not both:
        raise WrongRebuild(
            "没有规划和安全两项确认，不能登记可增加面积", where="确认可增加面积", clause="T04-8",
            remedy="填两项确认的文号和日期",
        )  # fmt: skip


def _save(row: Rebuild) -> None:
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as problem:
        if "more area is booked" not in str(problem):
            raise
        raise WrongRebuild(
            "已登记的增加面积比确认的多", where="确认可增加面积", clause="T04-8", remedy="先冲减已登记的面积"
        ) from problem


@transaction.atomic
def write_dwellings(*, rebuild: Rebuild, flats: Sequence[Flat], actor: Actor, now: datetime) -> int:
    """Take dwellings before and after, each by building and door; what is there already is corrected (T04-7).

    Raises NotAllowed, WrongRebuild.
    """
    project = rebuild.project
    require(actor, Permission.SCHEME_SUBMIT, project)
    twice = _twice((flat.building, flat.door) for flat in flats)
    if twice:
        raise WrongRebuild(f"{twice[0][0]}{twice[0][1]}写了两次", where="分户面积", remedy="同一户只留一行")
    wrong = next(
        (f for f in flats if min(f.before_cm2 or 0, f.after_cm2 or 0) < 0 or not f.building or not f.door), None
    )
    if wrong is not None:
        raise WrongRebuild(f"{wrong.building}{wrong.door}的面积不对", where="分户面积", remedy="面积不能小于 0")
    rows = [
        RebuildDwelling(
            rebuild=rebuild, building=flat.building, door=flat.door, before_cm2=flat.before_cm2,
            after_cm2=flat.after_cm2, provenance=project.provenance,
        )
        for flat in flats
    ]  # fmt: skip
    RebuildDwelling.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["rebuild", "building", "door"],
        update_fields=["before_cm2", "after_cm2"],
    )  # fmt: skip
    audit.record(action=Action.REBUILD_SAVED, actor=actor, subject=project, after={"分户面积": len(flats)})
    _tell(project, "登记改建前后面积", f"{len(flats)} 户", actor, now)
    return len(rows)


def _twice(keys: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    seen: set[tuple[str, str]] = set()
    return [key for key in keys if key in seen or seen.add(key)]  # type: ignore[func-returns-value]


@transaction.atomic
def add_area(*, rebuild: Rebuild, use: str, m2: int, note: str, actor: Actor, now: datetime, on: date) -> AddedArea:
    """Book added area to one of the four uses (T04-9), or take some back with a minus. The database holds the limits.

    Raises NotAllowed, WrongRebuild.
    """
    project = rebuild.project
    require(actor, Permission.SCHEME_SUBMIT, project)
    if use not in set(Use):
        raise WrongRebuild(
            "增加的面积不能作这个用途", where="用途", clause="T04-9",
            remedy=f"只能用于{'、'.join(one.label for one in Use)}",
        )  # fmt: skip
    if not m2 or not note.strip():
        raise WrongRebuild("没有写面积或内容", where="增加面积", remedy="面积填整数平方米，并写位置和内容")
    try:
        with transaction.atomic():
            made = AddedArea.objects.create(
                rebuild=rebuild, use=use, m2=m2, note=note.strip()[:200], booked_on=on, by_name=actor.name,
                provenance=project.provenance,
            )  # fmt: skip
    except IntegrityError as problem:
        raise _area_refused(str(problem), rebuild) from problem
    audit.record(action=Action.AREA_ADDED, actor=actor, subject=project, after={"用途": Use(use).label, "面积": m2})
    _tell(project, "登记增加面积", f"{Use(use).label} {m2} ㎡", actor, now)
    return made


def _area_refused(problem: str, rebuild: Rebuild) -> WrongRebuild:
    if "added only after" in problem:
        return WrongRebuild(
            "没有规划和安全两项确认，不能增加面积", where="增加面积", clause="T04-8", remedy="先登记两项确认"
        )
    if "more area than was confirmed" in problem:
        return WrongRebuild(
            f"超过确认可增加的 {rebuild.confirmed_m2 or 0} ㎡", where="面积", clause="T04-8",
            remedy="减少面积，或先取得新的确认",
        )  # fmt: skip
    return WrongRebuild("冲减的面积比这个用途已登记的多", where="面积", remedy="核对这个用途已登记的面积")


@dataclass(frozen=True)
class Said:
    """What a household says, how and when."""

    door: str
    answer: str
    channel: str
    said_on: date


@transaction.atomic
def record_wishes(*, rebuild: Rebuild, said: Sequence[Said], actor: Actor, now: datetime, on: date) -> int:
    """Keep answers to the survey (T04-2); a household's newest counts. Raises NotAllowed, WrongRebuild.

    Who does mass work may record them, and who submits schemes.
    """
    project = rebuild.project
    if not may(actor, Permission.MOBILISE, project):
        require(actor, Permission.SCHEME_SUBMIT, project)
    Rebuild.objects.select_for_update(of=("self",)).get(pk=rebuild.pk)
    for one in said:
        _wish(rebuild, one, actor, on)
    audit.record(action=Action.WISH_SAVED, actor=actor, subject=project, after={"户数": len(said)})
    _tell(project, "征询改建意愿", f"登记 {len(said)} 户", actor, now)
    return len(said)


def _wish(rebuild: Rebuild, said: Said, actor: Actor, on: date) -> None:
    try:
        door = normal_door(said.door)
    except UnreadableDoor as problem:
        raise WrongRebuild(
            f"看不懂是哪一户：{said.door[:30]}", where="楼门户", remedy="写成 3号楼2单元501 或 3-2-501"
        ) from problem
    if said.answer not in set(Wish) or said.channel not in set(Channel):
        raise WrongRebuild("没有选答复或方式", where=door, clause="T04-2", remedy="从列表里选")
    if not rebuild.project.proposed_on <= said.said_on <= on:
        raise WrongRebuild(f"{door}的日期不在项目提出到今天之间", where="日期", remedy="核对日期")
    before = WishAnswer.objects.filter(rebuild=rebuild, door=door, ended_at__isnull=True).first()
    if before is not None:
        if before.said_on > said.said_on:
            raise WrongRebuild(f"{door}已有更新的答复（{before.said_on:%Y-%m-%d}）", where=door, remedy="核对日期")
        WishAnswer.objects.filter(pk=before.pk).update(ended_at=Now(), end_reason="有更新的答复")
    WishAnswer.objects.create(
        rebuild=rebuild, door=door[:30], answer=said.answer, channel=said.channel, said_on=said.said_on,
        by_name=actor.name, provenance=rebuild.project.provenance,
    )  # fmt: skip


def _tell(project: Project, title: str, words: str, actor: Actor, now: datetime) -> None:
    announce(
        code="rebuild_recorded", community=project.community, title=title, words=words, actor=actor, now=now,
        detail={"project": project.pk}, url=f"/projects/{project.pk}/rebuild/", demo=project.provenance == "demo",
    )  # fmt: skip
