"""Mass work of a community: what was done, how many were reached, what is still open (T03-2)."""

from dataclasses import dataclass
from datetime import date

from jiugai.domain.pledge import Tally
from jiugai.planning.models import MassWork, Objection, Pledge
from jiugai.planning.queries.pledges import tallies
from jiugai.registry.models import Community

SHOWN = 100


@dataclass(frozen=True)
class Totals:
    """Sums over everything that was not taken back. `asked` and `agreed` are of the last time consent was asked."""

    visits: int
    households_visited: int
    meetings: int
    attended: int
    asked: int
    agreed: int
    asked_on: date | None
    open: int
    closed: int

    @property
    def notes(self) -> dict[str, str]:
        """Words under the figures."""
        return {
            "visits": f"{self.visits} 次",
            "meetings": f"到场 {self.attended} 户",
            "asked": f"问了 {self.asked} 户",
            "closed": f"已办结 {self.closed} 条",
        }


@dataclass(frozen=True)
class Mobilising:
    """The page."""

    totals: Totals
    work: list[MassWork]
    open: list[Objection]
    closed: list[Objection]
    tally: Tally


def show_mobilising(community: Community) -> Mobilising:
    """Load the page in a constant number of queries."""
    work = list(MassWork.objects.filter(community=community).select_related("document"))
    objections = list(Objection.objects.filter(community=community))
    still = [o for o in objections if o.closed_on is None]
    done = [o for o in objections if o.closed_on is not None]
    totals = _totals([w for w in work if w.withdrawn_at is None], len(still), len(done))
    return Mobilising(totals, work[:SHOWN], still, done[:SHOWN], tallies([community.pk])[community.pk])


def _totals(work: list[MassWork], still: int, done: int) -> Totals:
    visits = [w for w in work if w.kind == MassWork.Kind.VISIT]
    meetings = [w for w in work if w.kind == MassWork.Kind.MEETING]
    asked = max((w for w in work if w.kind == MassWork.Kind.CONSENT), key=lambda w: (w.held_on, w.pk), default=None)
    return Totals(
        visits=len(visits),
        households_visited=sum(w.households for w in visits),
        meetings=len(meetings),
        attended=sum(w.households for w in meetings),
        asked=asked.households if asked else 0,
        agreed=asked.agreed or 0 if asked else 0,
        asked_on=asked.held_on if asked else None,
        open=still,
        closed=done,
    )


def live_pledges(community: Community) -> list[Pledge]:
    """Return the answers that count today, in the order of the doors."""
    rows = Pledge.objects.filter(community=community, ended_at__isnull=True).select_related("document")
    return sorted(rows, key=lambda row: _order(row.door))


def ended_pledges(community: Community) -> list[Pledge]:
    """Return answers that no longer count, newest first."""
    return list(Pledge.objects.filter(community=community, ended_at__isnull=False).order_by("-ended_at")[:SHOWN])


def _order(door: str) -> tuple[tuple[int, str], ...]:
    """Sort 2-1-101 before 10-1-101."""
    return tuple((int(part), "") if part.isdigit() else (10**9, part) for part in door.split("-"))
