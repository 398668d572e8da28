"""Rows for the tests of plans: projects in the pool with their figures, frames of the district, an open gate."""

from datetime import date
from typing import Any

from jiugai.accounts.models import Area
from jiugai.domain import gates
from jiugai.domain.stages import Gate
from jiugai.planning.models import PlanFrame, PlanScenario, Project, ProjectInput
from tests.apps.planning_rows import a_community, now, stored
from tests.cast import CHAOYANG, Cast

FEN = 100_000


def a_stored(cast: Cast, name: str, *, kind: str = "energy", m2: int = 10_000, **figures: Any) -> Project:
    """A project in the pool with its own figures; money in thousand yuan."""
    project = stored(cast, a_community(cast, name), kind=kind)
    give_figures(project, m2=m2, **figures)
    return Project.objects.select_related("plan_input", "community").get(pk=project.pk)


def give_figures(
    project: Project, *, m2: int | None = 10_000, homes: int | None = 100, district: int | None = 1000,
    city: int | None = 500, months: int | None = 6, **more: Any,
) -> ProjectInput:  # fmt: skip
    return ProjectInput.objects.create(
        project=project, area_m2=m2, households=homes, months=months, by_name="测试", at=now(),
        district_fen=None if district is None else district * FEN,
        city_fen=None if city is None else city * FEN, **more,
    )  # fmt: skip


def frames(cast: Cast, *, years: tuple[int, ...] = (2027, 2028, 2029), district: int = 5000, city: int = 5000,
           capacity: int = 100_000, sites: int = 5, code: str = CHAOYANG) -> None:  # fmt: skip
    area = cast.areas[code]
    for year in years:
        frame(area, "district_money", district * FEN, year)
        frame(area, "city_money", city * FEN, year)
    frame(area, "capacity", capacity)
    frame(area, "sites", sites)


def afford(cast: Cast, *, years: tuple[int, ...] = (2027, 2028, 2029), code: str = CHAOYANG) -> None:
    """Give a district more money than anybody asks for in these tests, where none is entered."""
    area = cast.areas[code]
    for kind in ("district_money", "city_money"):
        for year in years:
            if not PlanFrame.objects.filter(area=area, kind=kind, year=year).exists():
                frame(area, kind, 10**12, year)


def frame(area: Area, kind: str, value: int, year: int | None = None) -> PlanFrame:
    return PlanFrame.objects.create(area=area, kind=kind, value=value, year=year, at=now(), by_name="测试")


def a_scenario(
    cast: Cast, *, code: str = CHAOYANG, title: str = "方案甲", months: int = 36, **more: Any
) -> PlanScenario:
    made = PlanScenario.objects.create(
        area=cast.areas[code], title=title, first_month=date(2027, 1, 1), months=months, made_at=now(),
        made_by_name="测试", **more,
    )  # fmt: skip
    made.refresh_from_db()
    return made


def answer_all_but_the_plan(monkeypatch: Any) -> None:
    """Let the gate `enter_plan` ask only what these tests are about: the batch, its money and the quota."""
    asked = ("T03-6", "T03-5", "T03-9", "T03-10")
    only = tuple(Gate(g.code, g.label, g.asks, asked) if g.code == "enter_plan" else g for g in gates.GATES)
    monkeypatch.setattr(gates, "GATES", only)
    rules = {**gates.GATE_RULES, "enter_plan": ("t03_6_applied_in_batch", "t03_5_money_enough", "t03_10_quota")}
    monkeypatch.setattr(gates, "GATE_RULES", rules)
    gates._standing.cache_clear()
