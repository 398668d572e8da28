"""The planner's instance made of the database's pool: projects with their own figures, frames, works of others.

What is not known is not guessed: a project that lacks a figure stays out of the instance and is named; a frame that
nobody entered is refused. The result is in the format renovation-plan-1, money in thousand yuan.
"""

from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from jiugai.accounts.models import Area
from jiugai.domain.errors import Refusal
from jiugai.domain.figures import ParameterSet
from jiugai.domain.planning.quota import is_basic
from jiugai.domain.planning.seasons import Seasons, months_from, seasons
from jiugai.domain.projects import Family, Kind, State, kind_of
from jiugai.domain.schedules import shares, with_record
from jiugai.planning.frames import Frames, frames_of, missing_of
from jiugai.planning.inputs import Others, others_of, values_of
from jiugai.planning.models import BatchItem, PlanEntry, PlanScenario, Project, ProjectCommunity, ProjectInput
from jiugai.planning.models.frames import FrameKind
from jiugai.planning.queries.quota import submitted
from jiugai.planning.queries.schedules import observed_spans
from jiugai.policy import figures
from jiugai.policy.models import LatestVerdict

FEN = 100_000  # fen in a thousand yuan
NOWHERE = "未定街道"
KINDS = {"seismic_energy": "comprehensive_seismic_energy", "energy": "comprehensive_energy"}
FAMILIES = {Family.SINGLE: "single_item", Family.LIFT: "single_item", Family.REBUILD: "rebuild"}
INDOORS = {"riser", "ageing"}
BEFORE = timedelta(days=366)  # a winter of the year before reaches into the first months


class NoFrames(Refusal):
    """Limits of the plan are not entered, so that nothing could be proved of it."""

    code = "no_frames"


class NothingToPlan(Refusal):
    """The pool holds no project of which enough is known."""

    code = "nothing_to_plan"


@dataclass
class Built:
    """An instance, what people need to read it, the projects left out of it, and what was assumed."""

    instance: dict[str, Any]
    told: dict[str, dict[str, Any]]
    unknown: list[dict[str, Any]] = field(default_factory=list)
    assumed: list[str] = field(default_factory=list)
    fixed: dict[str, int] = field(default_factory=dict)
    seasons: list[list[str]] = field(default_factory=list)

    def kept(self) -> dict[str, Any]:
        """Return what a version keeps beside the instance."""
        return {"projects": self.told, "unknown": self.unknown, "assumed": self.assumed, "fixed": self.fixed,
                "seasons": self.seasons}  # fmt: skip


def build(scenario: PlanScenario, *, on: date) -> Built:
    """Make the instance of a scenario, in a constant number of queries. Raises NoFrames, NothingToPlan."""
    params = figures.current()
    windows = seasons(params, on)
    least = params.value("seismic_energy_min_share", on)
    if windows is None or least is None:
        raise NoFrames("季节或 20% 占比的参数当天没有取值", where="参数", clause="T03-10", remedy="市里先登记参数")
    projects = pool_of(scenario.area_path)
    made = _Making(scenario, windows, params, on, projects)
    made.add_all()
    frames, districts = frames_of(scenario.area_path), made.districts()
    city = scenario.area if scenario.area.level == "city" else None
    lacking = missing_of(frames, districts, made.years, city)
    if lacking:
        raise NoFrames(
            f"计划条件还缺 {len(lacking)} 项", where="计划条件", details=lacking,
            remedy=f"先登记：{'、'.join(lacking[:4])}{'等' if len(lacking) > 4 else ''}",
        )  # fmt: skip
    if not made.items:
        raise NothingToPlan(
            "储备库里没有资料齐全的项目", where=str(scenario.area),
            remedy="先在“计划资料”里补齐建筑面积、户数、资金和工期",
        )  # fmt: skip
    return made.finish(frames, districts, int(least.number * 100))


def pool_of(path: str) -> list[Project]:
    """Return the projects in the pool or the plan of an area, with their own figures."""
    rows = Project.objects.stored().filter(area_path__startswith=path)
    rows = rows.select_related("community__area", "plan_input__bundle__unit").order_by("code")
    return list(rows.defer("community__boundary", "community__search_text", "community__area__boundary"))


