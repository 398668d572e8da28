"""The five types over an area: a row per district, street or community, in a constant number of queries."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import CharField, Count, F, Func, QuerySet, Sum, Value
from django.db.models.functions import Cast

from jiugai.accounts.actor import Actor
from jiugai.accounts.models import Area
from jiugai.domain.five_types import Problem
from jiugai.domain.rules.words import months_after
from jiugai.governance.models import InventorySurvey, StakeLock, WindowGuard
from jiugai.matters.models import Matter
from jiugai.policy import figures
from jiugai.registry.models import Community

STREET = 3
LEVELS = {1: "区", 2: "街道（乡镇）"}
UNPLACED = "街道待核实"


@dataclass
class Row:
    """What is known of one area: communities, how many were looked through in time, what is open."""

    code: str
    name: str
    url: str = ""
    homes: int = 0
    surveyed: int = 0
    open: dict[str, int] = field(default_factory=dict)
    stakes: int = 0
    guards: int = 0

    @property
    def cells(self) -> list[tuple[Problem, int]]:
        """The open problems by type, in the order of the policy."""
        return [(problem, self.open.get(problem, 0)) for problem in Problem]

    @property
    def whole(self) -> int:
        """All open problems."""
        return sum(self.open.values())


@dataclass(frozen=True)
class Overview:
    """The page: its rows, their sum, what a row is, and how long a survey counts."""

    rows: Sequence[Row]
    total: Row
    of: str
    months: int


def overview(actor: Actor, *, area: Area, on: date) -> Overview:
    """Count what lies below an area by the level under it; a street's rows are its communities. Seven queries."""
    depth = len(area.path.strip("/").split("/"))
    value = figures.current().value("inventory_max_age_months", on)
    months = value.whole if value else 0
    by_home = depth >= STREET
    rows = _count(actor, area, by_home=by_home, part=depth + 2, since=months_after(on, -months))
    found = sorted(rows.values(), key=lambda row: (-row.whole, row.code))
    _name(found, by_home=by_home)
    return Overview(found, _sum(found), "小区" if by_home else LEVELS[depth], months)


def _count(actor: Actor, area: Area, *, by_home: bool, part: int, since: date) -> dict[str, Row]:
    """Return the rows by code of the area below, or by key of the community."""

    def within(rows: Any, path: str, home: str) -> Any:
        inside = rows.visible_to(actor).filter(**{f"{path}__startswith": area.path}).order_by()
        bucket: Any = Func(F(path), Value("/"), Value(part), function="split_part", output_field=CharField())
        return inside.annotate(bucket=Cast(home, CharField()) if by_home else bucket).values("bucket")

    found: dict[str, Row] = {}
    homes = within(Community.objects.current(), "area_path", "pk")
    for row in homes.annotate(n=Count("pk")):
        found[row["bucket"]] = Row(row["bucket"], "", homes=row["n"])
    for row in within(_surveyed(since), "area_path", "pk").annotate(n=Count("pk")):
        found.setdefault(row["bucket"], Row(row["bucket"], "")).surveyed = row["n"]
    matters = within(Matter.objects.open().filter(kind__in=list(Problem)), "area_path", "community_id")
    for row in matters.values("bucket", "kind").annotate(n=Count("pk")):
        found.setdefault(row["bucket"], Row(row["bucket"], "")).open[row["kind"]] = row["n"]
    for row in within(StakeLock.objects.open(), "area_path", "community_id").annotate(n=Sum("count_left")):
        found.setdefault(row["bucket"], Row(row["bucket"], "")).stakes = row["n"] or 0
    left = WindowGuard.objects.filter(removed_on__isnull=True).exclude(affects_works=False)
    for row in within(left, "area_path", "community_id").annotate(n=Count("pk")):
        found.setdefault(row["bucket"], Row(row["bucket"], "")).guards = row["n"]
    return found


def _surveyed(since: date) -> QuerySet[Community]:
    """Return the communities of which each type was looked for since a day."""
    standing = InventorySurvey.objects.standing().filter(on__gte=since).order_by().values("community")
    every = standing.annotate(types=Count("problem", distinct=True)).filter(types=len(Problem))
    return Community.objects.current().filter(pk__in=every.values("community"))


def _name(rows: Sequence[Row], *, by_home: bool) -> None:
    """Give rows their names and addresses, in one query."""
    codes = [row.code for row in rows if row.code]
    if by_home:
        names = {str(pk): name for pk, name in Community.objects.filter(pk__in=codes).values_list("pk", "name")}
    else:
        names = dict(Area.objects.filter(code__in=codes).values_list("code", "name"))
    for row in rows:
        row.name = names.get(row.code, UNPLACED)
        if row.code in names:
            row.url = f"/communities/{row.code}/governance/" if by_home else f"/governance/?area={row.code}"


def _sum(rows: Sequence[Row]) -> Row:
    total = Row("", "合计")
    for row in rows:
        for name in ("homes", "surveyed", "stakes", "guards"):
            setattr(total, name, getattr(total, name) + getattr(row, name))
        for problem, count in row.open.items():
            total.open[problem] = total.open.get(problem, 0) + count
    return total
