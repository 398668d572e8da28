"""Asking the responsible planner for an opinion (T09-3), and telling when the time has run out."""

from datetime import date, datetime
from typing import Any

from django.db import transaction

from jiugai.accounts.actor import Actor
from jiugai.domain.errors import Conflict, Refusal
from jiugai.matters.actions.opening import open_matter
from jiugai.planning.models import PlannerOpinion, Project
from jiugai.planning.queries.project import planner_of
from jiugai.policy.models import Occurrence
from jiugai.policy.occurrences import announce


class AskedAlready(Conflict):
    """The planner has this question on the desk."""

    code = "asked_already"


class AskedByEdition(Refusal):
    """Schemes are on record: the planners are asked when an edition is submitted."""

    status = 422
    code = "asked_by_edition"


@transaction.atomic
def ask_opinion(
    *, project: Project, at: str, actor: Actor, now: datetime, on: date, detail: str = "",
    role: str = PlannerOpinion.Role.STREET, edition: int = 0, cause: Occurrence | None = None,
) -> Any:  # fmt: skip
    """Open an opinion for the planner in charge of the street, or of the district; its clock begins.

    Without a planner in charge it goes to the leading body, which hands it on. `edition` is that of the scheme it
    is asked on. Raises NotAllowed, AskedAlready, AskedByEdition.
    """
    locked = Project.objects.select_for_update(of=("self",)).select_related("community", "lead").get(pk=project.pk)
    if PlannerOpinion.objects.filter(project=locked, at=at, role=role, closed_at__isnull=True).exists():
        raise AskedAlready(
            "已经送请出具意见，还没有答复", where=locked.code, remedy="在待办里看期限，或请规划师尽快答复"
        )
    if not edition and PlannerOpinion.objects.filter(project=locked, at=at, edition__gt=0).exists():
        raise AskedByEdition(
            "这一步按报送的方案版次送请",
            where=locked.code,
            clause="T19-10",
            remedy="在“方案和意见”页报送新一版，自动送请",
        )
    term = planner_of(locked, on=on, role=role)
    values: dict[str, Any] = {
        "project": locked, "at": at, "role": role, "edition": edition, "detail": detail, "project_ref": locked.code,
    }  # fmt: skip
    if term is not None:
        values |= {"owner": term.planner.organisation, "assignee": term.planner.user}
    return open_matter(
        model=PlannerOpinion, values=values, community=locked.community, actor=actor, now=now, cause=cause,
        provenance=locked.provenance,
    )  # fmt: skip


@transaction.atomic
def tell_lapsed(*, actor: Actor, now: datetime, on: date) -> int:
    """Put every opinion whose time ran out on its community's timeline, once; return how many.

    The question stays open: an opinion given late is better than none, and is marked as late.
    """
    late = PlannerOpinion.objects.filter(
        closed_at__isnull=True, suspended_on__isnull=True, due_on__lt=on, lapse_told_on__isnull=True
    ).select_related("community", "project")
    done = 0
    for opinion in late.order_by("pk"):
        PlannerOpinion.objects.filter(pk=opinion.pk).update(lapse_told_on=on)
        announce(
            code="opinion_lapsed", community=opinion.community, title="责任规划师逾期未出具意见", words=opinion.title,
            actor=actor, now=now, url=f"/matters/{opinion.pk}/", detail={"matter": opinion.pk},
            demo=opinion.provenance == "demo",
        )  # fmt: skip
        done += 1
    return done
