"""Batches: a district applies, the city confirms project by project, asks back, refuses (T03-6)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from jiugai.accounts import audit
from jiugai.accounts.actor import Actor
from jiugai.accounts.codes import Action
from jiugai.accounts.guard import require
from jiugai.accounts.models import Area, Organisation
from jiugai.accounts.permissions import Permission
from jiugai.domain.errors import Conflict, Refusal
from jiugai.domain.projects import State
from jiugai.matters.actions import move, open_matter
from jiugai.matters.models import Matter
from jiugai.planning.actions.moving import covered, enter_plan
from jiugai.planning.kinds.batch import BatchNotReady
from jiugai.planning.models import BatchItem, PlanBatch, PlanVersion, Project
from jiugai.planning.passing import hold_plan, short_of_money
from jiugai.planning.queries.quota import (
    LIVE,
    applied,
    district_of,
    planned,
    rows_of,
    shares,
    submitted,
    waiting_words,
)
from jiugai.policy import figures
from jiugai.policy.actions.judging import GateShut, remember_refusal
from jiugai.policy.occurrences import announce

Ask = BatchItem.State


class WrongItem(Refusal):
    """The project cannot stand in this batch, or not with these months."""

    code = "wrong_item"


class ItemMovedOn(Conflict):
    """Somebody else has decided the project meanwhile."""

    code = "item_moved_on"


@dataclass(frozen=True)
class Wanted:
    """A project with the months applied for."""

    project: Project
    start: date
    months: int


@dataclass
class Outcome:
    """What came of confirming several: titles of those confirmed, and the gate's refusals."""

    confirmed: list[str] = field(default_factory=list)
    shut: list[tuple[str, GateShut]] = field(default_factory=list)


@transaction.atomic
def open_batch(
    *, area: Area, year: int, wanted: Sequence[Wanted], actor: Actor, now: datetime,
    version: PlanVersion | None = None, detail: str = "",
) -> PlanBatch:  # fmt: skip
    """Open a batch of a year with some projects; the next number of the year is given. Raises NotAllowed, WrongItem.

    A plan that breaks a limit cannot be applied for (T03-10 and the limits of the frames).
    """
    require(actor, Permission.PLAN_EDIT, area)
    refuse_broken(version)
    values = {"year": year, "version_from": version, "detail": detail, "title": f"{area.name}{year}年实施计划申报"}
    made: PlanBatch = open_matter(model=PlanBatch, values=values, area=area, actor=actor, now=now)
    for one in wanted:
        add_item(batch=made, wanted=one, actor=actor)
    return made


def refuse_broken(version: PlanVersion | None) -> None:
    """Raise BatchNotReady for a version that breaks a limit, naming what it breaks."""
    if version is not None and not version.feasible:
        raise BatchNotReady(
            f"{version}有 {len(version.clashes)} 处不符合，不能申报", where=str(version),
            remedy="在计划板上改好、保存成新的一版，再申报",
            details=[one.get("words", "") for one in version.clashes[:20]],
        )  # fmt: skip


@transaction.atomic
def add_item(*, batch: PlanBatch, wanted: Wanted, actor: Actor) -> BatchItem:
    """Put a project of the pool into a batch that has not been handed in. Raises NotAllowed, WrongItem."""
    require(actor, Permission.PLAN_EDIT, batch)
    project = wanted.project
    if batch.stage not in ("draft", "returned"):
        raise WrongItem("批次已经报出，不能再加项目", where=batch.title, remedy="放到下一批申报")
    if not project.area_path.startswith(batch.area_path):
        raise WrongItem(f"{project}不在这个区", where=project.code, remedy="由所在区申报")
    if project.state != State.IN_POOL:
        raise WrongItem(f"{project}是“{project.stands.label}”，只有在库的能申报", where=project.code, clause="T03-6",
                        remedy="先入储备库；已列入计划的走计划调整")  # fmt: skip
    check_months(project, wanted.start, wanted.months, year=batch.year)
    try:
        with transaction.atomic():
            return BatchItem.objects.create(
                batch=batch, project=project, start=wanted.start.replace(day=1), months=wanted.months
            )
    except IntegrityError as problem:
        raise WrongItem(f"{project}已在别的批次里等市里答复", where=project.code, remedy="等那一批办结") from problem


