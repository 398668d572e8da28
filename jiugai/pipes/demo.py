"""Made-up pipelines of the demonstration's projects and a round of risers with its door board.

Everything made here carries `provenance=demo`. Running it again changes nothing.
"""

import random
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from django.contrib.gis.geos import LineString, Point
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from jiugai.accounts.actor import SYSTEM
from jiugai.accounts.models import Organisation
from jiugai.domain.intake.names import NAMELESS
from jiugai.matters.actions import open_matter
from jiugai.matters.actions.moving import move
from jiugai.pipes.actions import booking, risers
from jiugai.pipes.actions.duties import add_boundary, add_duty, finish_duty, set_takeover
from jiugai.pipes.actions.jobs import save_job, save_plan
from jiugai.pipes.models import (
    OutsideApproval,
    PipeFund,
    PipeJob,
    PipePlan,
    RiserApplication,
    RiserHousehold,
    RiserRound,
)
from jiugai.planning.models import Project
from jiugai.registry.models import Building, Community, Dwelling

METRE = 1 / 85_000
# title, trade, company, for a lift, days from today to start and end, cost in yuan
JOBS = (
    ("小区热力管线更新", "heat", "示例热力公司", False, 130, 220, 1_860_000),
    ("小区给水管线更新", "water", "示例自来水公司", False, 140, 200, 920_000),
    ("1号楼加装电梯给水改移", "water", "示例自来水公司", True, 180, 200, 66_000),
    ("架空线规整入地", "overhead", "示例通信公司", False, 150, 210, 540_000),
)
VOICES = ("agreed", "agreed", "agreed", "agreed", "agreed", "unasked", "absent", "opposed")


class Made(NamedTuple):
    """How much there is now, for the command to print."""

    jobs: int
    applications: int
    households: int


@transaction.atomic
def make_demo_pipes(*, now: datetime, on: date) -> Made:
    """Add what is missing; running it again changes nothing."""
    rows = Project.objects.filter(provenance="demo", kind__in=["energy", "seismic_energy"])
    rows = rows.exclude(community__name__startswith=NAMELESS).order_by("pk")
    for project in rows[:2]:
        if not PipePlan.objects.filter(project=project).exists():
            _pipes(project, now=now, on=on)
    home = _with_flats(rows)
    if home and not RiserRound.objects.filter(provenance="demo").exists():
        _risers(home, now=now, on=on)
    return Made(
        PipeJob.objects.filter(provenance="demo").count(),
        RiserApplication.objects.filter(provenance="demo").count(),
        RiserHousehold.objects.filter(provenance="demo").count(),
    )


def _with_flats(projects: QuerySet[Project]) -> Community | None:
    """Return a community whose flats are known: of these projects where there is one, else any of the demonstration."""
    flats = Dwelling.objects.filter(building__withdrawn_at__isnull=True)
    homes = Community.objects.filter(pk__in=flats.values("building__community"))
    homes = homes.exclude(name__startswith=NAMELESS).order_by("pk")
    of_projects = homes.filter(pk__in=projects.values("community"))
    return (
        of_projects.first()
        or homes.filter(pk__in=flats.filter(provenance="demo").values("building__community")).first()
    )


def _pipes(project: Project, *, now: datetime, on: date) -> None:
    home = project.community
    values: dict[str, Any] = {
        "has_pipelines": True,
        "has_overhead": True,
        "contract": "general",
        "contractor": "示例建工集团",
        "contract_ref": "演示-HT-01",
        "signed_on": on,
        "site_from": on + timedelta(120),
        "site_until": on + timedelta(300),
        "public_design_ref": "演示-景施-01",
        "public_from": on + timedelta(150),
        "public_until": on + timedelta(240),
        "telecom": Organisation.objects.filter(code="D-utility").first(),
        "telecom_ref": "演示：通信统筹会议纪要",
    }
    plan = save_plan(project=project, values=values, actor=SYSTEM, now=now)
    building = Building.objects.filter(community=home, dwellings__isnull=False).order_by("pk").first()
    for number, row in enumerate(JOBS):
        _job(plan, home, building, number, row, now=now, on=on)
    _duties(project, now=now, on=on)
    _service(home, on=on)
    _matters(home, now=now)


def _job(
    plan: PipePlan, home: Community, building: Building | None, number: int, row: Any, *, now: datetime, on: date
) -> None:
    title, trade, company, for_lift, first, last, yuan = row
    route = None
    if home.point:
        x, y = home.point.x, home.point.y + (number - 1) * 30 * METRE
        route = LineString((x - 90 * METRE, y), (x + 90 * METRE, y + (40 * METRE if for_lift else 0)), srid=4490)
    values = {
        "title": title, "trade": trade, "community": home, "company": company, "for_lift": for_lift,
        "building": building if for_lift else None, "starts": on + timedelta(first), "ends": on + timedelta(last),
        "cost_fen": yuan * 100, "geom": route, "design_ref": "演示-景施-01" if trade == "overhead" else "",
    }  # fmt: skip
    save_job(plan=plan, values=values, actor=SYSTEM, now=now)


