"""Made-up sites in three real communities: one being built, one in acceptance, one completed and reviewed.

Everything made here carries `provenance=demo`. Running it again changes nothing. The gates before are passed under
exceptions that say that they are for demonstration; the gates themselves are the real ones.
"""

import math
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from jiugai.accounts.actor import CITY_PATH, SYSTEM, Actor, Grant
from jiugai.accounts.models import Organisation
from jiugai.accounts.roles import Role
from jiugai.domain import accessibility
from jiugai.domain.gates import GATE_RULES
from jiugai.domain.intake.names import NAMELESS
from jiugai.domain.rules import rule_named
from jiugai.matters.actions import move, open_matter
from jiugai.planning.actions.moving import enter_pool, start_works
from jiugai.planning.actions.proposing import Proposal, propose_project
from jiugai.planning.models import Project, ProjectCommunity
from jiugai.policy.actions.judging import GateShut
from jiugai.policy.models import Waiver
from jiugai.registry.models import Community
from jiugai.works.actions import cataloguing, feeding, reporting, reviewing, special, warranting
from jiugai.works.actions.checking import Found, Seen, record_check
from jiugai.works.actions.completing import complete, record_fire
from jiugai.works.actions.firms import name_firm
from jiugai.works.actions.grading import evaluate_project, grade_site
from jiugai.works.actions.special_items import Place
from jiugai.works.models import EffectReview, NewTechnique, OpenChallenge, SiteFinding

BY = Actor(name="演示数据", grants=(Grant(Role.CITY_LEAD, CITY_PATH),), is_system=True)
STREET = "110105035"
FIRMS = (("contractor", "D-contractor"), ("supervisor", "D-supervisor"), ("designer", "D-architect"))
READINGS = 144
FAILURES = {
    "ramp": ("fail", "1:9", "坡度大于 1:12，要接长坡道"),
    "sill": ("fail", "28 mm", "门槛过高，要做斜面"),
}
AUTHORITY = "演示·不是真实批件"


class Made(NamedTuple):
    """How much there is now, for the command to print."""

    projects: int
    findings: int
    readings: int


@transaction.atomic
def make_demo_works(*, now: datetime, on: date) -> Made:
    """Add what is missing, in communities of the demonstration's street that have no project yet."""
    _catalogue(on)
    if not SiteFinding.objects.filter(provenance="demo").exists():
        homes = _homes(4)
        for home, fill in zip(homes, (_built_now, _in_acceptance, _done, _waiting_for_check), strict=False):
            fill(home, now, on)
    from jiugai.works.models import DeviceReading

    return Made(
        Project.objects.filter(provenance="demo", works_started_on__isnull=False).count(),
        SiteFinding.objects.filter(provenance="demo").count(),
        DeviceReading.objects.filter(device__provenance="demo").count(),
    )


def _homes(count: int) -> list[Community]:
    """Return named communities without a project: those of the demonstration's street, then of its district."""
    busy = ProjectCommunity.objects.values("community")
    rows = Community.objects.current().exclude(pk__in=busy).exclude(name__startswith=NAMELESS)
    largest = rows.order_by(F("households").desc(nulls_last=True), "pk")
    near = list(largest.filter(area_path__contains=f"/{STREET}/", area__level__in=["street", "community"])[:count])
    further = largest.filter(area_path__contains=f"/{STREET[:6]}/").exclude(area_path__contains=f"/{STREET}/")
    return [*near, *further[: count - len(near)]]


def _begun(home: Community, kind: str, content: str, *, days: int, now: datetime, on: date) -> Project:
    """Make a project whose works began some days ago, with its bodies."""
    proposal = Proposal(communities=[home], kind=kind, content=content, items=["ageing"] if kind != "ageing" else [],
                        provenance="demo")  # fmt: skip
    project = propose_project(proposal=proposal, actor=BY, now=now, on=on - timedelta(days=days + 60))
    for gate, step in (("enter_pool", enter_pool), ("start_works", start_works)):
        _except(home, gate, on)
        step(project=project, actor=BY, now=now, on=on)
    body = Organisation.objects.filter(code="D-implementer").first()
    Project.objects.filter(pk=project.pk).update(works_started_on=on - timedelta(days=days), implementer=body)
    project.refresh_from_db()
    for duty, code in FIRMS:
        firm = Organisation.objects.filter(code=code).first()
        if firm is not None:
            name_firm(project=project, duty=duty, firm=firm, since=on - timedelta(days=days), actor=BY, now=now)
    return project


