"""Bought services, drawings used, new techniques and their use, bids, insurance (T20-4, T20-7, T20-10, T21)."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from jiugai.accounts import audit
from jiugai.accounts.actor import Actor
from jiugai.accounts.codes import Action
from jiugai.accounts.guard import require
from jiugai.accounts.permissions import Permission
from jiugai.domain.errors import Conflict, Refusal
from jiugai.planning.models import Project
from jiugai.policy.models import PolicyVersion
from jiugai.works.models import (
    BoughtService,
    ChallengeBid,
    DefectInsurance,
    DrawingUse,
    NewTechnique,
    OpenChallenge,
    TechniqueUse,
)

TWICE = {
    "service_contract_once": "这个合同编号已经登记",
    "drawing_used_once": "这一版已经登记用于同一项",
    "challenge_bid_once": "这家单位已经揭榜",
    "challenge_one_chosen": "已经选定了一家",
}


class BadEntry(Refusal):
    """The entry does not hold together."""

    status = 422
    code = "bad_entry"


def _create(model: Any, **values: Any) -> Any:
    """Insert a row; what the database refuses is said in words."""
    try:
        with transaction.atomic():
            made = model.objects.create(**values)
    except IntegrityError as problem:
        words = next((text for name, text in TWICE.items() if name in str(problem)), "")
        if words:
            raise Conflict(words, remedy="打开已有的一条") from problem
        raise BadEntry("有一项填得不对", remedy="核对日期、金额和数量") from problem
    made.refresh_from_db()
    return made


@transaction.atomic
def save_service(*, values: Mapping[str, Any], actor: Actor, provenance: str = "real") -> BoughtService:
    """Record a contract for services; buyer and provider differ. Raises NotAllowed, BadEntry, Conflict."""
    area = values["area"]
    require(actor, Permission.SAFETY_GRADE, _Here(area.path))
    if values["buyer"] == values["provider"]:
        raise BadEntry("委托单位和承接企业是同一家", where="承接企业", clause="T20-7", remedy="选另一家企业")
    if values["starts"] > values["ends"]:
        raise BadEntry("服务期开始晚于结束", where="服务期", remedy="换过来")
    made: BoughtService = _create(BoughtService, by_name=actor.name, provenance=provenance, **values)
    audit.record(action=Action.SITE_SAVED, actor=actor, subject=made, after={"合同": made.contract})
    return made


class _Here:
    """Where something lies, for the question of rights."""

    def __init__(self, area_path: str) -> None:
        self.area_path = area_path


@transaction.atomic
def use_drawing(
    *, project: Project, version: PolicyVersion, item: str, sheet: str, since: date, actor: Actor, now: datetime
) -> DrawingUse:
    """Record that a project works to a version of a guide or atlas in force. Raises NotAllowed, BadEntry."""
    require(actor, Permission.SITE_RUN, project)
    if (version.until is not None and version.until < since) or (version.since is not None and since < version.since):
        raise BadEntry(f"{version.document}{version}在 {since} 不是有效版次", where="版次", clause="T20-4",
                       remedy="选当时有效的版次")  # fmt: skip
    made: DrawingUse = _create(
        DrawingUse, project=project, version=version, item=item.strip(), sheet=sheet.strip(), since=since,
        by_name=actor.name, at=now, provenance=project.provenance,
    )  # fmt: skip
    audit.record(action=Action.SITE_SAVED, actor=actor, subject=project, after={"图集": str(made), "用于": made.item})
    return made


@transaction.atomic
def save_technique(*, values: Mapping[str, Any], actor: Actor, provenance: str = "real") -> NewTechnique:
    """Put an entry into the catalogue. Raises NotAllowed, Conflict for a name taken."""
    require(actor, Permission.SAFETY_GRADE)
    if NewTechnique.objects.filter(name=values["name"].strip()).exists():
        raise Conflict(f"目录里已有“{values['name']}”", where="名称", remedy="打开已有的一条")
    made: NewTechnique = _create(NewTechnique, by_name=actor.name, provenance=provenance, **values)
    audit.record(action=Action.SITE_SAVED, actor=actor, subject=made, after={"类别": made.get_kind_display()})
    return made


@transaction.atomic
def use_technique(*, project: Project, values: Mapping[str, Any], actor: Actor, now: datetime) -> TechniqueUse:
    """Record where an entry was used and how long it took. Raises NotAllowed, BadEntry."""
    require(actor, Permission.SITE_RUN, project)
    if values["used_on"] > timezone.localdate(now) or (
        project.works_started_on and values["used_on"] < project.works_started_on
    ):
        raise BadEntry("完成日期不在开工到今天之间", where="完成日期", remedy="核对日期")
    made: TechniqueUse = _create(
        TechniqueUse, project=project, by_name=actor.name, at=now, provenance=project.provenance, **values
    )
    audit.record(action=Action.SITE_SAVED, actor=actor, subject=project, after={"四新": str(made)})
    return made


@transaction.atomic
def place_bid(*, challenge: OpenChallenge, values: Mapping[str, Any], actor: Actor) -> ChallengeBid:
    """Record a bid while the challenge is published and in time (T21-3). Raises NotAllowed, BadEntry, Conflict."""
    locked = OpenChallenge.objects.select_for_update(of=("self",)).get(pk=challenge.pk)
    require(actor, Permission.SAFETY_GRADE, locked)
    if locked.stage != "published":
        raise Conflict("现在不是揭榜的时候", where=str(locked), remedy="张榜后、选定前才能揭榜")
    day = values["bid_on"]
    if locked.bids_until is not None and day > locked.bids_until:
        raise BadEntry(f"揭榜已于 {locked.bids_until} 截止", where="揭榜日期", clause="T21-3")
    if locked.published_on is not None and day < locked.published_on:
        raise BadEntry("揭榜日期早于张榜日期", where="揭榜日期", remedy="核对日期")
    made: ChallengeBid = _create(ChallengeBid, challenge=locked, by_name=actor.name, **values)
    audit.record(action=Action.SITE_SAVED, actor=actor, subject=locked, after={"揭榜": made.bidder})
    return made


@transaction.atomic
def score_bid(*, bid: ChallengeBid, score: int, actor: Actor) -> None:
    """Give a bid its marks out of a hundred; it is then no longer chosen. Raises NotAllowed, BadEntry, Conflict."""
    challenge = _in_selection(bid, actor)
    if not 0 <= score <= 100:
        raise BadEntry("评分是 0 到 100", where=bid.bidder)
    ChallengeBid.objects.filter(pk=bid.pk).update(score=score, chosen=False)
    audit.record(action=Action.SITE_SAVED, actor=actor, subject=challenge, after={bid.bidder: score})


@transaction.atomic
def choose_bid(*, bid: ChallengeBid, actor: Actor) -> None:
    """Choose the bid with the most marks; every bid has to be scored first. Raises NotAllowed, BadEntry, Conflict."""
    challenge = _in_selection(bid, actor)
    rows = list(ChallengeBid.objects.filter(challenge=challenge))
    open_ones = [one.bidder for one in rows if one.score is None]
    if open_ones:
        raise BadEntry(f"{'、'.join(open_ones)}还没有评分", where="评分", clause="T21-3", remedy="全部评分后再选定")
    best = max(one.score or 0 for one in rows)
    fresh = next(one for one in rows if one.pk == bid.pk)
    if fresh.score != best:
        raise BadEntry(
            f"{fresh.bidder}不是评分最高的", where="选定", clause="T21-3", remedy=f"最高 {best} 分，选评分最高的单位"
        )
    ChallengeBid.objects.filter(challenge=challenge).update(chosen=False)
    ChallengeBid.objects.filter(pk=bid.pk).update(chosen=True)
    audit.record(action=Action.SITE_SAVED, actor=actor, subject=challenge, after={"选定": fresh.bidder})


def _in_selection(bid: ChallengeBid, actor: Actor) -> OpenChallenge:
    locked: OpenChallenge = OpenChallenge.objects.select_for_update(of=("self",)).get(pk=bid.challenge_id)
    require(actor, Permission.SAFETY_GRADE, locked)
    if locked.stage != "published":
        raise Conflict("已经过了评选", where=str(locked), remedy="刷新页面看现在到哪一步")
    return locked


@transaction.atomic
def save_insurance(*, project: Project, values: Mapping[str, Any], actor: Actor, now: datetime) -> DefectInsurance:
    """Record a policy against latent defects (T20-10). Raises NotAllowed, BadEntry, Conflict."""
    require(actor, Permission.SITE_RUN, project)
    if DefectInsurance.objects.filter(policy_number=values["policy_number"].strip()).exists():
        raise Conflict("这张保单已经登记", where="保单号", remedy="核对保单号")
    made: DefectInsurance = _create(
        DefectInsurance, project=project, by_name=actor.name, at=now, provenance=project.provenance, **values
    )
    audit.record(action=Action.SITE_SAVED, actor=actor, subject=project, after={"保单": made.policy_number})
    return made
