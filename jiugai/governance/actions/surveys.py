"""Record that problems of a type were looked for, and take such a record back (T02-3)."""

from datetime import date, datetime

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from jiugai.accounts import audit
from jiugai.accounts.actor import Actor
from jiugai.accounts.codes import Action
from jiugai.accounts.guard import require
from jiugai.accounts.permissions import Permission
from jiugai.domain.errors import Conflict, Refusal
from jiugai.domain.five_types import Problem
from jiugai.governance.actions.days import check_day
from jiugai.governance.models import InventorySurvey
from jiugai.policy.occurrences import announce
from jiugai.registry.models import Community

MOST = 10_000


class BadCount(Refusal):
    """A number of problems that cannot be."""

    status = 422
    code = "bad_count"


@transaction.atomic
def record_survey(
    *, community: Community, problem: Problem, on: date, seen: int, actor: Actor, now: datetime, note: str = "",
    provenance: str = "",
) -> InventorySurvey:  # fmt: skip
    """Record what was seen of one type on a day; nothing seen is a statement too.

    Raises NotAllowed, BadDay, BadCount.
    """
    if not actor.is_system:
        require(actor, Permission.INVENTORY_RECORD, community)
    check_day(on, today=timezone.localdate(now), where="摸排日期")
    if not 0 <= seen <= MOST:
        raise BadCount(f"发现处数 {seen} 不对", where="发现处数", remedy=f"填 0 到 {MOST:,} 的整数，没有发现填 0")
    made = InventorySurvey.objects.create(
        community=community, problem=problem, on=on, seen=seen, note=note[:300], by_id=actor.user_id,
        by_name=actor.name, at=now, provenance=provenance or community.provenance,
    )  # fmt: skip
    _tell(made, f"{problem.label}摸排：发现 {seen} 处", actor, now)
    audit.record(action=Action.SURVEY_RECORDED, actor=actor, subject=community,
                 after={"problem": problem, "on": on, "seen": seen})  # fmt: skip
    return made


@transaction.atomic
def withdraw_survey(*, survey: InventorySurvey, reason: str, actor: Actor, now: datetime) -> InventorySurvey:
    """Take a record back by a later one that names it. Raises NotAllowed, Conflict when somebody did already."""
    require(actor, Permission.INVENTORY_RECORD, survey.community)
    if not reason.strip():
        raise Refusal("作废要写原因", where="原因", remedy="写一句为什么")
    Community.objects.select_for_update(of=("self",)).get(pk=survey.community_id)
    if survey.withdrawn or InventorySurvey.objects.filter(replaces=survey).exists():
        raise Conflict("这条摸排已经作废", remedy="刷新后查看")
    made = InventorySurvey.objects.create(
        community=survey.community, problem=survey.problem, on=survey.on, seen=survey.seen, note=reason[:300],
        by_id=actor.user_id, by_name=actor.name, at=now, replaces=survey, withdrawn=True, provenance=survey.provenance,
    )  # fmt: skip
    _tell(made, f"作废{Problem(survey.problem).label}摸排", actor, now, words=reason)
    audit.record(action=Action.SURVEY_WITHDRAWN, actor=actor, subject=survey.community,
                 before={"problem": survey.problem, "on": survey.on, "seen": survey.seen}, reason=reason)  # fmt: skip
    return made


def _tell(survey: InventorySurvey, title: str, actor: Actor, now: datetime, words: str = "") -> None:
    announce(
        code="inventory_done", community=survey.community, title=title, actor=actor, now=now, words=words,
        url=reverse("community-governance", args=[survey.community_id]), demo=survey.provenance == "demo",
    )  # fmt: skip
