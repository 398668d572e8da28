"""What the ranking is counted from, for any number of projects in a constant number of queries."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from django.db.models import Count, Q, Sum
from django.db.models.functions import Coalesce

from jiugai.accounts.models import Area
from jiugai.domain.figures import ParameterSet
from jiugai.domain.menu.proposing import Demand
from jiugai.domain.ranking import District, Inputs, Shares
from jiugai.planning.models import (
    DistrictSatisfaction,
    MassWork,
    MenuLine,
    Objection,
    PlanEntry,
    PlanFrame,
    Project,
    ProjectCommunity,
    ProjectInput,
    ProjectMenu,
    ScheduleLine,
)
from jiugai.planning.models.frames import FrameKind
from jiugai.planning.queries.menu_inputs import demands, latest_checkups
from jiugai.registry.models import Community


def district_code(path: str) -> str:
    """Return the code of the district of a path."""
    codes = path.strip("/").split("/")
    return codes[1] if len(codes) > 1 else ""


def inputs_of(projects: Sequence[Project], on: date) -> list[Inputs]:
    """Return what is known of each project: eleven queries, whatever their number."""
    homes = _homes(projects)
    keys = sorted({home for found in homes.values() for home in found})
    rows = {row[0]: row for row in Community.objects.filter(pk__in=keys).values_list("pk", "name", "households")}
    checkups, demand = latest_checkups(keys, on), demands(keys, on)
    items, costs, budgets = _items(projects), _costs(projects), _budgets(on)
    asked, visited, objections = _consent(keys), _visits(keys), _objections(keys)
    early = {one.code: one.both for one in districts_of(on)}
    found = []
    for project in projects:
        own, district = homes.get(project.pk, []), district_code(project.area_path)
        counts = [n for home in own if home in rows and (n := rows[home][2])]
        wanted = _wanted(demand, items, project.pk, own)
        scores = [(rows[home][1], checkups[home].score) for home in own if home in checkups and home in rows]
        found.append(
            Inputs(
                project=project.pk,
                district=district,
                code=project.code,
                checkups=tuple((name, Decimal(value)) for name, value in scores if value is not None),
                unchecked=len(own) - sum(value is not None for _, value in scores),
                district_fen=costs.get(project.pk),
                budget_fen=budgets.get(district),
                early=early.get(district),
                agreed=sum(asked.get(home, (0, 0))[0] for home in own),
                asked=sum(asked.get(home, (0, 0))[1] for home in own),
                visited=sum(visited.get(home, 0) for home in own),
                households=sum(counts) if counts and len(counts) == len(own) else None,
                objections=sum(objections.get(home, 0) for home in own),
                wanting=sum(one.asking for one in wanted),
                demanded=sum(one.asked for one in wanted),
            )
        )
    return found


def _wanted(
    demand: Mapping[int, Mapping[str, Demand]], items: Mapping[tuple[int, int], list[str]], project: int,
    homes: Sequence[int],
) -> list[Demand]:  # fmt: skip
    """Return the demand for the items of a project's menu, by community and item."""
    asked = ((demand.get(home, {}), items.get((project, home), ())) for home in homes)
    return [known[item] for known, wanted in asked for item in wanted if item in known]


def shares_of(params: ParameterSet, on: date) -> Shares | None:
    """Return the dated figures of the arithmetic; None when one has no value on the day."""
    names = ("rank_consent_share", "rank_objection_points", "rank_early_share")
    values = [params.value(name, on) for name in names]
    known = [one.number for one in values if one is not None]
    return Shares(*known) if len(known) == len(names) else None


