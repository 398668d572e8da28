"""Made-up schemes, approvals, tenders and a rebuild in a few real communities, to show what this part can hold.

Everything made here carries `provenance=demo`. Running it again changes nothing.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from django.db import transaction

from jiugai.accounts.actor import Actor, Grant
from jiugai.accounts.models import Area, Organisation, User
from jiugai.accounts.roles import Role
from jiugai.approvals.actions.architects import Architect, name_architect
from jiugai.approvals.actions.cases import Start, start_case
from jiugai.approvals.actions.rebuilding import Said, record_rebuild, record_wishes, write_dwellings
from jiugai.approvals.actions.reviewing import send_to_review
from jiugai.approvals.actions.submitting import Draft, Item, submit_scheme
from jiugai.approvals.actions.tendering import Plan, prepare_tender, publish_plan
from jiugai.approvals.history_demo import Design, at, decide, make_history, prepare_planned
from jiugai.approvals.models import ApprovalCase, Scheme
from jiugai.domain.intake.names import NAMELESS
from jiugai.domain.rebuild import Channel, Flat, Wish
from jiugai.domain.schemes import SchemeKind
from jiugai.matters.actions import move, suspend
from jiugai.planning.actions.proposing import Proposal, propose_project
from jiugai.planning.actions.roster import appoint
from jiugai.planning.demo import BY
from jiugai.planning.models import Planner, PlannerOpinion, PlannerTerm, Project, ProjectCommunity
from jiugai.registry.choices import Provenance
from jiugai.registry.models import Community

FILE = Path(__file__).parent / "data" / "demo_approvals.yaml"


class Made(NamedTuple):
    """How much there is now, for the command to print."""

    projects: int
    schemes: int
    cases: int


@transaction.atomic
def make_demo_approvals(*, on: date) -> Made:
    """Add what is missing; running it again changes nothing."""
    plan = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    if _bodies_known(plan):
        if not Scheme.objects.filter(provenance=Provenance.DEMO).exists():
            _chief(plan, on)
            for row, home in zip(plan["projects"], _free_homes(plan["street"], len(plan["projects"])), strict=False):
                _fill(home, row, plan, on)
        body = Organisation.objects.get(code=plan["implementer"])
        make_history(plan["history"], body, on=on)
        prepare_planned(plan["planned"], body, designer(plan), on=on)
    demo = {"provenance": Provenance.DEMO}
    return Made(
        Scheme.objects.filter(**demo).values("project").distinct().count(),
        Scheme.objects.filter(**demo).count(),
        ApprovalCase.objects.filter(**demo).count(),
    )


def _bodies_known(plan: dict[str, Any]) -> bool:
    codes = {plan["implementer"], plan["reviewer"], plan["architect"]["organisation"]}
    return Organisation.objects.filter(code__in=codes).count() == len(codes)


def _free_homes(street: str, count: int) -> Iterator[Community]:
    """Yield communities of the demonstration's street that are in no project."""
    taken = ProjectCommunity.objects.values("community")
    rows = Community.objects.current().filter(area_path__contains=f"/{street}/").exclude(pk__in=taken)
    yield from rows.exclude(name__startswith=NAMELESS).order_by("-pk")[:count]


def _chief(plan: dict[str, Any], on: date) -> None:
    """Put the district's chief planner in charge, unless somebody is."""
    district = Area.objects.filter(code=plan["district"]).first()
    planner = Planner.objects.filter(area=district, name=plan["chief"]["name"]).first()
    if planner and district and not PlannerTerm.objects.filter(street=district, valid__contains=on).exists():
        appoint(planner=planner, street=district, starts=date(on.year, 1, 1), ends=None, actor=BY)


def _fill(home: Community, row: dict[str, Any], plan: dict[str, Any], on: date) -> None:
    begun = on - timedelta(days=row["days"])
    proposal = Proposal(
        communities=[home], kind=row["kind"], cost_yuan=row["cost_yuan"], works_area_m2=row["works_area_m2"],
        implementer=Organisation.objects.get(code=plan["implementer"]), provenance=Provenance.DEMO,
    )  # fmt: skip
    project = propose_project(proposal=proposal, actor=BY, now=at(begun), on=begun)
    _architect(project, plan, begun)
    for kind, rows in ((SchemeKind.PROJECT, plan["works"]), (SchemeKind.SPECIAL, plan["items"])):
        _scheme(project, kind, rows, row, begun + timedelta(days=3))
    if row["kind"] == "rebuild":
        _rebuild(project, plan["rebuild"], on)
        return
    _approvals(project, row, on)
    reviewer = Organisation.objects.get(code=plan["reviewer"])
    send_to_review(
        project=project, drawings="适老 S-01…S-12", reviewer=reviewer, actor=BY, now=at(on - timedelta(days=4))
    )
    day = on - timedelta(days=20)
    publish_plan(
        project=project, plan=Plan("外墙、屋面和管线改造（演示）", on + timedelta(days=25), f"演示招计{project.pk}"),
        actor=BY, now=at(day), on=day,
    )  # fmt: skip
    prepare_tender(project=project, form="epc", actor=BY, now=at(day))


