"""Approvals to forecast from: finished ones of the past year, and planned projects in design, approval and tender.

All in real communities, all marked demo. The finished ones are being built; their days are drawn, the same each time.
"""

import random
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import F
from django.utils import timezone

from jiugai.accounts.models import Area, Organisation
from jiugai.approvals.actions.cases import Start, start_case
from jiugai.approvals.actions.tendering import prepare_tender
from jiugai.approvals.models import ApprovalCase
from jiugai.domain.approvals import Route, before, step_of, steps_of
from jiugai.domain.intake.names import NAMELESS
from jiugai.matters.actions import move
from jiugai.planning.actions.batching import Wanted, confirm_all, move_batch, open_batch
from jiugai.planning.actions.framing import Limit, enter_frame, save_input
from jiugai.planning.actions.moving import enter_pool, start_works
from jiugai.planning.actions.proposing import Proposal, lead_of, propose_project
from jiugai.planning.demo import BY
from jiugai.planning.frames import frames_of
from jiugai.planning.models import Project, ProjectCommunity
from jiugai.planning.models.frames import FrameKind
from jiugai.planning.pool_demo import have_opinion, pass_over
from jiugai.registry.choices import Provenance
from jiugai.registry.models import Community

# Lets a scheme of a project be drawn up and, if told so, agreed to: project, day, agreed.
Design = Callable[[Project, date, bool], None]


def make_history(told: Mapping[str, Any], implementer: Organisation, *, on: date) -> None:
    """Have the approvals of some communities of a district finished, and their works begun, unless that was done."""
    if ApprovalCase.objects.filter(provenance="demo", area_path__contains=f"/{told['district']}/").exists():
        return
    for number, home in enumerate(_homes(told["district"], told["cases"])):
        _finished(home, told, implementer, on=on, ago=told["newest"] + number * told["apart"])


def _homes(district: str, count: int, largest: int | None = None) -> list[Community]:
    """Return communities without a project that lie in no street yet: those of streets are for other demonstrations."""
    taken = ProjectCommunity.objects.values("community")
    rows = Community.objects.current().filter(area_path__contains=f"/{district}/").exclude(pk__in=taken)
    rows = rows.filter(area__level=Area.Level.DISTRICT).exclude(name__startswith=NAMELESS)
    if largest is not None:
        rows = rows.filter(households__lte=largest)
    rows = rows.order_by(F("households").desc(nulls_last=True), "code")
    return [home for home in rows[: count * 2] if lead_of(home) is not None][:count]


def _finished(
    home: Community, told: Mapping[str, Any], implementer: Organisation, *, on: date, ago: int
) -> ApprovalCase:
    ends = drawn(random.Random(home.code), told["days"])  # noqa: S311 - the same history each time, no secret
    done = on - timedelta(days=ago)
    begun = done - timedelta(days=max(ends.values()))
    proposal = Proposal([home], "energy", content="演示项目", implementer=implementer, provenance=Provenance.DEMO)
    project = propose_project(proposal=proposal, actor=BY, now=at(begun), on=begun - timedelta(days=30))
    have_opinion(project, now=at(begun), on=begun)
    pass_over(home, "enter_pool", now=at(begun), on=begun)
    enter_pool(project=project, actor=BY, now=at(begun), on=begun)
    case = start_case(project=project, start=Start(True, False, begun), actor=BY, now=at(begun), on=begun)
    for code, days in sorted(ends.items(), key=lambda one: one[1]):
        decide(case, code, at(begun + timedelta(days=days)))
    pass_over(home, "start_works", now=at(done), on=done)
    # The first check of the site is planned from now on, so that the demonstration does not begin with late ones.
    start_works(project=project, actor=BY, now=timezone.now(), on=done)
    return case


def drawn(chance: random.Random, days: Mapping[str, Any]) -> dict[str, int]:
    """Draw how many days after the start each step is decided; a slow project is slow in all of its steps."""
    pace, ends = chance.uniform(0.85, 1.25), dict[str, int]()
    for step in steps_of(Route.GOVERNMENT):
        least, most = days[step.code]
        start = max((ends[code] for code in before(step, Route.GOVERNMENT)), default=0)
        ends[step.code] = start + round(chance.triangular(least, most, least) * pace)
    return ends