def districts_of(on: date) -> list[District]:
    """Return how each district does: milestones due and done by a day, and the newest satisfaction."""
    due: dict[str, int] = defaultdict(int)
    done: dict[str, int] = defaultdict(int)
    for path, planned, actual in _milestones():
        if planned <= on:
            due[district_code(path)] += 1
            done[district_code(path)] += actual is not None and actual <= on
    answers = DistrictSatisfaction.objects.filter(on__lte=on).order_by("area_id", "-on", "-pk").distinct("area_id")
    told = {row.area.code: row for row in answers.select_related("area").defer("area__boundary")}
    areas = Area.objects.filter(level=Area.Level.DISTRICT).order_by("code").values_list("code", "name")
    return [
        District(
            code, name, done[code], due[code], told[code].satisfied if code in told else 0,
            told[code].answered if code in told else 0,
        )
        for code, name in areas
    ]  # fmt: skip


def _milestones() -> list[tuple[str, date, date | None]]:
    """Return planned starts and finishes with what became of them: schedules, else the plan in force."""
    found: list[tuple[str, date, date | None]] = []
    lines = ScheduleLine.objects.filter(item="", planned_start__isnull=False)
    names = ("project", "area_path", "planned_start", "planned_finish", "actual_start", "actual_finish",
             "project__works_started_on")  # fmt: skip
    known = set()
    for project, path, start, finish, began, ended, works in lines.values_list(*names):
        known.add(project)
        found.append((path, start, began or works))
        found.append((path, finish, ended))
    entries = [e for e in PlanEntry.objects.newest().select_related("project") if not e.removed]
    return found + [
        (e.project.area_path, e.start, e.project.works_started_on) for e in entries if e.project_id not in known
    ]


def _homes(projects: Sequence[Project]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    rows = ProjectCommunity.objects.filter(project__in=projects).order_by("pk")
    for project, home in rows.values_list("project", "community"):
        found[project].append(home)
    return found


def _items(projects: Sequence[Project]) -> dict[tuple[int, int], list[str]]:
    """Return the items of the menus, chosen ones only."""
    found: dict[tuple[int, int], list[str]] = defaultdict(list)
    rows = MenuLine.objects.filter(menu__project__in=projects, chosen=True).exclude(item="")
    for project, home, item in rows.values_list("menu__project", "community", "item"):
        found[project, home].append(item)
    return found


def _costs(projects: Sequence[Project]) -> dict[int, int]:
    """Return district money in fen: as entered for planning, else as the menu comes to when nothing is missing."""
    menus = ProjectMenu.objects.filter(project__in=projects, missing=0).values_list("project", "district_fen")
    entered = ProjectInput.objects.filter(project__in=projects, district_fen__isnull=False)
    typed = {project: fen for project, fen in entered.values_list("project", "district_fen") if fen is not None}
    return dict(menus) | typed


def _budgets(on: date) -> dict[str, int]:
    """Return each district's money of the year in fen, else of the next year entered; the newest entry counts."""
    rows = PlanFrame.objects.filter(kind=FrameKind.DISTRICT_MONEY, year__gte=on.year).select_related("area")
    newest = rows.order_by("area_id", "year", "-pk").distinct("area_id").defer("area__boundary")
    return {row.area.code: row.value for row in newest}


def _consent(keys: Sequence[int]) -> dict[int, tuple[int, int]]:
    rows = MassWork.objects.filter(community__in=keys, kind=MassWork.Kind.CONSENT, withdrawn_at__isnull=True)
    sums = rows.order_by().values_list("community").annotate(a=Coalesce(Sum("agreed"), 0), n=Sum("households"))
    return {home: (agreed, asked) for home, agreed, asked in sums}


def _visits(keys: Sequence[int]) -> Mapping[int, int]:
    rows = MassWork.objects.filter(community__in=keys, kind=MassWork.Kind.VISIT, withdrawn_at__isnull=True)
    return dict(rows.order_by().values_list("community").annotate(n=Sum("households")))


def _objections(keys: Sequence[int]) -> Mapping[int, int]:
    rows = Objection.objects.filter(community__in=keys).order_by().values_list("community")
    return dict(rows.annotate(n=Count("pk", filter=Q(closed_on__isnull=True))))