def check_months(project: Project, start: date, months: int, *, year: int | None = None) -> None:
    """Refuse months that cannot be: another year than the batch's, or a single item that runs into a second year."""
    if not 1 <= months <= 60:
        raise WrongItem("工期应在 1 到 60 个月之间", where=project.code, remedy="核对工期")
    if year is not None and start.year != year:
        raise WrongItem(
            f"{project}在{start.year}年开工，不属于{year}年的批次", where=project.code, remedy="放到那一年的批次"
        )
    if project.type.same_year and start.month + months - 1 > 12:
        raise WrongItem(
            f"{project}是单项改造，要当年能见效：{start.month}月开工、{months} 个月，跨到了下一年",
            where=project.code, clause="T03-11", remedy="提早开工或缩短工期",
        )  # fmt: skip


@transaction.atomic
def drop_item(*, item: BatchItem, reason: str, actor: Actor, now: datetime) -> None:
    """Take a project out of a batch again. Raises NotAllowed, ItemMovedOn, WrongItem."""
    locked = _begin(item, Permission.PLAN_EDIT, actor, from_=(Ask.APPLIED, Ask.QUESTIONED), at=("draft", "returned"))
    locked.state, locked.reason = Ask.DROPPED, _words(reason, "撤下的理由")
    _keep(locked, actor, now, "撤下")


@transaction.atomic
def question_item(*, item: BatchItem, question: str, actor: Actor, now: datetime) -> None:
    """Ask the district back about one project. Raises NotAllowed, ItemMovedOn, WrongItem."""
    locked = _begin(item, Permission.PLAN_CONFIRM, actor, from_=(Ask.APPLIED, Ask.ANSWERED), at=("at_city",))
    locked.question, locked.answer = _words(question, "问题"), ""
    locked.state, locked.asked_by_name = Ask.QUESTIONED, actor.name
    _keep(locked, actor, now, "退回提问")


@transaction.atomic
def answer_item(
    *, item: BatchItem, answer: str, actor: Actor, now: datetime, start: date | None = None, months: int | None = None
) -> None:
    """Answer the city's question, with other months if need be. Raises NotAllowed, ItemMovedOn, WrongItem."""
    locked = _begin(item, Permission.PLAN_EDIT, actor, from_=(Ask.QUESTIONED,), at=("at_city", "returned"))
    locked.answer, locked.answered_by_name, locked.state = _words(answer, "答复"), actor.name, Ask.ANSWERED
    locked.start, locked.months = (start or locked.start).replace(day=1), months or locked.months
    check_months(locked.project, locked.start, locked.months, year=locked.batch.year)
    _keep(locked, actor, now, "答复")


@transaction.atomic
def reject_item(*, item: BatchItem, reason: str, actor: Actor, now: datetime) -> None:
    """Refuse a project, with the reason; it stays in the pool. Raises NotAllowed, ItemMovedOn, WrongItem."""
    locked = _begin(item, Permission.PLAN_CONFIRM, actor, from_=(Ask.APPLIED, Ask.ANSWERED), at=("at_city",))
    locked.state, locked.reason = Ask.REJECTED, _words(reason, "不予列入的理由")
    _decided(locked, actor, now)
    _keep(locked, actor, now, "不予列入")
    _tell(locked, "batch_answered", f"不予列入计划：{locked.reason}", actor, now)


@transaction.atomic
def confirm_item(*, item: BatchItem, actor: Actor, now: datetime, on: date) -> None:
    """Confirm a project through the gate `enter_plan`; it stands in the implementation plan from now on.

    Raises NotAllowed, ItemMovedOn, and GateShut with the findings by clause.
    """
    locked = _begin(item, Permission.PLAN_CONFIRM, actor, from_=(Ask.APPLIED, Ask.ANSWERED), at=("at_city",))
    hold_plan(locked.area_path)
    enter_plan(item=locked, actor=actor, now=now, on=on, confirm=lambda: _confirmed(locked, actor, now))