def _architect(project: Project, plan: dict[str, Any], day: date) -> None:
    who = plan["architect"]
    person = Architect(
        who["name"], Organisation.objects.get(code=who["organisation"]), day,
        User.objects.get_queryset().filter(username=who["user"]).first(), who["licence"],
    )  # fmt: skip
    name_architect(project=project, architect=person, actor=BY, on=day)


def designer(plan: dict[str, Any]) -> Design:
    """Return what draws up the project's scheme by the plan of the demonstration."""

    def design(project: Project, day: date, agreed: bool) -> None:
        _scheme(project, SchemeKind.PROJECT, plan["works"], {"planning_agrees": agreed}, day)

    return design


def _scheme(project: Project, kind: SchemeKind, rows: list[Any], row: dict[str, Any], day: date) -> None:
    items = [
        Item(name, place, Decimal(quantity), unit, measure, Decimal(value) if value else None)
        for name, place, quantity, unit, measure, value in rows
    ]
    draft = Draft(kind, items, reference=f"演示图 {kind.value.upper()}-01", summary="演示方案，不是真实设计")
    submit_scheme(project=project, draft=draft, actor=BY, now=at(day), on=day)
    if row["planning_agrees"]:
        _agree(project, kind, day + timedelta(days=4))


def _agree(project: Project, kind: SchemeKind, day: date) -> None:
    """Let both planners agree, as those in charge; where nobody is, somebody made up does."""
    for opinion in PlannerOpinion.objects.filter(project=project, at=kind.value, closed_at__isnull=True):
        codes = project.area_path.strip("/").split("/")
        street = "".join(codes[2:3]) if opinion.role == PlannerOpinion.Role.STREET else codes[1]
        term = PlannerTerm.objects.filter(street__code=street, valid__contains=day).select_related("planner").first()
        who = term.planner if term is not None else None
        actor = Actor(
            name=who.name if who else "演示规划师", user_id=who.user_id if who else None,
            organisation_id=who.organisation_id if who else opinion.owner_id,
            grants=(Grant(Role.PLANNER, f"/{'/'.join(codes[:2])}/"),),
        )  # fmt: skip
        move(matter=opinion, move="agree", actor=actor, now=at(day), values={"opinion": "同意（演示意见）"})


def _approvals(project: Project, row: dict[str, Any], on: date) -> None:
    start = on - timedelta(days=row["start"])
    case = start_case(project=project, start=Start(True, False, start), actor=BY, now=at(start), on=start)
    for code, days in sorted(row["done"].items(), key=lambda one: one[1]):
        decide(case, code, at(start + timedelta(days=days)))
    if row.get("stopped"):
        step = case.steps.get(step=row["stopped"], closed_at__isnull=True)
        suspend(matter=step, actor=BY, now=at(start + timedelta(days=48)), reason="等补清单控制价（演示）")
    if row.get("exempt"):
        permit = case.steps.get(step="permit")
        values = {"reference": "演示免办认定", "supervisor": project.organiser}
        move(matter=permit, move="exempt", actor=BY, now=at(start + timedelta(days=row["exempt"])), values=values)


def _rebuild(project: Project, said: dict[str, Any], on: date) -> None:
    values = {name: said[name] for name in ("situation", "basis", "mode", "households_before", "households_after",
                                            "above_ground", "below_ground")}  # fmt: skip
    row = record_rebuild(project=project, values=values, actor=BY, now=at(on), on=on)
    doors = [f"1-{1 + n // 12}-{1 + n % 12 // 3}0{1 + n % 3}" for n in range(said["households_before"])]
    flats = [Flat("1号楼", door, 420_000 + 5_000 * (n % 7), 470_000 + 5_000 * (n % 7)) for n, door in enumerate(doors)]
    write_dwellings(rebuild=row, flats=flats, actor=BY, now=at(on))
    answers = [
        Said(door, Wish.AGREE if n % 6 else Wish.UNDECIDED, Channel.ONLINE if n % 3 else Channel.PAPER, on)
        for n, door in enumerate(doors[: said["wishes"]])
    ]
    record_wishes(rebuild=row, said=answers, actor=BY, now=at(on), on=on)
