"""The door board of an application: entrances and floors, counts, whom to visit next, warnings, appointments."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Count, Q

from jiugai.domain.risers import Consensus, CutOff, Household, consensus, cut_off, needs_warning, visit_next
from jiugai.pipes.actions.risers import as_household, figure_of
from jiugai.pipes.models import RiserApplication, RiserHousehold, RiserRound, RiserSlot
from jiugai.registry.models import Community


@dataclass(frozen=True)
class Door:
    """A door on the board."""

    row: RiserHousehold
    said: Household
    warn: bool


@dataclass
class EntranceBoard:
    """The doors of an entrance, floor by floor from the top."""

    number: int
    floors: dict[int, list[Door]] = field(default_factory=dict)

    @property
    def agreed(self) -> int:
        """How many agree."""
        return sum(d.said.answer == "agreed" for doors in self.floors.values() for d in doors)

    @property
    def all(self) -> int:
        """How many doors there are."""
        return sum(len(doors) for doors in self.floors.values())


@dataclass(frozen=True)
class Board:
    """All that the page of an application shows of its households."""

    entrances: Sequence[EntranceBoard]
    floors: Sequence[int]
    counts: Consensus
    next: Sequence[Door]
    warnings: Sequence[Door]


def board_of(application: RiserApplication, *, on: date) -> Board:
    """Return the board, in one query."""
    rows = RiserHousehold.objects.filter(application=application).select_related("dwelling__entrance")
    recent = figure_of("riser_decoration_days", on)
    begins = application.started_on or application.round.works_from
    doors = [
        Door(row, as_household(row), row.warned_on is None and needs_warning(
            decorated_on=row.decorated_on, planned_on=row.decoration_planned_on, works_from=begins, recent_days=recent))
        for row in rows
    ]  # fmt: skip
    said = [door.said for door in doors]
    by_ref = {door.said.ref: door for door in doors}
    counts = consensus(said, share_percent=figure_of("riser_consensus_percent", on))
    floors = sorted({door.said.floor or 0 for door in doors}, reverse=True)
    return Board(
        _entrances(doors, floors), floors, counts, [by_ref[one.ref] for one in visit_next(said, on=on)],
        [door for door in doors if door.warn],
    )  # fmt: skip


def _entrances(doors: Sequence[Door], floors: Sequence[int]) -> list[EntranceBoard]:
    found: dict[int, EntranceBoard] = {}
    for door in doors:
        entrance = found.setdefault(door.said.entrance, EntranceBoard(door.said.entrance, {f: [] for f in floors}))
        entrance.floors[door.said.floor or 0].append(door)
    for entrance in found.values():
        for row in entrance.floors.values():
            row.sort(key=lambda door: door.said.door)
    return [found[number] for number in sorted(found)]


@dataclass(frozen=True)
class RoundRow:
    """A round with its cut-off and its applications."""

    round: RiserRound
    cut: CutOff
    applications: Sequence[RiserApplication]


def rounds_of(community: Community, *, on: date) -> list[RoundRow]:
    """Return the rounds of a community with their applications and counts of answers, in two queries."""
    rounds = list(RiserRound.objects.filter(community=community))
    found: dict[int, list[RiserApplication]] = defaultdict(list)
    rows = RiserApplication.objects.filter(round__in=rounds).select_related("building").annotate(
        doors=Count("households"), yes=Count("households", Q(households__answer="agreed"))
    )  # fmt: skip
    for one in rows.order_by("pk"):
        found[one.round_id].append(one)
    return [RoundRow(one, cut_off(cutoff_on=one.cutoff_on, on=on), found[one.pk]) for one in rounds]


def slots_of(application: RiserApplication, *, now: datetime) -> list[RiserSlot]:
    """Return the times of an application, those to come and those taken."""
    rows = RiserSlot.objects.filter(application=application).select_related("household__dwelling__entrance")
    return [slot for slot in rows.order_by("during") if slot.household_id or slot.during.lower > now]
