"""The effect review: answers of the five parties, and what becomes of their opinions (T22-1, T22-2)."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from jiugai.accounts import audit
from jiugai.accounts.actor import Actor
from jiugai.accounts.codes import Action
from jiugai.accounts.guard import require
from jiugai.accounts.permissions import Permission
from jiugai.domain.effect import Party
from jiugai.domain.errors import Conflict, Refusal
from jiugai.matters.actions import open_matter
from jiugai.works.kinds._shared import BadDay
from jiugai.works.models import Completion, EffectFollowUp, EffectReview, PartyAnswer


class BadAnswer(Refusal):
    """The answer does not hold together."""

    status = 422
    code = "bad_answer"


@dataclass(frozen=True)
class Said:
    """What a party said, or why there is no such party; `follow_up` asks somebody to do something about it."""

    party: str
    answered_on: date
    said_by: str = ""
    satisfied: int | None = None
    opinion: str = ""
    absent: str = ""
    follow_up: bool = False


@transaction.atomic
def record_answer(*, review: EffectReview, said: Said, actor: Actor, now: datetime) -> PartyAnswer:
    """Record a party's answer; one to follow up becomes a matter. Raises NotAllowed, BadAnswer, BadDay, Conflict."""
    locked = EffectReview.objects.select_for_update(of=("self",)).select_related("community").get(pk=review.pk)
    require(actor, Permission.EFFECT_LEAD, locked)
    if locked.closed_at is not None:
        raise Conflict("评价已经完成", where=str(locked), remedy="新的意见作为报修或居民意见登记")
    _check(locked, said, timezone.localdate(now))
    made = PartyAnswer.objects.create(
        review=locked, party=said.party, said_by=said.said_by.strip(), satisfied=said.satisfied,
        opinion=said.opinion.strip(), absent=said.absent.strip(), answered_on=said.answered_on, by_name=actor.name,
        at=now,
    )  # fmt: skip
    audit.record(action=Action.PARTY_ANSWERED, actor=actor, subject=locked,
                 after={"参与方": made.get_party_display(), "满意": made.satisfied})  # fmt: skip
    if said.follow_up:
        _follow_up(locked, made, actor, now)
    return made


def _check(review: EffectReview, said: Said, today: date) -> None:
    if said.party not in list(Party):
        raise BadAnswer("没有选是哪一方", where="参与方", clause="T22-1", remedy="选五方之一")
    party = Party(said.party)
    if said.satisfied is None and not said.absent.strip():
        raise BadAnswer(
            f"没有填{party.label}的满意程度", where=party.label, remedy="选 1 到 5；确实没有这一方的写明原因"
        )
    if said.satisfied is None and not party.may_be_missing:
        raise BadAnswer(f"{party.label}不能没有", where=party.label, clause="T22-1", remedy="请他们提出意见")
    if said.satisfied is not None and (not 1 <= said.satisfied <= 5 or not said.said_by.strip()):
        raise BadAnswer("满意程度是 1 到 5，并写明谁说的", where=party.label, remedy="补齐")
    if said.follow_up and not said.opinion.strip():
        raise BadAnswer("要办理的意见没有内容", where="意见和建议", clause="T22-2", remedy="写清要办什么")
    _check_day(review, said.answered_on, today)


def _check_day(review: EffectReview, day: date, today: date) -> None:
    done = Completion.objects.filter(project=review.project_id).values_list("completed_on", flat=True).first()
    if day > today or (done is not None and day < done):
        raise BadDay(f"日期 {day} 不在竣工到今天之间", where="日期", clause="T22-1", remedy="竣工验收后才评价效果")


def _follow_up(review: EffectReview, answer: PartyAnswer, actor: Actor, now: datetime) -> None:
    title = f"{answer.get_party_display()}：{answer.opinion}"[:160]
    open_matter(
        model=EffectFollowUp,
        values={"project": review.project, "title": title, "detail": answer.opinion, "answer_of": answer},
        community=review.community, actor=actor, now=now, provenance=review.provenance,
    )  # fmt: skip
