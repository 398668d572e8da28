"""The special acceptance: items from the requirement list, marks item by item, people who tried it out (T11-4…6)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from jiugai.accounts import audit
from jiugai.accounts.actor import Actor
from jiugai.accounts.codes import Action
from jiugai.accounts.guard import require
from jiugai.accounts.permissions import Permission
from jiugai.approvals.actions.reviewing import standing_edition
from jiugai.domain import accessibility
from jiugai.domain.errors import Conflict, Refusal
from jiugai.domain.schemes import SchemeKind
from jiugai.matters.actions import open_matter
from jiugai.matters.announcing import tell
from jiugai.matters.kinds import kind_of
from jiugai.planning.models import Project
from jiugai.registry.models import Community
from jiugai.works.actions.special_items import Answer, Place, answering
from jiugai.works.kinds._shared import BadDay
from jiugai.works.models import SpecialAcceptance, SpecialItem, SpecialMark, TryOut


class BadItem(Refusal):
    """The items of the scheme do not answer the list of requirements, or a mark does not hold together."""

    status = 422
    code = "bad_item"


@transaction.atomic
def open_special(
    *, project: Project, community: Community, scheme_ref: str, scheme_on: date, places: Sequence[Place],
    left_out: Mapping[str, str], actor: Actor, now: datetime,
) -> SpecialAcceptance:  # fmt: skip
    """Open the acceptance of a scheme. Every requirement of the scheme's day is an item, or is left out with a reason.

    Where a special scheme is on record, its edition that stands is what is accepted: every item of it is an item of
    the acceptance, and its number and day outweigh what is said. Raises NotAllowed, BadItem, Conflict when one is open
    already, WrongProject.
    """
    require(actor, Permission.ACCEPTANCE_RUN, community)
    edition = standing_edition(project, SchemeKind.SPECIAL)
    _answer_the_list(places, left_out, edition.submitted_on if edition else scheme_on)
    values = {"project": project, "scheme_ref": scheme_ref.strip(), "scheme_on": scheme_on}
    with answering(Answer(places, left_out)):
        made: SpecialAcceptance = open_matter(
            model=SpecialAcceptance, values=values, community=community, actor=actor, now=now,
            provenance=project.provenance,
        )  # fmt: skip
    return made


def _answer_the_list(places: Sequence[Place], left_out: Mapping[str, str], on: date) -> None:
    asked = accessibility.not_covered(
        [one.code for one in places], [k for k, why in left_out.items() if why.strip()], on
    )
    if asked:
        names = "、".join(one.place for one in asked)
        raise BadItem(f"要求清单里的{names}没有列入，也没有写不涉及的理由", where="验收项", clause="T11-4",
                      remedy="列为验收项，或写明方案为什么不涉及")  # fmt: skip
    if not places:
        raise BadItem("没有验收项", where="验收项", clause="T11-5", remedy="至少列一项")


@dataclass(frozen=True)
class Mark:
    """What was found at an item."""

    result: str
    marked_on: date
    measured: str = ""
    note: str = ""


@transaction.atomic
def mark_item(*, item: SpecialItem, mark: Mark, actor: Actor, now: datetime) -> SpecialMark:
    """Mark an item as passed or failed. Raises NotAllowed, BadItem, BadDay, and Conflict after the end."""
    acceptance = SpecialAcceptance.objects.select_for_update(of=("self",)).get(pk=item.acceptance_id)
    require(actor, Permission.ACCEPTANCE_RUN, acceptance)
    if acceptance.closed_at is not None:
        raise Conflict("专项验收已经作出结论，不能再改", where=item.place, remedy="刷新页面看结论")
    _check_mark(item, mark, acceptance, timezone.localdate(now))
    try:
        with transaction.atomic():
            made = SpecialMark.objects.create(
                item=item, result=mark.result, measured=mark.measured.strip()[:80], note=mark.note.strip()[:200],
                marked_on=mark.marked_on, by_name=actor.name, at=now,
            )  # fmt: skip
    except IntegrityError as problem:
        raise Conflict("专项验收刚刚作出结论", where=item.place, remedy="刷新页面看结论") from problem
    audit.record(action=Action.ITEM_MARKED, actor=actor, subject=acceptance,
                 after={"部位": item.place, "结果": made.get_result_display(), "实测": made.measured})  # fmt: skip
    tell(code="special_marked", matter=acceptance, kind=kind_of(SpecialAcceptance), actor=actor, now=now,
         words=f"{item.place}：{made.get_result_display()}")  # fmt: skip
    return made


def _check_mark(item: SpecialItem, mark: Mark, acceptance: Any, today: date) -> None:
    if item.left_out:
        raise BadItem("方案不涉及这一项，不用验收", where=item.place)
    if mark.result not in SpecialMark.Result.values:
        raise BadItem("没有选合格或不合格", where=item.place, remedy="选一个")
    if mark.result == SpecialMark.Result.FAIL and not mark.note.strip():
        raise BadItem("不合格要写明哪里不合格", where=item.place, clause="T11-5", remedy="写清差多少、怎么改")
    if mark.marked_on > today or mark.marked_on < (acceptance.project.works_started_on or mark.marked_on):
        raise BadDay(f"验收日期 {mark.marked_on} 不在开工到今天之间", where=item.place, remedy="核对日期")


@transaction.atomic
def record_try_out(
    *, acceptance: SpecialAcceptance, who: str, people: int, held_on: date, words: str, actor: Actor, now: datetime
) -> TryOut:
    """Record who tried the works out and what they said; no names. Raises NotAllowed, BadItem, BadDay."""
    require(actor, Permission.ACCEPTANCE_RUN, acceptance)
    if who not in TryOut.Who.values or not 1 <= people <= 500:
        raise BadItem("没有选体验人，或人数不对", where="体验试用", remedy="选老年人或残疾人，人数填 1 到 500")
    if not words.strip():
        raise BadItem("没有写他们的意见", where="体验试用", remedy="写一句原话")
    if held_on > timezone.localdate(now) or held_on < (acceptance.project.works_started_on or held_on):
        raise BadDay(f"体验日期 {held_on} 不在开工到今天之间", where="体验日期", remedy="核对日期")
    return TryOut.objects.create(
        acceptance=acceptance, who=who, people=people, held_on=held_on, words=words.strip()[:300], by_name=actor.name,
        at=now,
    )  # fmt: skip
