"""Work that events open on site and after it (T01-9)."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.utils import timezone

from jiugai.accounts.actor import SYSTEM, Actor
from jiugai.matters.actions import hand_over, open_matter
from jiugai.matters.kinds import kind
from jiugai.planning.actions.moving import move_on
from jiugai.planning.models import Project
from jiugai.policy.models import Occurrence
from jiugai.works.actions.checking import plan_check
from jiugai.works.actions.signing import sign_papers_of
from jiugai.works.actions.warranting import restart_after
from jiugai.works.models import AcceptanceFiling, EffectReview
from jiugai.works.queries.firms import body_for


def _matter(occurrence: Occurrence) -> Any:
    """Return the matter that the event is about."""
    detail = occurrence.detail
    return kind(detail["kind"]).model.objects.select_related("owner", "community").get(pk=detail["matter"])


def _send(duty: str, reason: str) -> Callable[..., None]:
    def handler(occurrence: Occurrence, *, actor: Actor, now: datetime) -> None:
        matter = _matter(occurrence)
        to = body_for(matter.project, duty)
        if to is not None and to.pk != matter.owner_id:
            hand_over(matter=matter, to=to, actor=SYSTEM, now=now, reason=reason)

    return handler


send_to_recheck = _send("supervisor", "整改完成，请复查")
send_to_rectify = _send("contractor", "请整改")
send_to_repair = _send("implementer", "请维修")
send_to_reinspection = _send("organiser", "维修完成，请组织复验")
send_to_follow_up = _send("implementer", "请办理")
send_to_confirm = _send("organiser", "已答复，请确认是否解决")
send_to_receipt = _send("lead", "已报送，请出具备案回执")
send_to_file_again = _send("implementer", "请补齐材料后再报送")


def plan_next_check(occurrence: Occurrence, *, actor: Actor, now: datetime) -> None:
    """Plan the next check by the rhythm of the site's grade; without a cause, or checks would be one endless chain."""
    check = _matter(occurrence)
    plan_check(project=check.project, community=check.community, last=check.checked_on, now=now)


def plan_first_check(occurrence: Occurrence, *, actor: Actor, now: datetime) -> None:
    """Plan the first check of a site when its works begin."""
    project = Project.objects.get(pk=occurrence.detail["project"])
    if occurrence.community_id == project.community_id:
        plan_check(
            project=project, community=occurrence.community, last=timezone.localdate(now), now=now, cause=occurrence
        )


def _open_for(model: Any) -> Callable[..., None]:
    def handler(occurrence: Occurrence, *, actor: Actor, now: datetime) -> None:
        project = Project.objects.get(pk=occurrence.detail["project"])
        if occurrence.community_id != project.community_id or model.objects.filter(project=project).exists():
            return
        open_matter(
            model=model, values={"project": project}, community=occurrence.community, actor=actor, now=now,
            cause=occurrence, provenance=project.provenance,
        )  # fmt: skip

    return handler


open_filing = _open_for(AcceptanceFiling)
open_review = _open_for(EffectReview)


def _moves(move: str) -> Callable[..., None]:
    def handler(occurrence: Occurrence, *, actor: Actor, now: datetime) -> None:
        matter = _matter(occurrence)
        words = getattr(matter, "summary", "") or matter.title
        move_on(project=matter.project, move=move, actor=actor, now=now, words=words[:300])
        sign_papers_of(matter=matter, now=now)

    return handler


mark_reviewed = _moves("review")
mark_handed_over = _moves("hand_over")


def restart_warranty(occurrence: Occurrence, *, actor: Actor, now: datetime) -> None:
    """Start a repaired part's term anew."""
    claim = _matter(occurrence)
    if claim.stage == "closed":
        restart_after(claim=claim, now=now, by=actor.name)


def sign_papers(occurrence: Occurrence, *, actor: Actor, now: datetime) -> None:
    """Keep which versions of the papers were signed off."""
    sign_papers_of(matter=_matter(occurrence), now=now)


HANDLERS = {
    "send_to_recheck": send_to_recheck,
    "send_to_rectify": send_to_rectify,
    "send_to_repair": send_to_repair,
    "send_to_reinspection": send_to_reinspection,
    "send_to_follow_up": send_to_follow_up,
    "send_to_confirm": send_to_confirm,
    "send_to_receipt": send_to_receipt,
    "send_to_file_again": send_to_file_again,
    "plan_next_check": plan_next_check,
    "plan_first_check": plan_first_check,
    "mark_reviewed": mark_reviewed,
    "mark_handed_over": mark_handed_over,
    "open_filing": open_filing,
    "open_review": open_review,
    "restart_warranty": restart_warranty,
    "sign_papers": sign_papers,
}
