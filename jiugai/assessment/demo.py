"""Made-up reports, co-ordination, problems, policy studies and liaisons, so that the task board has something in it.

Every row carries `provenance=demo`. Running it again adds nothing.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from django.db import transaction
from django.utils import timezone

from jiugai.accounts.actor import SYSTEM, Actor
from jiugai.accounts.models import Area, Organisation, User
from jiugai.assessment.actions import hold_meeting, report_measure, save_liaison, save_mechanism
from jiugai.assessment.actions.coordinating import Member
from jiugai.assessment.models import HardProblem, LiaisonContact, MeasureReport, Mechanism, Meeting, PolicyStudy
from jiugai.matters.actions import move, open_matter
from jiugai.registry.choices import Provenance

FILE = Path(__file__).parent / "data" / "demo_assessment.yaml"
DEMO = Provenance.DEMO
BY = Actor(name="演示数据", is_system=True)


class Made(NamedTuple):
    """How much there is now."""

    reports: int
    matters: int
    liaisons: int


@transaction.atomic
def make_demo_assessment(*, now: datetime) -> Made:
    """Add what is missing. Without the demonstration's people there is nothing to add to."""
    people = User.objects.filter(username="district_lead", provenance=DEMO).exists()
    if people and not MeasureReport.objects.filter(provenance=DEMO).exists():
        _fill(yaml.safe_load(FILE.read_text(encoding="utf-8")), now)
    matters = sum(m.objects.filter(provenance=DEMO).count() for m in (HardProblem, PolicyStudy))
    reports = MeasureReport.objects.filter(provenance=DEMO).count()
    return Made(reports, matters, LiaisonContact.objects.filter(provenance=DEMO).count())


def _fill(plan: Mapping[str, Any], now: datetime) -> None:
    bodies = {one.code: one for one in Organisation.objects.all()}
    areas = {one.code: one for one in Area.objects.defer("boundary")}
    for row in plan["reports"]:
        due = _day(now, -row["due"]) if "due" in row else None
        report_measure(measure=row["measure"], state=row["state"], note=row["note"], on=_day(now, row["ago"]),
                       due_on=due, actor=BY, now=now, provenance=DEMO)  # fmt: skip
    meetings = _meetings(plan, bodies, areas, now)
    district = areas[plan["mechanism"]["district"]]
    for row in plan["problems"]:
        _problem(row, meetings, bodies, district, now)
    for row in plan["studies"]:
        _study(row, bodies, now)
    for row in (one for one in plan["liaisons"] if one["area"] in areas):
        values = {name: row[name] for name in ("unit", "level", "unit_person", "local_person")}
        save_liaison(area=areas[row["area"]], values=values | {"since": _day(now, row["ago"])}, phone="", actor=BY,
                     provenance=DEMO)  # fmt: skip


def _meetings(
    plan: Mapping[str, Any], bodies: Mapping[str, Organisation], areas: Mapping[str, Area], now: datetime
) -> list[Meeting]:
    """Set up the mechanism of a district that has none, and hold its meetings."""
    told = plan["mechanism"]
    area = areas[told["district"]]
    if Mechanism.objects.filter(area=area).exists():
        return []
    members = [Member(bodies[m["body"]], m["person"], m["duty"]) for m in told["members"] if m["body"] in bodies]
    values = told["values"] | {"starts": _day(now, told["ago"])}
    made = save_mechanism(area=area, values=values, members=members, actor=BY, provenance=DEMO)
    return [_meeting(made, row, now) for row in plan["meetings"]]


def _meeting(mechanism: Mechanism, row: Mapping[str, Any], now: datetime) -> Meeting:
    values = {name: row[name] for name in ("title", "present", "decisions")} | {"held_on": _day(now, row["ago"])}
    return hold_meeting(mechanism=mechanism, values=values, actor=BY, now=now, provenance=DEMO)


def _problem(
    row: Mapping[str, Any], meetings: list[Meeting], bodies: Mapping[str, Organisation], area: Area, now: datetime
) -> None:
    values = {name: row[name] for name in ("title", "raised_by", "detail")}
    values |= {"owner": bodies.get(row["owner"]), "due_on": _day(now, -row["due"])}
    made = open_matter(model=HardProblem, values=values, area=area, actor=SYSTEM, now=now - timedelta(days=40),
                       provenance=DEMO)  # fmt: skip
    if row["decision"] and meetings:
        given = {"decision": row["decision"], "meeting": meetings[row["meeting"]]}
        move(matter=made, move="decide", actor=SYSTEM, now=now - timedelta(days=30), values=given)


def _study(row: Mapping[str, Any], bodies: Mapping[str, Organisation], now: datetime) -> None:
    values = {name: row[name] for name in ("title", "obligation")}
    values |= {"owner": bodies.get(row["owner"]), "due_on": _day(now, -row["due"])}
    made = open_matter(model=PolicyStudy, values=values, area=Area.objects.get(path="/110000/"), actor=SYSTEM,
                       now=now - timedelta(days=50), provenance=DEMO)  # fmt: skip
    for number, step in enumerate(row["moves"]):
        given = {} if step == "study" else {"draft_summary": row["draft_summary"]}
        made = move(matter=made, move=step, actor=SYSTEM, now=now - timedelta(days=40 - 10 * number), values=given)


def _day(now: datetime, ago: int) -> date:
    return timezone.localdate(now) - timedelta(days=ago)
