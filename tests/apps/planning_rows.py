"""Rows for the tests of planning: a community in 朝阳区 with flats, and a proposed project."""

from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.gis.geos import Point
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import QuerySet
from django.utils import timezone

from jiugai.accounts.models import Area, Organisation
from jiugai.domain.gates import GATE_RULES
from jiugai.planning.actions.menu_compiling import compile_menu
from jiugai.planning.actions.moving import enter_pool
from jiugai.planning.actions.proposing import Proposal, propose_project
from jiugai.planning.actions.ranking import weights_on
from jiugai.planning.demo import BY
from jiugai.planning.models import ItemDemand, MassWork, Objection, Planner, PlannerTerm, Pledge, PoolRank, Project
from jiugai.policy.models import Waiver
from jiugai.registry.models import Building, Community, Dwelling, Entrance
from tests.cast import COMMITTEE, Cast

DAY = date(2026, 11, 23)


def now() -> datetime:
    return timezone.now()


def days_ago(days: int) -> date:
    return timezone.localdate() - timedelta(days=days)


def a_community(cast: Cast, name: str = "枣营南里", *, area: str = COMMITTEE, **facts: Any) -> Community:
    made = Community.objects.create(
        code=f"P-{name}", name=name, name_norm=name, area=cast.areas[area], point=Point(116.46, 39.94),
        position_state="good", **facts,
    )  # fmt: skip
    made.refresh_from_db()
    return made


def flats(community: Community, *, label: str = "1号楼", count: int = 4, cm2: int = 500_000) -> list[Dwelling]:
    """One entrance with `count` flats 101, 201, … of the same area."""
    building = Building.objects.create(community=community, code=f"{community.code}-{label}", label=label)
    entrance = Entrance.objects.create(building=building, number=1)
    return [
        Dwelling.objects.create(entrance=entrance, building=building, number=f"{floor}01", floor=floor, area_cm2=cm2)
        for floor in range(1, count + 1)
    ]


def a_project(
    cast: Cast, community: Community, *, kind: str = "energy", who: str = "district_lead", **more: Any
) -> Project:
    proposal = Proposal(communities=[community], kind=kind, **more)
    return propose_project(proposal=proposal, actor=cast.actor(who), now=now(), on=DAY)


def waive(community: Community, gate: str, *, only: str = "") -> QuerySet[Waiver]:
    """Lay an exception over every rule of a gate or one of them, so that what follows can be tested."""
    for rule in [only] if only else GATE_RULES[gate]:
        Waiver.objects.create(
            community=community, rule=rule, authority="测试批示〔2026〕1号", reason="测试", since=days_ago(30),
            until=days_ago(-30), granted_by_name="测试", granted_at=now(),
        )  # fmt: skip
    return Waiver.objects.filter(community=community, rule__in=[only] if only else GATE_RULES[gate])


def stored(cast: Cast, community: Community, **more: Any) -> Project:
    """A project in the pool, let in under exceptions."""
    project = a_project(cast, community, **more)
    waive(community, "enter_pool")
    enter_pool(project=project, actor=cast.actor("district_lead"), now=now(), on=timezone.localdate())
    project.refresh_from_db()
    return project


def planning_objects(home: Community, body: Organisation) -> dict[str, Any]:
    """One row of each kind that has addresses of its own, for the matrix of rights."""
    codes = home.area_path.strip("/").split("/")
    district, street = Area.objects.get(code=codes[1]), Area.objects.get(code=codes[2])
    planner = Planner.objects.create(area=district, name="某规划师", organisation=body)
    project = propose_project(proposal=Proposal([home], "energy"), actor=BY, now=now(), on=DAY)
    menu = compile_menu(project=project, actor=BY, now=now(), on=DAY)
    version = weights_on(DAY)
    return {
        "projects": project,
        "ranks": PoolRank.objects.create(
            project=project,
            version=version,
            place=1,
            of=1,
            low=0,
            high=0,
            best_place=1,
            worst_place=1,
            trace=[],
            counted_at=now(),
            counted_on=DAY,
        ),
        "menulines": menu.lines.first(),
        "demands": ItemDemand.objects.create(
            community=home, item="riser", asked=9, asking=5, source="visit", on=DAY, recorded_by_name="某"
        ),
        "planners": planner,
        "terms": PlannerTerm.objects.create(planner=planner, street=street, valid=DateRange(DAY, None)),
        "pledges": Pledge.objects.create(
            community=home, door="1-1-101", answer="absent", signed_on=DAY, collected_by_name="某"
        ),
        "objections": Objection.objects.create(community=home, content="挡光", raised_on=DAY, recorded_by_name="某"),
        "masswork": MassWork.objects.create(community=home, kind="visit", held_on=DAY, recorded_by_name="某"),
    }