def _confirmed(item: BatchItem, actor: Actor, now: datetime) -> None:
    item.state = Ask.CONFIRMED
    _decided(item, actor, now)
    _keep(item, actor, now, "确认")


def confirm_all(*, items: Sequence[BatchItem], actor: Actor, now: datetime, on: date) -> Outcome:
    """Confirm one after the other; those that the gate keeps out stay, with the reasons on their community's line."""
    outcome = Outcome()
    for item in items:
        try:
            confirm_item(item=item, actor=actor, now=now, on=on)
        except GateShut as shut:
            remember_refusal(shut=shut, actor=actor, now=now)
            outcome.shut.append((item.project.title, shut))
        else:
            outcome.confirmed.append(item.project.title)
    return outcome


def move_batch(
    *, batch: PlanBatch, code: str, actor: Actor, now: datetime, reason: str = "", version: int | None = None
) -> PlanBatch:
    """Move a batch along its table; `check_move` below says what it needs."""
    moved: PlanBatch = move(matter=batch, move=code, actor=actor, now=now, reason=reason, version=version)
    return moved


def check_move(batch: PlanBatch, code: str, *, now: datetime) -> None:
    """Refuse a move of a batch for what its table cannot say. Raises BatchNotReady."""
    states = [item.state for item in batch.items.all()]
    live = [state for state in states if state in LIVE]
    if code in ("submit", "resubmit"):
        if not live:
            raise BatchNotReady("批次里没有项目", where=batch.title, remedy="先加项目")
        if Ask.QUESTIONED in live:
            n = live.count(Ask.QUESTIONED)
            raise BatchNotReady(f"还有 {n} 个问题没有答复", where=batch.title, remedy="逐个答复或撤下后再报")
        refuse_broken(batch.version_from)
        hold_plan(batch.area_path)
        refuse_short(batch, on=timezone.localdate(now))
        refuse_dear(batch, on=timezone.localdate(now))
    if code == "give_back" and Ask.QUESTIONED not in live:
        raise BatchNotReady("没有向区里提问的项目", where=batch.title, remedy="先在项目上写明问题")
    if code == "decide" and live:
        raise BatchNotReady(
            f"还有 {len(live)} 个项目没有决定", where=batch.title, remedy="逐个确认、退回提问或不予列入"
        )


def refuse_short(batch: PlanBatch, *, on: date) -> None:
    """Refuse a batch that adds plain basic works and leaves a year short of the share (T03-10).

    What other batches have handed in and the city has not decided counts too.
    """
    least = figures.current().value("seismic_energy_min_share", on)
    district = district_of(batch.area_path)
    waiting, asked = rows_of(submitted(district, batch.pk)), applied(batch.pk)
    for year, share in shares([*planned(district), *waiting, *asked]).items():
        adds = [row for row in asked if row[1] == year and share.basic > share.saving]
        if least is not None and adds and share.basic_m2 and not share.enough(least):
            also = waiting_words(waiting, year)
            raise BatchNotReady(
                f"{year}年抗震节能占比 {share.words}，低于 {least.text}，"
                f"还差 {share.shortfall_m2(least):,} ㎡{f'（{also}）' if also else ''}，不能提交",
                where=batch.title, clause="T03-10", remedy="增报抗震、节能综合改造项目，或撤下不含抗震节能的项目",
            )  # fmt: skip


def refuse_dear(batch: PlanBatch, *, on: date) -> None:
    """Refuse a batch of which the rule on money would keep a project out at the city's confirmation (T03-5)."""
    projects = batch.items.filter(state__in=LIVE).values_list("project", flat=True)
    if short := short_of_money(list(projects), on=on):
        raise BatchNotReady(
            f"{short[0].says.split('：')[0]}，不能提交", where=batch.title, clause="T03-5",
            details=[finding.says for finding in short],
            remedy="；".join(dict.fromkeys(finding.remedy for finding in short)),
        )  # fmt: skip


