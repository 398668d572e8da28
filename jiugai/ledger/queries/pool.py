"""The flow pool by district: scale, what is free, reserved and counted, and what was built by kind of works (T18-4)."""

from collections import defaultdict
from dataclasses import dataclass, field

from django.db.models import Count, F, Func, Sum, Value
from django.db.models.fields import CharField

from jiugai.accounts.actor import Actor
from jiugai.accounts.models import Area
from jiugai.domain.floor_area import Account as Code
from jiugai.domain.floor_area import Work
from jiugai.ledger.models import Account, AreaFiling, Book


@dataclass(frozen=True)
class DistrictPool:
    """One district, in cm²; `by_work` is the counted area by kind of works, `waiting` the filings not yet decided."""

    code: str
    name: str
    granted: int = 0
    available: int = 0
    reserved: int = 0
    counted: int = 0
    waiting: int = 0
    by_work: dict[str, int] = field(default_factory=dict)

    @property
    def sums_up(self) -> bool:
        """Whether what was granted equals what lies in the three accounts."""
        return self.granted == self.available + self.reserved + self.counted


@dataclass(frozen=True)
class PoolShown:
    """The page: a row per district of the actor, and their sum."""

    rows: list[DistrictPool]
    whole: DistrictPool
    works: list[tuple[str, str]]


def show_pool(actor: Actor) -> PoolShown:
    """Load the balances of the actor's districts in four queries."""
    areas = Area.objects.filter(level=Area.Level.DISTRICT).order_by("code").defer("boundary")
    mine = [area for area in areas if actor.sees_all or any(p.startswith(area.path) for p in actor.paths)]
    balances, filed, waiting = _balances([area.pk for area in mine]), _filed(actor), _waiting(actor)
    rows = [_row(area, balances[area.pk], filed[area.code], waiting.get(area.code, 0)) for area in mine]
    return PoolShown(rows, _sum(rows), [(work.value, work.label) for work in Work])


def _row(area: Area, balance: dict[str, int], filed: dict[str, int], waiting: int) -> DistrictPool:
    return DistrictPool(
        area.code, area.name, -balance.get(Code.GRANTED, 0), balance.get(Code.AVAILABLE, 0),
        balance.get(Code.RESERVED, 0), balance.get(Code.COUNTED, 0), waiting,
        {work.value: filed.get(work.value, 0) for work in Work},
    )  # fmt: skip


def _balances(areas: list[int]) -> dict[int, dict[str, int]]:
    found: dict[int, dict[str, int]] = defaultdict(dict)
    rows = Account.objects.filter(book=Book.FLOOR_AREA, area__in=areas)
    for area, code, balance in rows.values_list("area", "code", "balance"):
        found[area][code] = balance
    return found


def _districts(actor: Actor):  # type: ignore[no-untyped-def]  # a queryset of dicts
    part = Func(F("area_path"), Value("/"), Value(3), function="split_part", output_field=CharField())
    return AreaFiling.objects.visible_to(actor).annotate(district=part).order_by()


def _filed(actor: Actor) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = defaultdict(dict)
    rows = _districts(actor).filter(stage="filed").values("district", "work").annotate(sum=Sum("built_cm2"))
    for row in rows:
        found[row["district"]][row["work"]] = row["sum"]
    return found


def _waiting(actor: Actor) -> dict[str, int]:
    rows = _districts(actor).filter(stage="asked").values("district").annotate(n=Count("pk"))
    return {row["district"]: row["n"] for row in rows}


def _sum(rows: list[DistrictPool]) -> DistrictPool:
    works = {work.value: sum(row.by_work[work.value] for row in rows) for work in Work}
    return DistrictPool(
        "", "合计", sum(r.granted for r in rows), sum(r.available for r in rows), sum(r.reserved for r in rows),
        sum(r.counted for r in rows), sum(r.waiting for r in rows), works,
    )  # fmt: skip
