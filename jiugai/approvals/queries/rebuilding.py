"""What the page 改建 of a project shows."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

from jiugai.accounts.actor import Actor
from jiugai.accounts.permissions import Answer, Permission, may
from jiugai.approvals.models import AddedArea, Rebuild, RebuildDwelling, WishAnswer
from jiugai.domain import rebuild
from jiugai.domain.figures import Value
from jiugai.domain.rebuild import Count, Flat, Sum, Use
from jiugai.planning.models import Project
from jiugai.planning.queries.project import covered_by
from jiugai.policy import figures
from jiugai.policy.actions.judging import look
from jiugai.policy.showing import GateView, view_of

MOST_FLATS = 200
RULES = "t04_"


@dataclass(frozen=True)
class RebuildShown:
    """The page; areas in m² for display."""

    sums: tuple[Sum, ...]
    whole: Sum
    flats: list[RebuildDwelling]
    more_flats: int
    count: Count
    needed: Value | None
    silent: int | None
    added: list[AddedArea]
    by_use: list[tuple[str, int]]
    booked: int
    findings: list[Any]
    rights: dict[str, Answer]


def show(project: Project, row: Rebuild | None, *, actor: Actor, on: date) -> RebuildShown:
    """Load the page; queries grow only with the communities covered, for their gate."""
    dwellings = list(RebuildDwelling.objects.filter(rebuild=row)) if row else []
    flats = [Flat(d.building, d.door, d.before_cm2, d.after_cm2) for d in dwellings]
    wishes = WishAnswer.objects.filter(rebuild=row, ended_at__isnull=True) if row else WishAnswer.objects.none()
    said = rebuild.count(wishes.values_list("door", "answer", "channel"), row.households_before if row else None)
    added = list(AddedArea.objects.filter(rebuild=row)) if row else []
    totals = Counter[str]()
    for one in added:
        totals[one.use] += one.m2
    return RebuildShown(
        sums=rebuild.sums(flats),
        whole=rebuild.total(flats),
        flats=dwellings[:MOST_FLATS],
        more_flats=max(0, len(dwellings) - MOST_FLATS),
        count=said,
        needed=figures.current().value("rebuild_wish_min", on),
        silent=said.silent,
        added=added,
        by_use=[(use.label, totals[use.value]) for use in Use],
        booked=sum(totals.values()),
        findings=_findings(project, actor, on),
        rights={
            "submit": may(actor, Permission.SCHEME_SUBMIT, project),
            "wish": may(actor, Permission.MOBILISE, project),
        },
    )


def _findings(project: Project, actor: Actor, on: date) -> list[Any]:
    """Return what the rules of task 4 say, of each community covered."""
    found: list[Any] = []
    for home in covered_by(project, actor):
        view: GateView = view_of(look(gate="enter_plan", community=home, on=on), actor=actor)
        said = (*view.failed, *view.unknown, *view.passed, *view.exempt)
        found += [one for one in said if one.rule.startswith(RULES)]
    return found