def follow_move(batch: PlanBatch, code: str, *, actor: Actor, now: datetime) -> None:
    """Hand the batch to whose turn it is, and put the application on the communities' lines."""
    if code == "open":
        batch.refresh_from_db(fields=["sequence"])
        batch.title = f"{batch.area.name}{batch.year}年第 {batch.sequence} 批实施计划申报"
        Matter.objects.filter(pk=batch.pk).update(title=batch.title)
    if code == "drop":
        for item in batch.items.filter(state__in=(Ask.APPLIED, Ask.QUESTIONED)):
            item.state, item.reason = Ask.DROPPED, "批次撤回"
            item.save(update_fields=["state", "reason"])
    if code in ("submit", "resubmit", "give_back"):
        owner = lead_body(batch) if code == "give_back" else city_body()
        Matter.objects.filter(pk=batch.pk).update(owner=owner, assignee=None)
    if code in ("submit", "resubmit"):
        for item in batch.items.filter(state__in=LIVE).select_related("project"):
            _tell(item, "batch_applied", f"{batch.title}（{batch.number}）", actor, now)
    audit.record(action=Action.BATCH_CHANGED, actor=actor, subject=batch, after={"办理": code, "编号": batch.number})


def city_body() -> Organisation | None:
    """Return the city's housing department."""
    bodies = Organisation.objects.filter(kind=Organisation.Kind.CITY_DEPARTMENT, name__contains="住房")
    return bodies.order_by("pk").first()


def lead_body(batch: PlanBatch) -> Organisation | None:
    """Return the district's housing department, which leads its projects (T06-2)."""
    item = batch.items.select_related("project__lead").first()
    return item.project.lead if item else None


def _begin(item: BatchItem, right: Permission, actor: Actor, *, from_: Sequence[str], at: Sequence[str]) -> BatchItem:
    """Ask for the right, lock batch and item, and see that both stand where the step begins."""
    require(actor, right, item)
    batch = Matter.objects.select_for_update(of=("self",)).get(pk=item.batch_id)
    locked = (
        BatchItem.objects.select_for_update(of=("self",)).select_related("project__community", "batch").get(pk=item.pk)
    )
    if batch.stage not in at or locked.state not in from_:
        raise ItemMovedOn(
            f"“{locked.project}”现在是“{locked.get_state_display()}”，批次阶段也可能变了", where=locked.project.code,
            remedy="刷新后看现在的状态",
        )  # fmt: skip
    return locked


def _words(text: str, what: str) -> str:
    if not text.strip():
        raise WrongItem(f"没有写{what}", where=what, remedy="写一句明白话，最多 300 字")
    return text.strip()[:300]


def _decided(item: BatchItem, actor: Actor, now: datetime) -> None:
    item.decided_at, item.decided_by_name = now, actor.name


def _keep(item: BatchItem, actor: Actor, now: datetime, what: str) -> None:
    item.save()
    audit.record(
        action=Action.BATCH_CHANGED, actor=actor, subject=item, reason=item.reason,
        after={
            "办理": what, "问题": item.question, "答复": item.answer,
            "开工": f"{item.start:%Y-%m}", "工期": item.months,
        },
        area_path=item.area_path,
    )  # fmt: skip


def _tell(item: BatchItem, code: str, words: str, actor: Actor, now: datetime) -> None:
    titles = {"batch_applied": "区里申报列入计划", "batch_answered": "市里答复"}
    for home in covered(item.project):
        announce(
            code=code, community=home, title=f"{titles[code]}：{item.project}", words=words, actor=actor, now=now,
            url=f"/batches/{item.batch_id}/", detail={"project": item.project_id, "batch": item.batch_id},
        )  # fmt: skip