def _duties(project: Project, *, now: datetime, on: date) -> None:
    since = max(project.proposed_on, on - timedelta(20))
    rows = (
        ("示例热力公司", "heat", "供热季前完成一次管线切改", 30),
        ("示例自来水公司", "water", "提供水压和水质检测", 60),
        ("示例燃气公司", "gas", "配合庭院燃气管线改线", 5),
    )
    for company, trade, duty, days in rows:
        values = {"company": company, "trade": trade, "duty": duty, "since": since, "due_on": on + timedelta(days)}
        made = add_duty(project=project, values=values, actor=SYSTEM, now=now)
        if trade == "water":
            finish_duty(duty=made, proof="演示：检测报告 3 号", actor=SYSTEM, on=on)


def _service(home: Community, *, on: date) -> None:
    if home.point is None:
        return
    for number, (trade, company, words) in enumerate(
        (("water", "示例自来水公司", "楼前给水井阀门出口"), ("heat", "示例热力公司", "热力小室二次侧法兰"),
         ("power", "示例供电公司", "楼门电表箱进线开关"), ("gas", "示例燃气公司", "单元引入口总阀"))
    ):  # fmt: skip
        place = Point(home.point.x + (number - 1.5) * 35 * METRE, home.point.y + (number % 2) * 40 * METRE, srid=4490)
        values = {"trade": trade, "company": company, "description": words, "point": place, "agreed_on": on,
                  "reference": "演示：现场确认单", "provenance": "demo"}  # fmt: skip
        add_boundary(community=home, values=values, actor=SYSTEM, on=on)
    takeover = {
        "company": "示例排水公司",
        "reach": "building",
        "taken_on": on,
        "reference": "演示：接管协议",
        "provenance": "demo",
    }
    set_takeover(community=home, values=takeover, actor=SYSTEM, on=on)


def _matters(home: Community, *, now: datetime) -> None:
    open_matter(
        model=PipeFund, community=home, actor=SYSTEM, now=now, provenance="demo",
        values={"programme": "城市燃气管道等老化更新改造（演示）", "year": now.year + 1, "asked_yuan": 2_400_000},
    )  # fmt: skip
    made = open_matter(
        model=OutsideApproval, community=home, actor=SYSTEM, now=now, provenance="demo",
        values={"route": f"{home.name}西侧市政道路至小区红线"},
    )  # fmt: skip
    move(matter=made, move="accept", actor=SYSTEM, now=now)


def _risers(home: Community, *, now: datetime, on: date) -> None:
    buildings = list(
        Building.objects.filter(community=home, withdrawn_at__isnull=True, dwellings__isnull=False)
        .distinct()
        .order_by("pk")[:2]
    )
    if not buildings:
        return
    round_ = risers.publish_round(community=home, new=_round(on), actor=SYSTEM, now=now, on=on)
    chance = random.Random(home.code)  # noqa: S311 - the same answers each time, no secret
    for number, building in enumerate(buildings):
        made = risers.apply_for(
            round=round_, building=building, line="", applied_by="101 王某（演示）", actor=SYSTEM, now=now, on=on,
            flats=list(Dwelling.objects.filter(building=building).order_by("pk")),
        )  # fmt: skip
        move(matter=made, move="consult", actor=SYSTEM, now=now)
        _voices(made, chance, on=on, all_agree=number == 1)
        if number == 1:
            _agreed(made, now=now, on=on)


def _round(on: date) -> risers.NewRound:
    plan = "更换给水、排水立管和户内支管；每户 2 天，白天停水，楼下有临时水"
    return risers.NewRound(
        "2027年第一批换水管（演示）", plan, on - timedelta(25), "各楼门公告栏", on + timedelta(18), on + timedelta(60),
        on + timedelta(150), "demo",
    )  # fmt: skip


def _voices(application: RiserApplication, chance: random.Random, *, on: date, all_agree: bool) -> None:
    for one in RiserHousehold.objects.filter(application=application).order_by("pk"):
        answer = "agreed" if all_agree else chance.choice(VOICES)
        if answer != "unasked":
            note = {"opposed": "厨房刚装修，怕拆橱柜", "absent": "白天没人，晚上再来"}.get(answer, "")
            risers.record_voice(household=one, answer=answer, note=note, actor=SYSTEM, on=on)
        if chance.random() < 0.06:
            planned = on + timedelta(days=chance.randrange(20, 90))
            risers.note_decoration(
                household=one, decorated_on=None, planned_on=planned, warned_on=None, actor=SYSTEM, on=on
            )


def _agreed(application: RiserApplication, *, now: datetime, on: date) -> None:
    made = move(matter=application, move="agree", actor=SYSTEM, now=now)
    risers.save_scheme(
        application=made,
        reference="上下水立管更换方案（演示）",
        made_on=on,
        needs=["water_hours", "one_day", "toilet"],
        actor=SYSTEM,
        on=on,
    )
    water = risers.Water(
        "各单元门口临时取水点",
        "临时排水管接入楼前污水井",
        4,
        2,
        on + timedelta(60),
        on + timedelta(150),
        "现场李工（演示）",
    )
    risers.arrange_water(application=made, water=water, actor=SYSTEM, now=now)
    doors = RiserHousehold.objects.filter(application=made).count()
    risers.set_cost(application=made, cost_fen=doors * 520_000, actor=SYSTEM, on=on)
    first = timezone.make_aware(datetime.combine(on + timedelta(62), time(9)))
    slots = booking.offer_slots(
        application=made, offer=booking.Offer("水管一班（演示）", first, 120, 4), actor=SYSTEM, now=now
    )
    household = RiserHousehold.objects.filter(application=made).order_by("pk").first()
    if household is not None:
        booking.book_slot(slot=slots[0], household=household, code="", actor=SYSTEM, now=now)
