"""When a planner's term ends while an opinion waits, the question goes to who is in charge now."""

from datetime import date, datetime
from typing import Any

from django.db import transaction

from jiugai.accounts.actor import Actor
from jiugai.matters.actions.journal import write
from jiugai.matters.actions.locking import locked, save
from jiugai.matters.models.log import What
from jiugai.planning.models import PlannerOpinion, PlannerTerm
from jiugai.planning.queries.project import planner_of


@transaction.atomic
def pass_on(*, actor: Actor, now: datetime, on: date) -> int:
    """Give every waiting opinion that lies with a former planner's body to the planner in charge; return how many.

    The clock runs on. Where nobody is in charge it stays where it lies; running it again changes nothing.
    """
    waiting = PlannerOpinion.objects.filter(closed_at__isnull=True).select_related("project").order_by("pk")
    done = 0
    for opinion in waiting:
        term = planner_of(opinion.project, on=on, role=opinion.role)
        if term is not None and not _lies_with(opinion, term):
            _give(opinion, term, actor, now)
            done += 1
    return done


def _lies_with(opinion: PlannerOpinion, term: PlannerTerm) -> bool:
    """Tell whether it lies with the planner in charge, or was assigned to somebody of his body by hand."""
    if opinion.owner_id != term.planner.organisation_id:
        return False
    former = PlannerTerm.objects.filter(street=term.street, planner__user=opinion.assignee_id).exclude(
        planner=term.planner
    )
    return opinion.assignee_id in (None, term.planner.user_id) or not former.exists()


def _give(opinion: PlannerOpinion, term: PlannerTerm, actor: Actor, now: datetime) -> None:
    fresh: Any = locked(opinion, version=None)
    before = {"owner": fresh.owner, "assignee": fresh.assignee}
    fresh.owner, fresh.assignee = term.planner.organisation, term.planner.user
    save(fresh, "owner", "assignee")
    write(matter=fresh, what=What.HANDED_OVER, actor=actor, now=now, reason=f"{term.street.name}责任规划师换任",
          before=before, after={"owner": fresh.owner, "assignee": fresh.assignee})  # fmt: skip