def _except(home: Community, gate: str, on: date) -> None:
    """Lay an exception over the rules of a gate, named as demonstration."""
    held = set(Waiver.objects.filter(community=home, ended_at__isnull=True).values_list("rule", flat=True))
    for rule in GATE_RULES[gate]:
        if rule not in held:
            Waiver.objects.create(
                community=home, rule=rule, authority=AUTHORITY, reason=f"演示：{rule_named(rule).title}按已办理演示",
                since=on - timedelta(days=1), until=on + timedelta(days=180), granted_by_name=BY.name,
                granted_at=timezone.now(),
            )  # fmt: skip


def _at(on: date, days: int) -> datetime:
    return timezone.make_aware(datetime.combine(on - timedelta(days=days), time(10)))


def _good(on: date, days: int, *found: Found, **results: str) -> Seen:
    four = {"safety": "good", "fire": "good", "green": "good", "health": "na", **results}
    return Seen(four, on - timedelta(days=days), "杨慧敏", found, "演示记录")


def _built_now(home: Community, now: datetime, on: date) -> None:
    project = _begun(home, "energy", "外墙和屋面保温、更换外窗", days=75, now=_at(on, 75), on=on)
    record_check(project=project, community=home, seen=_good(on, 61), actor=BY, now=_at(on, 61))
    grade_site(project=project, hazards={"scaffold": 2, "hoisting": 1, "hot_work": 1, "occupied": 1}, actor=BY,
               now=_at(on, 60), on=on - timedelta(days=60))  # fmt: skip
    found = (Found("safety", "4号楼东侧吊篮", "major", "安全锁过期未标定", works_stopped=True),
             Found("green", "北门材料堆场", "general", "水泥袋没有苫盖"))  # fmt: skip
    seen = _good(on, 20, *found, safety="problem", green="problem")
    record_check(project=project, community=home, seen=seen, actor=BY, now=_at(on, 20))
    evaluate_project(project=project, since=on - timedelta(days=90), until=on, actor=BY, now=now)
    _devices(project, now, on)
    words = reporting.Words("脚手架旁边的通道晚上没有灯，老人走路看不清", "6号楼2单元")
    reporting.report(community=home, project=project, words=words, address="demo", now=_at(on, 3))
    technique = NewTechnique.objects.filter(provenance="demo").first()
    if technique is not None:
        values = {"technique": technique, "place": "1、2号楼屋面", "quantity": Decimal(860), "unit": "㎡",
                  "usual_days": Decimal(14), "actual_days": Decimal("9.5"), "used_on": on - timedelta(days=12),
                  "note": "不动明火，居民不用撤离"}  # fmt: skip
        cataloguing.use_technique(project=project, values=values, actor=BY, now=now)


def _devices(project: Project, now: datetime, on: date) -> None:
    rows = (
        feeding.Device("DUST-1", "北门扬尘", "pm10", "μg/m³", "北门", None, Decimal(150)),
        feeding.Device("NOISE-1", "东侧噪声", "noise", "dB", "4号楼东侧", None, Decimal(70)),
    )
    for row in rows:
        feeding.save_device(project=project, device=row, actor=BY, now=now)
    feeding.issue_token(project=project, actor=BY, now=now)
    token = project.sitefeedtokens.filter(ended_at__isnull=True).get()
    sent = []
    for n in range(READINGS):
        at = (now - timedelta(minutes=30 * (READINGS - n))).isoformat()
        dust, noise = 80 + 45 * math.sin(n / 7) + (60 if n in (90, 91) else 0), 52 + 11 * math.sin(n / 9)
        sent.append({"device": "DUST-1", "at": at, "value": round(dust, 1)})
        sent.append({"device": "NOISE-1", "at": at, "value": round(noise, 1)})
    feeding.take_readings(token=token, rows=sent, now=now)


def _in_acceptance(home: Community, now: datetime, on: date) -> None:
    project = _begun(home, "ageing", "单元门口坡道、扶手、照明", days=110, now=_at(on, 110), on=on)
    record_check(project=project, community=home, seen=_good(on, 25), actor=BY, now=_at(on, 25))
    grade_site(project=project, hazards={"occupied": 1}, actor=BY, now=_at(on, 24), on=on - timedelta(days=24))
    _special(project, home, now, on, failing=("ramp", "sill"))


