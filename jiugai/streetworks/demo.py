"""Made-up works of other departments around the demonstration's communities, with money, requests and answers.

Everything made here carries `provenance=demo`. Running it again changes nothing.
"""

import math
import random
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.contrib.gis.geos import GEOSGeometry, LineString, Polygon
from django.db import transaction

from jiugai.accounts.actor import SYSTEM
from jiugai.accounts.models import Area, Organisation
from jiugai.domain.intake.names import NAMELESS
from jiugai.matters.actions.moving import move
from jiugai.registry.models import Community
from jiugai.streetworks.actions.asking import Wish, ask_synergy
from jiugai.streetworks.actions.funding import plan_of_work
from jiugai.streetworks.models import Overlap, StreetWork, SynergyRequest

# kind, title, department, owner, money's source, shape, width or side in metres
SEEDS = (
    ("pipeline", "热力一次管线更新", "示例热力公司", "", "utility", "line", 5),
    ("pipeline", "给水管线消隐", "示例自来水公司", "D-utility", "city_fixed_assets", "line", 4),
    ("pipeline", "雨污分流改造", "区水务局", "", "district", "line", 6),
    ("road", "道路大修", "区城市管理委", "", "district", "line", 12),
    ("greening", "口袋公园建设", "区园林绿化局", "", "district", "area", 90),
    ("sponge_city", "透水铺装", "区水务局", "", "central", "area", 70),
    ("cameras", "公共安全视频补点", "公安分局", "", "district", "line", 1),
    ("lift_pipeline", "加装电梯管线改移", "示例自来水公司", "D-utility", "city", "line", 2),
)
NEAR = 6
METRE = 1 / 85_000
DAYS = (60, 150)


class Made(NamedTuple):
    """How much there is now, for the command to print."""

    works: int
    overlaps: int
    requests: int


@transaction.atomic
def make_demo_works(*, now: datetime, on: date) -> Made:
    """Add what is missing; running it again changes nothing."""
    city = {area.code: area for area in Area.objects.defer("boundary").filter(level=Area.Level.DISTRICT)}
    for number, home in enumerate(_homes()):
        area = city.get(home.area_path.strip("/").split("/")[1])
        if area is not None:
            _around(home, area, number, now=now, on=on)
    _requests(now=now, on=on)
    return Made(
        StreetWork.objects.filter(provenance="demo").count(),
        Overlap.objects.filter(work__provenance="demo", gone_at__isnull=True).count(),
        SynergyRequest.objects.filter(provenance="demo").count(),
    )


def _homes() -> list[Community]:
    """Return some communities that have a project on the map and a name of their own."""
    placed = Community.objects.current().filter(footprints__live=True, point__isnull=False).distinct().order_by("pk")
    return list(placed.exclude(name__startswith=NAMELESS)[:NEAR])


def _around(home: Community, area: Area, number: int, *, now: datetime, on: date) -> None:
    chance = random.Random(home.code)  # noqa: S311 - the same works each time, no secret
    for index, seed in enumerate(SEEDS):
        code = f"YS-{home.pk}-{index + 1}"
        if (index + number) % 8 > 5 or StreetWork.objects.filter(code=code, provenance="demo").exists():
            continue
        work = _work(home, area, seed, code, chance, on=on)
        plan_of_work(work=work, source=seed[4], actor=SYSTEM, now=now, on=on)


def _work(
    home: Community, area: Area, seed: tuple[str, str, str, str, str, str, int], code: str, chance: random.Random,
    *, on: date,
) -> StreetWork:  # fmt: skip
    kind, title, department, owner, _, shape, width = seed
    starts = on + timedelta(days=chance.randrange(-200, 500))
    length = chance.randrange(*DAYS)
    movable = chance.random() < 0.5 and starts > on
    state = "running" if starts <= on <= starts + timedelta(length) else "planned" if starts > on else "done"
    return StreetWork.objects.create(
        code=code, title=f"{home.name}周边{title}", kind=kind, department=department, area=area,
        owner=Organisation.objects.filter(code=owner).first() if owner else None, road=f"{home.name}周边",
        geom=_shape(home, shape, width, chance), width_m=width if shape == "line" else 0, starts=starts,
        ends=starts + timedelta(length), earliest_start=starts - timedelta(30) if movable else None,
        latest_start=starts + timedelta(240) if movable else None, digs=kind != "cameras", state=state,
        budget_fen=chance.randrange(40, 900) * 1_000_000, reported_on=on, note="编造的演示数据", provenance="demo",
    )  # fmt: skip


def _shape(home: Community, shape: str, width: int, chance: random.Random) -> GEOSGeometry:
    """Return a line past the community, or a square beside it."""
    assert home.point is not None  # noqa: S101 - asked for above
    x = home.point.x + chance.uniform(-140, 140) * METRE
    y = home.point.y + chance.uniform(-120, 120) * METRE
    if shape == "area":
        half = width * METRE / 2
        return Polygon.from_bbox((x - half, y - half, x + half, y + half))
    turn = chance.choice([0.05, math.pi / 2 - 0.05, 0.4])
    dx, dy = 260 * METRE * math.cos(turn), 230 * METRE * math.sin(turn)
    return LineString((x - dx, y - dy), (x, y + 3 * METRE), (x + dx, y + dy), srid=4490)


def _requests(*, now: datetime, on: date) -> None:
    """Ask about some overlaps, let one be agreed and one refused; the rest waits for people."""
    if SynergyRequest.objects.filter(provenance="demo").exists():
        return
    rows = Overlap.objects.filter(work__provenance="demo", gone_at__isnull=True, work__starts__gt=on)
    for number, overlap in enumerate(rows.select_related("work", "footprint__community").order_by("pk")[:6]):
        wish = Wish("希望同沟敷设，路面只恢复一次", on + timedelta(120), on + timedelta(240), 180_000)
        made = ask_synergy(overlap=overlap, wish=wish, actor=SYSTEM, now=now, on=on, provenance="demo")
        if number == 1:
            days = {"agreed_from": on + timedelta(130), "agreed_until": on + timedelta(230)}
            if overlap.work.earliest_start is None or overlap.work.earliest_start <= days["agreed_from"]:
                move(matter=made, move="accept", actor=SYSTEM, now=now, values=days)
        if number == 2:
            move(matter=made, move="refuse", actor=SYSTEM, now=now, values={"refusal": "供热季前必须完工，不能推迟"})