def decide(case: ApprovalCase, code: str, now: datetime) -> None:
    """Have a step decided."""
    step = case.steps.get(step=code, closed_at__isnull=True)
    move(matter=step, move="finish", actor=BY, now=now, values={"reference": f"演示批复（{step_of(code).label}）"})


def prepare_planned(told: Mapping[str, Any], implementer: Organisation, design: Design, *, on: date) -> None:
    """Have projects confirmed into the plan, and take each as far as it is told; once."""
    area = Area.objects.filter(code=told["district"], level=Area.Level.DISTRICT).first()
    if area is None or Project.objects.filter(provenance="demo", state="in_plan", schemes__isnull=False).exists():
        return
    # Several of the largest at once would fill the district's capacity, and its scenario would have no plan.
    homes = _homes(told["district"], len(told["projects"]), told["largest"])
    made = [
        (_stored(home, implementer, on=on - timedelta(days=row["days"] + 15)), row)
        for home, row in zip(homes, told["projects"], strict=False)
    ]
    rows = {project.pk: row for project, row in made}
    for project in _confirmed(area, [project for project, _ in made], on=on) if made else ():
        _prepare(project, rows[project.pk], design, on=on)


def _stored(home: Community, implementer: Organisation, *, on: date) -> Project:
    """Have a project in the pool since a day, with the figures that the plan asks for."""
    proposal = Proposal([home], "energy", content="演示项目", implementer=implementer, provenance=Provenance.DEMO)
    project = propose_project(proposal=proposal, actor=BY, now=at(on), on=on)
    have_opinion(project, now=at(on), on=on)
    pass_over(home, "enter_pool", now=at(on), on=on)
    enter_pool(project=project, actor=BY, now=at(on), on=on)
    values = {"area_m2": (home.households or 100) * 65, "households": home.households or 100, "months": 9,
              "district_fen": 600_000_000, "city_fen": 400_000_000, "source": "演示生成"}  # fmt: skip
    project.refresh_from_db()
    save_input(project=project, values=values, actor=BY, now=timezone.now(), provenance=Provenance.DEMO)
    return project


def _confirmed(area: Area, projects: list[Project], *, on: date) -> list[Project]:
    """Apply for the projects in a batch and have the city confirm it; those that its gate keeps out stay behind."""
    now, start = timezone.now(), date(on.year + 1, 9, 1)
    for project in projects:
        pass_over(project.community, "enter_plan", now=now, on=on)
    _afford(area, projects, (start.year, start.year + 1), now=now)
    wanted = [Wanted(project, start, 9) for project in projects]
    batch = open_batch(area=area, year=start.year, wanted=wanted, actor=BY, now=now, detail="演示批次")
    batch = move_batch(batch=batch, code="submit", actor=BY, now=now)
    items = list(batch.items.select_related("project", "batch").order_by("pk"))
    confirm_all(items=items, actor=BY, now=now, on=on)
    if not batch.items.exclude(state="confirmed").exists():
        move_batch(batch=batch, code="decide", actor=BY, now=now)
    return list(Project.objects.filter(pk__in=[p.pk for p in projects], state="in_plan").order_by("pk"))


def _afford(area: Area, projects: list[Project], years: tuple[int, ...], *, now: datetime) -> None:
    """Enter the money of the years for which nobody has, enough for the projects."""
    known = frames_of(area.path)
    for kind in (FrameKind.DISTRICT_MONEY, FrameKind.CITY_MONEY):
        for year in years:
            if known.value(kind, area.code, year) is None:
                limit = Limit(area, kind, 1_000_000_000 * len(projects), year, "演示")
                enter_frame(limit=limit, actor=BY, now=now, provenance=Provenance.DEMO)


def _prepare(project: Project, row: Mapping[str, Any], design: Design, *, on: date) -> None:
    begun = on - timedelta(days=row["days"])
    design(project, begun, row.get("agreed", False))
    if "start" in row:
        start = on - timedelta(days=row["start"])
        case = start_case(project=project, start=Start(True, False, start), actor=BY, now=at(start), on=start)
        for code, days in sorted(row["done"].items(), key=lambda one: one[1]):
            decide(case, code, at(start + timedelta(days=days)))
    if row.get("tender"):
        prepare_tender(project=project, form="epc", actor=BY, now=at(on - timedelta(days=3)))


def at(day: date) -> datetime:
    """Return ten in the morning of a day."""
    return timezone.make_aware(datetime.combine(day, time(10)))
