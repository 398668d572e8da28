"""Risers step by step (task 15): a published round, applications before the cut-off, doors, scheme, water, support."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from jiugai.accounts import audit
from jiugai.accounts.actor import Actor
from jiugai.accounts.codes import Action
from jiugai.accounts.guard import require
from jiugai.accounts.permissions import Permission
from jiugai.domain.errors import Conflict, Refusal
from jiugai.domain.risers import Answer, Household, consensus, cut_off, line_of, needs_warning, support
from jiugai.matters.actions import open_matter
from jiugai.pipes.models import RiserApplication, RiserHousehold, RiserRound, TemporaryWater
from jiugai.pipes.models.risers import NEEDS
from jiugai.policy.figures import current
from jiugai.policy.occurrences import announce
from jiugai.registry.models import Building, Community, Dwelling

OPEN_STAGES = ("applied", "consulting", "agreed", "scheme", "on_site")


class BadRiser(Refusal):
    """What was entered does not hold together."""

    status = 422
    code = "bad_riser"


class NotReady(Refusal):
    """Something that has to be there first is not."""

    status = 422
    code = "riser_not_ready"


class TooLate(Refusal):
    """Applications are closed, or have not begun."""

    status = 422
    code = "riser_too_late"


class AppliedAlready(Conflict):
    """The riser is applied for."""

    code = "riser_applied_already"


class SomebodyFaster(Conflict):
    """The household was recorded by somebody else meanwhile."""

    code = "riser_household_changed"


@dataclass(frozen=True)
class NewRound:
    """A round to be published."""

    title: str
    plan: str
    published_on: date
    published_at: str
    cutoff_on: date
    works_from: date | None = None
    works_until: date | None = None
    provenance: str = "real"


def figure_of(name: str, on: date) -> int:
    """Return a whole figure of the day. Raises NotReady where it has none."""
    value = current().value(name, on)
    if value is None:
        raise NotReady(f"“{current().get(name).label}”没有取值", where="参数", remedy="市住建部门在“参数”页登记")
    return value.whole


@transaction.atomic
def publish_round(*, community: Community, new: NewRound, actor: Actor, now: datetime, on: date) -> RiserRound:
    """Publish a plan in advance (T15-5) with the last day for applications (T15-7). Raises NotAllowed, BadRiser."""
    if not actor.is_system:
        require(actor, Permission.RISER_RUN, community)
    _check_round(new, on)
    try:
        with transaction.atomic():
            made = RiserRound.objects.create(
                community=community,
                by_id=actor.user_id,
                by_name=actor.name,
                **{**new.__dict__, "title": new.title.strip()},
            )
    except IntegrityError as problem:
        raise BadRiser("这个小区已有同名的批次", where="名称", remedy="换一个名称") from problem
    audit.record(action=Action.RISER_SAVED, actor=actor, subject=made, after={"截止": made.cutoff_on})
    announce(
        code="riser_published", community=community, title=f"公示上下水改造计划：{made.title}", actor=actor, now=now,
        words=f"{made.published_at}，{made.cutoff_on}截止申请；请暂缓装修", url=f"/communities/{community.pk}/risers/",
        demo=made.provenance == "demo",
    )  # fmt: skip
    return made


def _check_round(new: NewRound, on: date) -> None:
    least = figure_of("riser_notice_days", on)
    if not new.title.strip() or not new.plan.strip() or not new.published_at.strip():
        raise BadRiser("名称、改造计划、公示地点都要写", where="批次", remedy="补上")
    if new.published_on > on:
        raise BadRiser("公示日期在今后", where="公示日期", remedy="贴出来以后再登记")
    if (new.cutoff_on - new.published_on).days < least:
        raise BadRiser(
            f"公示到截止不足 {least} 天", where="申请截止", clause="T15-7",
            remedy=f"不早于 {new.published_on + timedelta(days=least)}",
        )  # fmt: skip
    if bool(new.works_from) != bool(new.works_until):
        raise BadRiser("计划施工的起止要一起填", where="计划施工", remedy="补上另一个日期，或都不填")
    if new.works_from and new.works_until and not new.cutoff_on < new.works_from <= new.works_until:
        raise BadRiser("计划施工要在申请截止以后，止不早于起", where="计划施工", remedy="核对三个日期")


@transaction.atomic
def apply_for(
    *, round: RiserRound, building: Building, line: str, applied_by: str, actor: Actor, now: datetime, on: date,  # noqa: A002
    flats: Sequence[Dwelling] = (), provenance: str = "",
) -> Any:  # fmt: skip
    """Apply for a building or one riser of it (T15-1); every flat on it gets its line on the board.

    Raises NotAllowed, TooLate, BadRiser, AppliedAlready.
    """
    if not actor.is_system:
        require(actor, Permission.RISER_ASK, round)
    _check_application(round, building, applied_by, on)
    doors = list(flats) or _flats_on(building, line)
    values = {
        "round": round, "building": building, "line": line.strip(), "applied_by": applied_by.strip()[:80],
        "applied_on": on,
    }  # fmt: skip
    try:
        with transaction.atomic():
            made = open_matter(
                model=RiserApplication, values=values, community=round.community, actor=actor, now=now,
                provenance=provenance or round.provenance,
            )  # fmt: skip
    except IntegrityError as problem:
        raise AppliedAlready(
            f"{building.label}{line}已经有人申请", where="立管", remedy="到那件申请里表态"
        ) from problem
    RiserHousehold.objects.bulk_create(
        RiserHousehold(application=made, dwelling=flat, code=_code(), provenance=made.provenance) for flat in doors
    )
    return made


def _check_application(in_round: RiserRound, building: Building, applied_by: str, on: date) -> None:
    said = cut_off(cutoff_on=in_round.cutoff_on, on=on)
    if not said.open:
        raise TooLate(said.words, where=in_round.title, clause="T15-7", remedy="等下一批，或请街道另行公示")
    if building.community_id != in_round.community_id:
        raise BadRiser(f"{building.label}不在这个小区", where="楼栋", remedy="选这个小区的楼")
    if not applied_by.strip():
        raise BadRiser("没有写申请人", where="申请人", remedy="写姓名或门牌")


def _flats_on(building: Building, line: str) -> list[Dwelling]:
    """Return the flats of a building that hang on a riser. Raises BadRiser."""
    every = list(Dwelling.objects.filter(building=building).select_related("entrance"))
    if not every:
        raise BadRiser("这栋楼还没有登记住房，不能逐户协商", where="楼栋", remedy="先在楼栋档案里登记单元和住房")
    named = line_of(line)
    if named is None:
        raise BadRiser(f"“{line}”看不出是哪几户", where="立管", clause="T15-1", remedy="写单元和门牌尾号，如 1单元01号")
    doors = [flat for flat in every if named.serves(flat.entrance.number, flat.number)]
    if not doors:
        raise BadRiser(f"{building.label}没有接在“{line}”上的住房", where="立管", clause="T15-1",
                       remedy="核对单元和门牌尾号")  # fmt: skip
    return doors


def _code() -> str:
    """Return a short code that a household gets on paper, to make its appointment with."""
    return "".join(secrets.choice("23456789ABCDEFGHJKLMNPQRSTUVWXYZ") for _ in range(8))


def households_of(application: RiserApplication) -> list[Household]:
    """Return the doors of an application as the domain sees them, in one query."""
    rows = RiserHousehold.objects.filter(application=application).select_related("dwelling__entrance")
    return [as_household(one) for one in rows]


def as_household(one: RiserHousehold) -> Household:
    """Return a row as the domain sees it."""
    flat = one.dwelling
    return Household(
        str(one.pk), flat.number, flat.entrance.number, flat.floor, Answer(one.answer), one.visits, one.said_on,
        one.next_visit, one.note,
    )  # fmt: skip


@transaction.atomic
def record_voice(
    *, household: RiserHousehold, answer: str, actor: Actor, on: date, note: str = "", next_visit: date | None = None,
    visited: bool = True, version: int | None = None,
) -> RiserHousehold:  # fmt: skip
    """Write down what a household says (T15-2). Raises NotAllowed, BadRiser, SomebodyFaster."""
    if not actor.is_system:
        require(actor, Permission.RISER_RUN, household)
    locked = RiserHousehold.objects.select_for_update(of=("self",)).select_related("application").get(pk=household.pk)
    if version is not None and locked.version != version:
        raise SomebodyFaster(f"{household}刚由{locked.by_name}登记过", remedy="刷新看新的答复")
    if answer not in {one.value for one in Answer}:
        raise BadRiser("没有这种答复", where="答复", remedy="选同意、不同意或没见到")
    if locked.application.stage not in ("applied", "consulting"):
        raise BadRiser("协商已经结束，不能再改答复", where=str(household), remedy="需要时撤回申请重新协商")
    if next_visit is not None and next_visit < on:
        raise BadRiser("约定的日期已经过去", where="约定再来", remedy="填今天或以后")
    locked.answer, locked.note, locked.next_visit = answer, note.strip()[:200], next_visit
    locked.said_on = None if answer == Answer.UNASKED else on
    locked.visits += 1 if visited and answer != Answer.UNASKED else 0
    locked.by_name = actor.name
    locked.save(update_fields=["answer", "note", "next_visit", "said_on", "visits", "by_name"])
    audit.record(
        action=Action.RISER_VOICE, actor=actor, subject=locked, before={"答复": household.answer},
        after={"答复": answer},
    )  # fmt: skip
    return locked


def require_consensus(*, application: Any, on: date) -> None:
    """Raise NotReady unless enough households agree (T15-2)."""
    share = figure_of("riser_consensus_percent", on)
    stands = consensus(households_of(application), share_percent=share)
    if not stands.reached:
        raise NotReady(
            f"{stands.total} 户里 {stands.agreed} 户同意，还差 {stands.lacking} 户",
            where=str(application),
            clause="T15-2",
            remedy="继续逐户协商，先上没问过和没见到的几户",
        )


def require_scheme(*, application: Any, on: date) -> None:
    """Raise NotReady unless the scheme names how daily life is looked after (T15-3)."""
    if not application.scheme_needs:
        raise NotReady(
            "方案没有写怎么照顾居民生活", where="生活需求", clause="T15-3", remedy="在协商板上登记方案，至少选一项"
        )
    if application.scheme_on > on or application.scheme_on < application.applied_on:
        raise BadRiser("方案日期早于申请或在今后", where="方案日期", remedy="核对日期")


@transaction.atomic
def save_scheme(
    *, application: RiserApplication, reference: str, made_on: date, needs: Sequence[str], actor: Actor, on: date
) -> RiserApplication:
    """Keep the detailed scheme with what it does for daily life (T15-3). Raises NotAllowed, BadRiser."""
    if not actor.is_system:
        require(actor, Permission.RISER_RUN, application)
    known = dict(NEEDS)
    if not reference.strip() or not needs or not set(needs) <= set(known):
        raise BadRiser("方案名称和至少一项生活需求都要写", where="施工方案", clause="T15-3", remedy="补上")
    if made_on > on or made_on < application.applied_on:
        raise BadRiser("方案日期早于申请或在今后", where="方案日期", remedy="核对日期")
    if application.stage not in OPEN_STAGES[:3]:
        raise BadRiser("已经定案，不能再改方案", where=str(application), remedy="另行补充说明")
    application.scheme_ref, application.scheme_on = reference.strip()[:120], made_on
    application.scheme_needs = [code for code, _ in NEEDS if code in needs]
    application.save(update_fields=["scheme_ref", "scheme_on", "scheme_needs"])
    audit.record(action=Action.RISER_SAVED, actor=actor, subject=application, after={"方案": application.scheme_ref})
    return application


@dataclass(frozen=True)
class Water:
    """Temporary water and drains of a riser."""

    supply: str
    drainage: str
    water_points: int
    toilets: int
    since: date
    until: date
    contact: str


@transaction.atomic
def arrange_water(*, application: RiserApplication, water: Water, actor: Actor, now: datetime) -> TemporaryWater:
    """Keep temporary water and drains (T15-4); a second call corrects. Raises NotAllowed, BadRiser."""
    if not actor.is_system:
        require(actor, Permission.RISER_RUN, application)
    if not water.supply.strip() or not water.drainage.strip() or not water.contact.strip():
        raise BadRiser("临时供水、临时排水和联系人都要写", where="临时供排水", clause="T15-4", remedy="补上")
    if water.water_points < 1 or water.toilets < 0:
        raise BadRiser("取水点至少一处", where="取水点", clause="T15-4", remedy="核对处数")
    if water.until < water.since:
        raise BadRiser("停用早于启用", where="停用", remedy="核对两个日期")
    home: Any = application.community
    made, _ = TemporaryWater.objects.update_or_create(
        application=application, defaults={**water.__dict__, "provenance": application.provenance}
    )
    audit.record(action=Action.RISER_SAVED, actor=actor, subject=made, after={"启用": water.since, "停用": water.until})
    announce(
        code="riser_water",
        community=home,
        title=f"{application}：临时供水、排水",
        actor=actor,
        now=now,
        words=f"{water.since}—{water.until}，{water.supply}",
        url=f"/risers/{application.pk}/",
        demo=application.provenance == "demo",
    )
    return made


def require_ready(*, application: Any, on: date) -> None:
    """Raise NotReady unless water, publication and warnings are there before the start (T15-4, T15-5, T15-6)."""
    started = application.started_on
    water = TemporaryWater.objects.filter(application=application).first()
    if water is None or not water.since <= started <= water.until:
        raise NotReady(
            "还没有临时供水、排水措施，或不在启用期内", where=str(application), clause="T15-4",
            remedy="施工单位登记临时供水、排水，盖住开工这一天",
        )  # fmt: skip
    if started > on or started <= application.round.cutoff_on:
        raise NotReady("开工要在申请截止以后，不能在今后", where="开工日期", clause="T15-5", remedy="核对日期")
    unwarned = warnings_left(application, on=on)
    if unwarned:
        names = "、".join(str(one) for one in unwarned[:5])
        raise NotReady(
            f"还有 {len(unwarned)} 户新装修或要装修的没有提醒：{names}", where=str(application), clause="T15-6",
            remedy="逐户提醒后登记",
        )  # fmt: skip


def require_finished(*, application: Any, on: date) -> None:
    """Raise BadRiser for a day of acceptance that cannot be."""
    if application.accepted_on > on or application.accepted_on < application.started_on:
        raise BadRiser("验收日期早于开工或在今后", where="验收日期", remedy="核对日期")


def warnings_left(application: RiserApplication, *, on: date) -> list[RiserHousehold]:
    """Return the households that decorated lately or mean to, and were not warned (T15-6)."""
    recent = figure_of("riser_decoration_days", on)
    begins = application.started_on or application.round.works_from
    rows = RiserHousehold.objects.filter(application=application, warned_on__isnull=True)
    return [
        one
        for one in rows.select_related("dwelling__entrance")
        if needs_warning(
            decorated_on=one.decorated_on, planned_on=one.decoration_planned_on, works_from=begins, recent_days=recent
        )
    ]


@transaction.atomic
def note_decoration(
    *, household: RiserHousehold, decorated_on: date | None, planned_on: date | None, warned_on: date | None,
    actor: Actor, on: date,
) -> RiserHousehold:  # fmt: skip
    """Keep when a household decorated or means to, and when it was warned (T15-6). Raises NotAllowed, BadRiser."""
    if not actor.is_system:
        require(actor, Permission.RISER_RUN, household)
    if (decorated_on and decorated_on > on) or (warned_on and warned_on > on):
        raise BadRiser("装修或提醒的日期在今后", where=str(household), remedy="打算装修的填在“打算装修”")
    household.decorated_on, household.decoration_planned_on = decorated_on, planned_on
    household.warned_on = warned_on
    household.save(update_fields=["decorated_on", "decoration_planned_on", "warned_on"])
    audit.record(action=Action.RISER_SAVED, actor=actor, subject=household, after={"提醒": warned_on})
    return household


@transaction.atomic
def set_cost(*, application: RiserApplication, cost_fen: int, actor: Actor, on: date) -> RiserApplication:
    """Keep the cost and compute the government's part and the remainder (T15-8). Raises NotAllowed, BadRiser."""
    if not actor.is_system:
        require(actor, Permission.RISER_RUN, application)
    if cost_fen <= 0:
        raise BadRiser("费用要大于 0", where="费用", remedy="核对金额")
    standard = figure_of("riser_support_yuan", on)
    doors = RiserHousehold.objects.filter(application=application).count()
    found = support(cost_fen, doors, per_household_yuan=standard)
    application.cost_fen, application.support_fen = found.cost_fen, found.support_fen
    application.remainder_fen = found.remainder_fen
    application.support_rule = f"每户 {standard} 元，{doors} 户，{on}的标准"
    application.save(update_fields=["cost_fen", "support_fen", "remainder_fen", "support_rule"])
    audit.record(
        action=Action.RISER_SAVED, actor=actor, subject=application,
        after={"费用（分）": cost_fen, "政府支持（分）": found.support_fen},
    )  # fmt: skip
    return application