def _special(project: Project, home: Community, now: datetime, on: date, *, failing: tuple[str, ...]) -> Any:
    day = on - timedelta(days=6)
    places = [Place(one.code, one.place) for one in accessibility.in_force(day) if one.code != "door"]
    acceptance = special.open_special(
        project=project, community=home, scheme_ref="演示·适老专项 第2版", scheme_on=on - timedelta(days=100),
        places=places, left_out={"door": "本小区没有自动门"}, actor=BY, now=now,
    )  # fmt: skip
    for item in acceptance.items.filter(left_out=""):
        result, measured, note = FAILURES[item.code] if item.code in failing else ("pass", "", "")
        special.mark_item(item=item, mark=special.Mark(result, day, measured, note), actor=BY, now=now)
    special.record_try_out(acceptance=acceptance, who="wheelchair", people=1, held_on=day,
                           words="2单元坡道推不上去" if failing else "能自己进出单元门", actor=BY, now=now)  # fmt: skip
    if failing:
        return move(matter=acceptance, move="mend", actor=BY, now=now)
    return move(matter=acceptance, move="pass", actor=BY, now=now, values={"passed_on": day})


def _done(home: Community, now: datetime, on: date) -> None:
    """Completed, being reviewed, under warranty; left on site while rules of other parts keep the gate shut."""
    project = _begun(home, "environment", "活动场地、停车、绿化和照明", days=160, now=_at(on, 160), on=on)
    record_check(project=project, community=home, seen=_good(on, 30), actor=BY, now=_at(on, 30))
    _special(project, home, now, on, failing=())
    record_fire(project=project, keeps_use=True, standard="current", difficulty="", reference="", building=None,
                actor=BY, now=now)  # fmt: skip
    _except(home, "complete", on)
    signed = {"report": "演示·竣验〔2026〕5号", "design": "示例建筑设计事务所", "contractor": "示例建工集团",
              "supervisor": "示例工程监理公司", "implementer": "示例城市更新公司"}  # fmt: skip
    try:
        with transaction.atomic():
            complete(project=project, completed_on=on - timedelta(days=4), signed=signed, actor=BY, now=now, on=on)
    except GateShut:
        return
    _after(project, home, now, on)


def _after(project: Project, home: Community, now: datetime, on: date) -> None:
    project.refresh_from_db()
    for item, years in (("waterproof", None), ("wiring", None), ("decoration", 3)):
        warranting.set_term(project=project, item=item, starts=on - timedelta(days=3), agreed=years, actor=BY, now=now)
    review = EffectReview.objects.get(project=project)
    for party, said, opinion in (
        ("residents", "孙桂芳", "活动场地好用，晚上灯还不够亮"), ("property", "唐立群", "停车位划得清楚"),
    ):  # fmt: skip
        answer = reviewing.Said(party, on - timedelta(days=1), said, 4, opinion, follow_up=party == "residents")
        reviewing.record_answer(review=review, said=answer, actor=BY, now=now)
    values = {"insurer": "示例财产保险公司", "policy_number": f"演示-{project.pk}", "insured": "示例城市更新公司",
              "covers": "防水和场地铺装潜在缺陷", "premium_fen": 3_200_000, "limit_fen": 520_000_000,
              "starts": on, "ends": on.replace(year=on.year + 10, day=1)}  # fmt: skip
    cataloguing.save_insurance(project=project, values=values, actor=BY, now=now)


def _waiting_for_check(home: Community, now: datetime, on: date) -> None:
    """A site nobody graded, with its first check overdue."""
    _begun(home, "utilities", "雨污水和给水管线改造", days=50, now=_at(on, 50), on=on)


def _catalogue(on: date) -> None:
    if NewTechnique.objects.filter(provenance="demo").exists():
        return
    rows = (
        ("material", "自粘免明火防水卷材（演示）", "roof", "示例建材公司", "屋面不动明火，铺贴快，居民不用撤离"),
        ("process", "免开槽立管内衬修复（演示）", "riser", "示例管道技术公司", "不拆厨卫装修，一户一天"),
        ("tool", "爬壁式外墙检测机（演示）", "facade", "示例机器人公司", "查空鼓不搭脚手架"),
    )
    for kind, name, topic, maker, summary in rows:
        values = {"kind": kind, "name": name, "topic": topic, "maker": maker, "summary": summary}
        cataloguing.save_technique(values=values, actor=BY, provenance="demo")
    from jiugai.accounts.models import Area

    city = Area.objects.defer("boundary").get(code="110000")
    challenge = open_matter(
        model=OpenChallenge,
        values={"title": "老旧屋面不停用快速防水（演示）", "topic": "roof", "goal": "雨天可施工，保修不少于 10 年"},
        area=city, actor=SYSTEM, now=_at(on, 30), provenance="demo",
    )  # fmt: skip
    move(matter=challenge, move="publish", actor=SYSTEM, now=_at(on, 29),
         values={"published_on": on - timedelta(days=29), "bids_until": on + timedelta(days=30)})  # fmt: skip
