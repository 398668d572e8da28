"""The district table: which rule keeps how many communities out, from the table of latest verdicts."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import CharField, Count, F, Func, Max, Q, QuerySet, Value

from jiugai.accounts.actor import Actor
from jiugai.accounts.models import Area
from jiugai.domain.gates import GATE_RULES
from jiugai.domain.rules import rule_named
from jiugai.domain.stages import Gate
from jiugai.policy.models import LatestVerdict
from jiugai.registry.models import Community

BLOCKING = ("failed", "unknown")


@dataclass(frozen=True)
class RuleRow:
    """How one rule stands: communities that fail it, of which it is not known, that an exception covers."""

    rule: str
    title: str
    clause: str
    failed: int
    unknown: int
    waived: int

    @property
    def blocked(self) -> int:
        """How many it keeps out."""
        return self.failed + self.unknown


@dataclass(frozen=True)
class AreaRow:
    """How the gate stands in one area below."""

    code: str
    name: str
    total: int
    open: int
    waived: int

    @property
    def shut(self) -> int:
        """How many are kept out."""
        return self.total - self.open


@dataclass(frozen=True)
class Standing:
    """The district table of a gate."""

    gate: Gate
    area: Area | None
    rules: list[RuleRow]
    areas: list[AreaRow]
    total: int
    open: int
    waived: int
    not_judged: int
    judged_at: datetime | None

    @property
    def shut(self) -> int:
        """How many are kept out."""
        return self.total - self.open


def standing(*, gate: Gate, actor: Actor, area: Area | None) -> Standing:
    """Count a gate's verdicts in the actor's areas, or in one of them, in six queries."""
    rows = _rows(gate, actor, area)
    sums = rows.aggregate(
        total=Count("pk"),
        open=Count("pk", filter=Q(lets_through=True)),
        waived=Count("pk", filter=Q(lets_through=True, is_open=False)),
        at=Max("judged_at"),
    )
    by_rule = {kind: _by_rule(rows, kind) for kind in (*BLOCKING, "waived")}
    everyone = Community.objects.visible_to(actor).current()
    if area is not None:
        everyone = everyone.filter(area_path__startswith=area.path)
    return Standing(
        gate=gate,
        area=area,
        rules=[_rule_row(name, by_rule) for name in GATE_RULES[gate.code]],
        areas=_by_area(rows, area),
        total=sums["total"],
        open=sums["open"],
        waived=sums["waived"],
        not_judged=max(everyone.count() - sums["total"], 0),
        judged_at=sums["at"],
    )


def _rows(gate: Gate, actor: Actor, area: Area | None) -> QuerySet[LatestVerdict]:
    rows = LatestVerdict.objects.visible_to(actor).filter(gate=gate.code)
    rows = rows.filter(community__merged_into__isnull=True, community__withdrawn_at__isnull=True)
    return rows.filter(area_path__startswith=area.path) if area else rows


def _by_rule(rows: QuerySet[LatestVerdict], kind: str) -> dict[str, int]:
    spread = rows.annotate(rule=Func(F(kind), function="unnest", output_field=CharField()))
    return dict(spread.order_by().values("rule").annotate(n=Count("pk")).values_list("rule", "n"))


def _rule_row(name: str, by_rule: dict[str, dict[str, int]]) -> RuleRow:
    rule = rule_named(name)
    failed, unknown, waived = (by_rule[kind].get(name, 0) for kind in (*BLOCKING, "waived"))
    return RuleRow(name, rule.title, rule.clauses[0], failed, unknown, waived)


def _by_area(rows: QuerySet[LatestVerdict], area: Area | None) -> list[AreaRow]:
    """Count by the areas one level below: districts of the city, streets of a district, and so on."""
    depth = len(area.path.strip("/").split("/")) + 2 if area else 3
    part: Any = Func(F("area_path"), Value("/"), Value(depth), function="split_part", output_field=CharField())
    counted = rows.annotate(code=part).order_by().values("code").annotate(
        total=Count("pk"),
        open=Count("pk", filter=Q(lets_through=True)),
        waived=Count("pk", filter=Q(lets_through=True, is_open=False)),
    )  # fmt: skip
    found = list(counted.order_by("-total", "code"))
    names = dict(Area.objects.filter(code__in=[row["code"] for row in found]).values_list("code", "name"))
    return [
        AreaRow(row["code"], names.get(row["code"], "街道待核实"), row["total"], row["open"], row["waived"])
        for row in found
    ]
