"""The inventory of one community: types with last survey and counts, cases, guards by building."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse

from jiugai.domain.five_types import Problem
from jiugai.governance.models import InventorySurvey, StakeLock, WindowGuard
from jiugai.matters.kinds import stage_label
from jiugai.matters.models import Matter
from jiugai.offline.models import Operation, Photo
from jiugai.registry.models import Community


@dataclass(frozen=True)
class TypeRow:
    """One of the five types in a community."""

    problem: Problem
    survey: InventorySurvey | None
    found: int
    open: int
    left: int | None

    @property
    def closed(self) -> int:
        """How many came to an end."""
        return self.found - self.open

    @property
    def new_url(self) -> str:
        """Address of the form of a new case."""
        return reverse(f"matter-{self.problem}-new")


@dataclass(frozen=True)
class GuardBoard:
    """The guards of one building: flats in order, and how many are left."""

    building: str
    flats: Sequence[WindowGuard]

    @property
    def left(self) -> int:
        """How many flats still have guards that are in the way or not judged."""
        return sum(1 for g in self.flats if g.removed_on is None and g.affects_works is not False)


def types_of(community: Community) -> list[TypeRow]:
    """Return the five rows, in three queries."""
    surveys = _last_surveys(community)
    counts = {row["kind"]: row for row in _counts(community)}
    left = sum(case.count_left for case in _open_stakes(community))
    return [_row(problem, surveys, counts.get(problem, {}), left) for problem in Problem]


def _row(problem: Problem, surveys: Mapping[str, InventorySurvey], count: Mapping[str, int], left: int) -> TypeRow:
    stakes = left if problem is Problem.STAKE_LOCK else None
    return TypeRow(problem, surveys.get(problem), count.get("found", 0), count.get("open", 0), stakes)


def _last_surveys(community: Community) -> dict[str, InventorySurvey]:
    rows = InventorySurvey.objects.standing().filter(community=community)
    return {row.problem: row for row in rows.order_by("problem", "-on", "-pk").distinct("problem")}


def _counts(community: Community) -> Any:
    rows = Matter.objects.filter(community=community, kind__in=list(Problem)).order_by().values("kind")
    return rows.annotate(found=Count("pk"), open=Count("pk", Q(closed_at__isnull=True)))


def _open_stakes(community: Community) -> Any:
    return StakeLock.objects.open().filter(community=community)


def cases_of(community: Community) -> list[Matter]:
    """Return all cases with `stage_label`, open ones first, by the date they are due."""
    rows = Matter.objects.filter(community=community, kind__in=list(Problem)).select_related("owner")
    found = sorted(rows, key=lambda m: (m.closed_at is not None, m.due_on or date.max, m.pk))
    for case in found:
        case.stage_label = stage_label(case.kind, case.stage)
    return found


def guards_of(community: Community) -> list[GuardBoard]:
    """Return the guards building by building."""
    found: dict[str, list[WindowGuard]] = defaultdict(list)
    for guard in WindowGuard.objects.filter(community=community):
        found[guard.building_label].append(guard)
    return [GuardBoard(building, flats) for building, flats in sorted(found.items())]


def photos_of(community: Community) -> dict[int, list[str]]:
    """Return the addresses of photos that phones sent with a case, by its key."""
    sent = Operation.objects.filter(kind="problem", community=community).values_list("subject", "body")
    wanted = {int(subject.removeprefix("problem:")): body.get("photos") or [] for subject, body in sent}
    hashes = {one for many in wanted.values() for one in many}
    known = dict(Photo.objects.filter(community=community, sha256__in=hashes).values_list("sha256", "pk"))
    return {pk: [f"/photos/{known[one]}/" for one in many if one in known] for pk, many in wanted.items()}