class _Making:
    """Collects the parts of one instance."""

    def __init__(
        self, scenario: PlanScenario, windows: Seasons, params: ParameterSet, on: date, projects: Sequence[Project]
    ) -> None:
        self.scenario, self.windows, self.params, self.on = scenario, windows, params, on
        self.projects = projects
        self.months = months_from(scenario.first_month, scenario.months)
        self.years = sorted({year for year, _ in self.months})
        self.items: list[dict[str, Any]] = []
        self.built = Built({}, {})
        self._keep_record()
        self.streets: dict[str, str] = {}
        self.values, assumed = values_of(projects, on)
        self.built.assumed += [assumed] if assumed else []
        confirmed = [p.pk for p in projects if p.state == State.IN_PLAN]
        rows = PlanEntry.objects.filter(project__in=confirmed).newest() if confirmed else ()
        self.entries = {entry.project_id: entry for entry in rows}
        self.asked = {i.project_id: i for i in submitted(scenario.area_path).select_related("batch")}
        self.uncleared = _uncleared(projects)
        wait = params.value("plan_governance_months", on)
        self.wait = wait.whole if wait else 0

    def _keep_record(self) -> None:
        """Let the seasons on record stand in for the defaults of their years (T03-14), and keep them with the plan."""
        year, month = self.months[-1]
        first, last = self.scenario.first_month, date(year, month, monthrange(year, month)[1])
        known = [one for one in observed_spans() if one.last >= first - BEFORE and one.first <= last]
        self.windows = with_record(first, last, self.windows, known)
        self.built.seasons = [[one.kind, one.first.isoformat(), one.last.isoformat()] for one in known]
        if known:
            self.built.assumed.append(f"雨季、冬期：{len(known)} 段按登记的起止，其余年份按默认")

    def add_all(self) -> None:
        """Take every project of which enough is known; a bundle with an unknown member stays out whole."""
        ready = {p.pk: p for p in self.projects if not _lacks(p, self.values)}
        broken = {_bundle(p) for p in self.projects if p.pk not in ready} - {None}
        for p in self.projects:
            lacks = _lacks(p, self.values)
            if not lacks and _bundle(p) in broken:
                lacks = ["打捆的其他项目资料不齐"]
            if lacks:
                self.built.unknown.append({"code": p.code, "pk": p.pk, "title": p.title, "lacks": lacks})
            else:
                self._add(p)
        if self.uncleared and self.wait:
            self.built.assumed.append(f"{len(self.uncleared)} 个项目五类问题还没有清零，最早开工推后 {self.wait} 个月")
        held = sum("applied" in one for one in self.built.told.values())
        if held:
            self.built.assumed.append(f"{held} 个项目已报市里、还没有确认，按申报的月份计入")

    def _add(self, p: Project) -> None:
        entered, kind = p.plan_input, p.type
        row = _row(p, entered, kind, self.values[p.pk])
        street = self._street(p)
        row |= {"street": street, "earliest": min(self._earliest(p, entered), self.scenario.months)}
        if entered.latest_finish:
            row["latest_finish"] = min(max(self._month(entered.latest_finish) + 1, 0), self.scenario.months)
        entry = self.entries.get(p.pk)
        asked = self.asked.get(p.pk) if entry is None else None
        kept = entry or asked
        if kept is not None and not self._held(p, row, kept):
            return
        self.items.append(row)
        self.built.told[p.code] = _told(p, entered, entry) | ({"applied": str(asked.batch)} if asked else {})

    def _held(self, p: Project, row: dict[str, Any], kept: PlanEntry | BatchItem) -> bool:
        """Hold a project where the plan has it or the district applied for it; outside of the months it is left out."""
        start = self._month(kept.start)
        if start < 0 or start + kept.months > self.scenario.months:
            stands = "已列入计划" if isinstance(kept, PlanEntry) else "已报市里"
            self.built.assumed.append(f"{p.title}{stands}，但不在方案的月份里，没有计入")
            return False
        row |= {"earliest": start, "duration_months": kept.months, "latest_finish": start + kept.months, "must": True}
        self.built.fixed[p.code] = start
        return True

    def _earliest(self, p: Project, entered: ProjectInput) -> int:
        asked = max(0, self._month(entered.earliest)) if entered.earliest else 0
        if p.pk not in self.uncleared:
            return asked
        return max(asked, self._month(self.on) + self.wait, 0)

    def _month(self, day: date) -> int:
        first = self.scenario.first_month
        return (day.year - first.year) * 12 + day.month - first.month

    def _street(self, p: Project) -> str:
        codes = p.area_path.strip("/").split("/")
        street = codes[2] if len(codes) > 2 else f"{codes[1]}-{NOWHERE}"
        self.streets[street] = codes[1]
        return street

    def districts(self) -> list[Area]:
        """Return the districts that the instance speaks of."""
        if self.scenario.area.level == "district":
            return [self.scenario.area]
        codes = {row["district"] for row in self.items}
        return list(Area.objects.filter(code__in=codes).defer("boundary").order_by("code"))

    def finish(self, frames: Frames, districts: Sequence[Area], percent: int) -> Built:
        """Put the instance together."""
        s = self.scenario
        others = others_of(s.area_path, s.first_month, s.months, list(self.built.told), self.on)
        self._lone_bundles()
        self.built.told |= others.told
        rates = {name: self.params.value(name, self.on) for name in ("plan_wait_rate", "plan_season_rate")}
        self.built.instance |= {
            "format": "renovation-plan-1", "name": s.title, "first_month": f"{s.first_month:%Y-%m}",
            "months": s.months,
            "wait_rate": _float(rates["plan_wait_rate"]), "season_rate": _float(rates["plan_season_rate"]),
            "season_fraction": shares(self.months, self.windows), "seismic_energy_min_percent": percent,
            "city_budget": self._city_budget(frames, districts),
            "districts": [self._district(d, frames) for d in districts],
            "streets": self._streets_with(frames, others),
            "projects": self.items, "works": others.works, "pairs": others.pairs,
        }  # fmt: skip
        return self.built

    def _lone_bundles(self) -> None:
        """Forget a bundle of which only one project is here."""
        names = [row.get("bundle") for row in self.items]
        for row in self.items:
            if "bundle" in row and names.count(row["bundle"]) == 1:
                del row["bundle"]

    def _money(self, fen: int | None) -> int:
        return (fen or 0) * self.scenario.money_percent // 100 // FEN

    def _city_budget(self, frames: Frames, districts: Sequence[Area]) -> dict[str, int]:
        whole = self.scenario.area.code if self.scenario.area.level == "city" else districts[0].code
        return {str(year): self._money(frames.value(FrameKind.CITY_MONEY, whole, year)) for year in self.years}

    def _district(self, d: Area, frames: Frames) -> dict[str, Any]:
        money = {str(y): self._money(frames.value(FrameKind.DISTRICT_MONEY, d.code, y)) for y in self.years}
        return {"code": d.code, "name": d.name, "budget": money,
                "capacity_m2": frames.value(FrameKind.CAPACITY, d.code) or 0}  # fmt: skip

    def _streets_with(self, frames: Frames, others: Others) -> list[dict[str, Any]]:
        for work in others.works:
            self.streets.setdefault(work["street"], work["district"])
        return [
            {"code": code, "district": district, "max_active": self._sites(frames, code, district, len(others.works))}
            for code, district in sorted(self.streets.items())
        ]

    def _sites(self, frames: Frames, street: str, district: str, works: int) -> int:
        """Where the street is not known, no street's limit can be kept: all its projects and works may run."""
        if street.endswith(NOWHERE) or street == district:
            return len(self.items) + works + 1
        return frames.sites(street, district) or 0


