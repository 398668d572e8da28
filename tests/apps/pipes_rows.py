"""Rows for the tests of pipelines and risers."""

from datetime import date, timedelta
from typing import Any

from django.contrib.gis.geos import Point
from django.utils import timezone

from jiugai.accounts.actor import SYSTEM
from jiugai.pipes.actions.jobs import save_job, save_plan
from jiugai.pipes.actions.risers import NewRound, apply_for, publish_round
from jiugai.pipes.models import (
    BoundaryPoint,
    PipeJob,
    PipePlan,
    RiserApplication,
    RiserHousehold,
    RiserRound,
    RiserSlot,
    UtilityDuty,
)
from jiugai.planning.models import Project
from jiugai.registry.models import Building, Community, Dwelling
from tests.apps.planning_rows import flats

SITE = (date(2027, 3, 1), date(2027, 10, 31))
PIPE_KINDS = ("pipes", "duties", "risers", "households", "slots")


def a_plan(project: Project, **values: Any) -> PipePlan:
    return save_plan(
        project=project, actor=SYSTEM, now=timezone.now(),
        values={"has_pipelines": True, "has_overhead": False, "site_from": SITE[0], "site_until": SITE[1], **values},
    )  # fmt: skip


def a_job(plan: PipePlan, home: Community, title: str = "热力更新", **values: Any) -> PipeJob:
    return save_job(
        plan=plan, actor=SYSTEM, now=timezone.now(),
        values={
            "title": title, "trade": "heat", "community": home, "company": "热力集团", "starts": date(2027, 4, 1),
            "ends": date(2027, 6, 30), **values,
        },
    )  # fmt: skip


def a_round(home: Community, *, title: str = "第一批", **values: Any) -> RiserRound:
    today = timezone.localdate()
    new = NewRound(
        **{
            "title": title,
            "plan": "更换给水、排水立管",
            "published_on": today - timedelta(40),
            "published_at": "各楼门公告栏",
            "cutoff_on": today + timedelta(10),
            **values,
        }
    )
    return publish_round(community=home, new=new, actor=SYSTEM, now=timezone.now(), on=today)


def an_application(home: Community, *, doors: list[Dwelling] | None = None, **values: Any) -> RiserApplication:
    """An application for the first building, with a board of its flats."""
    doors = doors or flats(home)
    made = apply_for(
        round=values.pop("round", None) or a_round(home), building=doors[0].building, line=values.pop("line", ""),
        applied_by="101 王某", actor=SYSTEM, now=timezone.now(), on=timezone.localdate(), **values,
    )  # fmt: skip
    return RiserApplication.objects.select_related("round", "building", "community").get(pk=made.pk)


def pipe_objects(home: Community, building: Building, dwelling: Dwelling, project: Project) -> dict[str, Any]:
    """One row of each kind that has addresses of its own, for the matrix of rights."""
    plan = a_plan(project)
    job = a_job(plan, home)
    BoundaryPoint.objects.create(
        community=home, trade="water", company="自来水集团", description="井口", point=Point(116.46, 39.93),
        agreed_on=timezone.localdate(),
    )  # fmt: skip
    today = timezone.localdate()
    duty = UtilityDuty.objects.create(
        project=project, company="热力集团", trade="heat", duty="更换外网", since=today, due_on=today
    )
    application = an_application(home, doors=[dwelling])
    household = RiserHousehold.objects.get(application=application)
    start = timezone.now() + timedelta(days=3)
    slot = RiserSlot.objects.create(
        round=application.round, application=application, crew="一班", during=(start, start + timedelta(hours=2))
    )
    return {"pipes": job, "duties": duty, "risers": application, "households": household, "slots": slot}
