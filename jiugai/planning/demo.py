"""Made-up planners, projects, mass work and pledges in a few real communities, to show what planning can hold.

Everything made here carries `provenance=demo`. Running it again changes nothing.
"""

import random
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from django.db import transaction

from jiugai.accounts.actor import CITY_PATH, Actor, Grant
from jiugai.accounts.models import Area, Organisation, User
from jiugai.accounts.roles import Role
from jiugai.domain.planner_guide import step_of
from jiugai.planning.actions.including import record_inclusion
from jiugai.planning.actions.mobilising import Work, close_objection, raise_objection, record_work
from jiugai.planning.actions.pledging import Said, door_of, flats_of, tell, write_pledge
from jiugai.planning.actions.proposing import Proposal, propose_project
from jiugai.planning.actions.roster import Person, appoint, record_training, save_planner
from jiugai.planning.models import GuideMark, MassWork, Objection, Planner, PlannerTerm, Pledge, Project
from jiugai.planning.queries.proposing import checkup_of
from jiugai.registry.choices import Provenance
from jiugai.registry.models import Community

FILE = Path(__file__).parent / "data" / "demo_planning.yaml"
DEMO = Provenance.DEMO
BY = Actor(name="演示数据", grants=(Grant(Role.CITY_LEAD, CITY_PATH),))


class Made(NamedTuple):
    """How much there is now, for the command to print."""

    planners: int
    projects: int
    pledges: int
    missing: list[str]


@transaction.atomic
def make_demo_planning(*, now: datetime, on: date) -> Made:
    """Add what is missing; running it again changes nothing."""
    plan = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    for row in plan["planners"]:
        _planner(row, plan["trainings"], on=on)
    missing = []
    for row in plan["projects"]:
        home = Community.objects.current().filter(name=row["name"], area_path__contains=f"/{row['district']}/").first()
        if home is None:
            missing.append(row["name"])
        elif not Project.objects.filter(covers__community=home).exists():
            _fill(home, row, plan, now=now, on=on)
    return Made(
        Planner.objects.filter(provenance=DEMO).count(),
        Project.objects.filter(provenance=DEMO).count(),
        Pledge.objects.filter(provenance=DEMO).count(),
        missing,
    )


def _planner(row: dict[str, Any], trainings: list[dict[str, Any]], *, on: date) -> None:
    """Put a planner on the roster, with terms and training; a street that somebody else has is left alone."""
    area = Area.objects.get(code=row["district"])
    body = Organisation.objects.filter(code=row["organisation"]).first()
    if body is None or Planner.objects.filter(area=area, organisation=body, name=row["name"]).exists():
        return
    user = User.objects.get_queryset().filter(username=row["user"]).first() if row["user"] else None
    person = Person(row["name"], body, area, user, row["speciality"], provenance=DEMO)
    planner = save_planner(person=person, actor=BY)
    for code in row["streets"]:
        street = Area.objects.filter(code=code).first()
        if street and not PlannerTerm.objects.filter(street=street, valid__contains=on).exists():
            appoint(
                planner=planner, street=street, starts=date(on.year, 1, 1), ends=date(on.year + 2, 12, 31), actor=BY
            )
    for one in trainings:
        record_training(
            planner=planner, title=one["title"], held_on=on - timedelta(days=one["days_ago"]), hours=one["hours"],
            held_by=one["held_by"], result=one["result"], actor=BY, on=on,
        )  # fmt: skip


def _fill(home: Community, row: dict[str, Any], plan: dict[str, Any], *, now: datetime, on: date) -> None:
    checkup = checkup_of(home, on=on)
    proposal = Proposal(
        communities=[home], kind=row["kind"], items=row["items"], content=row["content"], cost_yuan=row["cost_yuan"],
        works_area_m2=row["works_area_m2"], checkup_ref=checkup.get("checkup_ref", ""),
        checkup_on=checkup.get("checkup_on"), provenance=DEMO,
    )  # fmt: skip
    project = propose_project(proposal=proposal, actor=BY, now=now, on=on)
    _mobilise(home, plan, now=now, on=on)
    _pledges(home, row["pledged_percent"], now=now, on=on)
    for number, step in enumerate(row["guide"]):
        GuideMark.objects.create(
            project=project, step=step, done_on=on - timedelta(days=50 - number * 7), by_name="林岚",
            note=f"{step_of(step).label}（演示记录）", provenance=DEMO,
        )  # fmt: skip
    if row.get("city_plan"):
        record_inclusion(project=project, which="city", included=True, reference=row["city_plan"], actor=BY, now=now)


def _mobilise(home: Community, plan: dict[str, Any], *, now: datetime, on: date) -> None:
    if MassWork.objects.filter(community=home).exists() or Objection.objects.filter(community=home).exists():
        return
    for one in plan["work"]:
        work = Work(
            one["kind"], on - timedelta(days=one["days_ago"]), one["households"], one.get("agreed"), one["place"],
            one["note"], provenance=DEMO,
        )  # fmt: skip
        record_work(community=home, work=work, actor=BY, now=now, on=on)
    for one in plan["objections"]:
        raised = raise_objection(
            community=home, content=one["content"], door=one["door"], raised_on=on - timedelta(days=one["days_ago"]),
            actor=BY, now=now, on=on, provenance=DEMO,
        )  # fmt: skip
        if one.get("closure"):
            close_objection(objection=raised, closure=one["closure"], actor=BY, now=now, on=on)


def _pledges(home: Community, percent: int, *, now: datetime, on: date) -> None:
    """Let a share of the flats on record answer; the same flats each time."""
    flats, chance = flats_of(home), random.Random(home.code)  # noqa: S311 - the same answers each time, no secret
    if Pledge.objects.filter(community=home).exists():
        return
    for flat in flats.values():
        draw = chance.randrange(100)
        answer = "pledged" if draw < percent else ("refused", "absent", "")[draw % 3]
        if answer:
            said = Said(door_of(flat), answer, on - timedelta(days=20 + draw % 30), provenance=DEMO)
            write_pledge(community=home, said=said, actor=BY, now=now, on=on, flats=flats)
    tell(home, f"登记 {Pledge.objects.filter(community=home).count()} 户", BY, now, demo=True)