def _float(value: Any) -> float:
    return float(value.number) if value else 0.0


def _lacks(p: Project, values: Mapping[int, int]) -> list[str]:
    entered = getattr(p, "plan_input", None)
    lacking = entered.missing if entered else ["计划资料"]
    return lacking if values.get(p.pk) else [*lacking, "排序得分"]


def _bundle(p: Project) -> int | None:
    entered = getattr(p, "plan_input", None)
    return entered.bundle_id if entered else None


def _row(p: Project, entered: ProjectInput, kind: Kind, value: int) -> dict[str, Any]:
    basic = is_basic(kind.code)
    row = {
        "id": p.code, "district": p.area_path.strip("/").split("/")[1],
        "kind": KINDS.get(kind.code) or FAMILIES.get(kind.family, "environment"),
        "basic_class": basic, "seismic_energy": basic and kind.energy_saving,
        "floor_area_m2": entered.area_m2, "households": entered.households, "value": value,
        "district_cost": -(-(entered.district_fen or 0) // FEN), "city_cost": -(-(entered.city_fen or 0) // FEN),
        "duration_months": entered.months, "outdoor": kind.code not in INDOORS,
        "same_year": kind.same_year, "must": entered.must,
    }  # fmt: skip
    return row | ({"bundle": f"B{entered.bundle_id}"} if entered.bundle_id else {})


def _told(p: Project, entered: ProjectInput, entry: PlanEntry | None) -> dict[str, Any]:
    bundle = entered.bundle
    return {
        "pk": p.pk, "title": p.title, "kind": p.kind, "label": kind_of(p.kind).label, "street": str(p.community.area),
        "other_cost": -(-entered.other_fen // FEN), "demo": "demo" in {p.provenance, entered.provenance},
        "bundle": bundle.name if bundle else "", "unit": str(bundle.unit or "") if bundle else "",
        "point": [p.community.point.x, p.community.point.y] if p.community.point else None,
        "planned": entry is not None,
    }  # fmt: skip


def _uncleared(projects: Sequence[Project]) -> set[int]:
    """Return the projects with a community of which the gate `start_works` says that governance is not done."""
    covers = ProjectCommunity.objects.filter(project__in=projects).values_list("project", "community")
    homes: dict[int, list[int]] = {}
    for project, community in covers:
        homes.setdefault(project, []).append(community)
    rows = LatestVerdict.objects.filter(gate="start_works", community__in=[c for cs in homes.values() for c in cs])
    blocked = {
        pk for pk, failed, unknown in rows.values_list("community", "failed", "unknown")
        if any(rule.startswith("t02_") for rule in [*failed, *unknown])
    }  # fmt: skip
    return {project for project, communities in homes.items() if blocked & set(communities)}
