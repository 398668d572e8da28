"""Made-up scales and filings on the demonstration's projects, so that the flow pool has something in it."""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import yaml

from jiugai.accounts.actor import SYSTEM
from jiugai.accounts.models import Area
from jiugai.domain import floor_area
from jiugai.ledger.actions.posting import post
from jiugai.ledger.models import AreaFiling, Book, Entry, MixedUse, SpareHouse
from jiugai.matters.actions import move, open_matter
from jiugai.planning.models import Project
from jiugai.web.areas import CM2

SEEDS = Path(__file__).parent / "data" / "demo_ledger.yaml"


@dataclass(frozen=True)
class Made:
    """How many rows of the demonstration there are."""

    grants: int
    filings: int
    houses: int


def make_demo_ledger(*, now: datetime, on: date) -> Made:
    """Add what is missing; whatever is made is marked provenance=demo."""
    seeds: dict[str, Any] = yaml.safe_load(SEEDS.read_text(encoding="utf-8"))
    if not Entry.objects.filter(provenance="demo").exists():
        for code, m2 in seeds["grants"].items():
            _grant(code, m2, now, on)
    for seed in seeds["filings"]:
        _filing(seed, now)
    for seed in seeds["houses"]:
        _simple(SpareHouse, seed, now)
    for seed in seeds["mixed"]:
        _simple(MixedUse, seed, now)
    return Made(*(rows.filter(provenance="demo").count() for rows in (
        Entry.objects.filter(matter=None), AreaFiling.objects, SpareHouse.objects)))  # fmt: skip


def _grant(code: str, m2: int, now: datetime, on: date) -> None:
    area = Area.objects.filter(code=code).first()
    if area is not None:
        post(book=Book.FLOOR_AREA, area=area, legs=floor_area.grant(m2 * CM2), what="下达建筑管控规模（演示）", on=on,
             actor=SYSTEM, now=now, reference="演示1号", provenance="demo")  # fmt: skip


def _project(name: str) -> Project | None:
    found = Project.objects.filter(community__name=name, provenance="demo")
    return found.select_related("community__area").order_by("pk").first()


def _filing(seed: dict[str, Any], now: datetime) -> None:
    project = _project(seed["project"])
    if project is None or AreaFiling.objects.filter(project=project, facility=seed["facility"]).exists():
        return
    values = {
        "project": project, "work": seed["work"], "facility": seed["facility"], "planned_cm2": seed["planned"] * CM2,
        "owner": project.lead,
    }  # fmt: skip
    filing = open_matter(model=AreaFiling, values=values, community=project.community, actor=SYSTEM, now=now,
                         provenance="demo")  # fmt: skip
    for code, filled in seed.get("moves", {}).items():
        if "built_cm2" in filled:
            filled = {**filled, "built_cm2": filled["built_cm2"] * CM2}
        filing = move(matter=filing, move=code, actor=SYSTEM, now=now, values=filled)


def _simple(model: Any, seed: dict[str, Any], now: datetime) -> None:
    project = _project(seed["project"])
    if project is None or model.objects.filter(place=seed["place"], community=project.community).exists():
        return
    values = {name: value for name, value in seed.items() if name != "project"} | {"owner": project.organiser}
    for name in ("area_cm2", "other_cm2"):
        if name in values:
            values[name] *= CM2
    open_matter(model=model, values=values, community=project.community, actor=SYSTEM, now=now, provenance="demo")
