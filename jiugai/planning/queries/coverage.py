"""How many communities that need renovation entered the pool, counted by the database (T03-3)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, CharField, Count, F, Func, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.fields import BooleanField

from jiugai.accounts.actor import Actor
from jiugai.accounts.models import Area
from jiugai.domain.coverage import Coverage, Standing, Target, pool_targets
from jiugai.planning.models import PoolEntry
from jiugai.policy import figures
from jiugai.registry.choices import Need, PlanMark
from jiugai.registry.models import Community

# Whether a community needs renovation is what the plan's mark says. Without one only a need of "none" counts: an
# estimate is no verdict.
NEEDS = Case(
    When(plan_mark=PlanMark.NEEDED, then=Value(True)),
    When(Q(plan_mark=PlanMark.NOT_NEEDED) | Q(need=Need.NONE), then=Value(False)),
    default=Value(None),
    output_field=BooleanField(null=True),
)


@dataclass(frozen=True)
class TargetRow:
    """A target with what was reached by its day and what is reached now."""

    target: Target
    then: Coverage | None
    now: Coverage
    standing: Standing
    past: bool


@dataclass(frozen=True)
class Shown:
    """The page. `of` is what the rows are: districts or streets."""

    whole: Coverage
    targets: list[TargetRow]
    rows: list[dict[str, Any]]
    of: str


def _members(actor: Actor) -> QuerySet[Community]:
    entries = PoolEntry.objects.filter(project__covers__community=OuterRef("pk")).order_by("entered_on")
    rows = Community.objects.current().visible_to(actor)
    return rows.annotate(needs=NEEDS, entered_on=Subquery(entries.values("entered_on")[:1])).order_by()


def _counted(rows: QuerySet[Community], on: date) -> Coverage:
    found = rows.aggregate(**_counts(on))
    return Coverage(found["done"], found["all"], found["unjudged"])


def _counts(on: date) -> dict[str, Count]:
    return {
        "done": Count("pk", filter=Q(needs=True, entered_on__lte=on)),
        "all": Count("pk", filter=Q(needs=True)),
        "unjudged": Count("pk", filter=Q(needs__isnull=True)),
    }


def show_coverage(actor: Actor, *, on: date) -> Shown:
    """Count the actor's communities: one query per target, one for the table."""
    members = _members(actor)
    whole = _counted(members, on)
    targets = [_target_row(one, members, whole, on) for one in pool_targets(figures.current())]
    city = actor.sees_all
    return Shown(whole, targets, list(_by_area(members, on, part=3 if city else 4)), "区" if city else "街道")


def _target_row(target: Target, members: QuerySet[Community], now: Coverage, on: date) -> TargetRow:
    past = on > target.by
    then = _counted(members, target.by) if past else None
    return TargetRow(target, then, now, target.standing(then or now, on), past)


def _by_area(members: QuerySet[Community], on: date, *, part: int) -> Iterable[dict[str, Any]]:
    """Yield one row per district or street; communities whose street is not known stand together."""
    bucket: Any = Func(F("area_path"), Value("/"), Value(part), function="split_part", output_field=CharField())
    counts: dict[str, Any] = {**_counts(on), "homes": Count("pk")}
    found: list[Any] = list(members.annotate(bucket=bucket).values("bucket").annotate(**counts).order_by("bucket"))
    names = dict(Area.objects.filter(code__in=[row["bucket"] for row in found]).values_list("code", "name"))
    for row in found:
        counted = Coverage(row["done"], row["all"], row["unjudged"])
        name = names.get(row["bucket"], "街道待核实")
        yield {"code": row["bucket"], "name": name, "c": counted, "homes": row["homes"]}
