"""The plan of an area as its pages show it: scenarios, versions, runs, batches, comparison."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Q, QuerySet

from jiugai.accounts.actor import Actor
from jiugai.accounts.models import Area
from jiugai.accounts.permissions import Permission, may, where_held
from jiugai.domain.planning.quota import Share
from jiugai.domain.planning.result import gap_of
from jiugai.planning.frames import frames_of, missing_of
from jiugai.planning.models import CurrentPlan, PlanBatch, PlanScenario, PlanVersion, Project, SolveRun
from jiugai.planning.queries.quota import LIVE, district_of, planned, rows_of, shares, submitted, waiting_words
from jiugai.policy import figures

LIGHT = ("instance", "told", "starts", "locks")


def areas_of(actor: Actor) -> QuerySet[Area]:
    """Return the city and districts for which the person may plan."""
    held = where_held(actor, Permission.PLAN_EDIT)
    rows = Area.objects.filter(level__in=["city", "district"]).defer("boundary").order_by("path")
    if held.sees_all:
        return rows
    condition = Q(pk__in=())
    for path in held.paths:
        condition |= Q(path=path) | Q(path__startswith=path)
    return rows.filter(condition)


def first_guess(areas: QuerySet[Area], today: date) -> dict[str, Any]:
    """Return what a new scenario begins with: three years from next January."""
    first = date(today.year + 1, 1, 1)
    area = areas.first()
    return {"area": area, "title": f"{first.year}—{first.year + 2}年方案", "first_month": first}


def home(actor: Actor, *, on: date) -> dict[str, Any]:
    """Return what the entry page shows, in a fixed number of queries."""
    scenarios = PlanScenario.objects.visible_to(actor).select_related("area").defer("area__boundary")
    batches = PlanBatch.objects.visible_to(actor).select_related("area", "owner").defer("area__boundary")
    current = CurrentPlan.objects.visible_to(actor).select_related("version__scenario", "area")
    pool, still = Project.objects.visible_to(actor).stored(), Q(items__state__in=LIVE)
    asked = ("area_m2", "households", "district_fen", "city_fen", "months")
    complete = Q(**{f"plan_input__{name}__isnull": False for name in asked})
    return {
        "scenarios": scenarios.annotate(n=Count("versions"))[:20],
        "current": current.defer("area__boundary", *[f"version__{name}" for name in LIGHT])[:20],
        "batches": batches.annotate(n=Count("items"), open=Count("items", filter=still)).order_by("-pk")[:20],
        "stored": pool.count(), "ready": pool.filter(complete).count(),
        "planned": pool.filter(state="in_plan").count(), "quota": quota_rows(actor, on=on),
        "may_edit": may(actor, Permission.PLAN_EDIT), "areas": [a.name for a in areas_of(actor)[:2]],
    }  # fmt: skip


def quota_rows(actor: Actor, *, on: date) -> list[dict[str, Any]]:
    """Return the share of each year of what stands in the plan (T03-9), with the shortfall in words.

    Where batches wait at the city, `then` is the share with them.
    """
    least = figures.current().value("seismic_energy_min_share", on)
    district = district_of(actor.home)
    own, waiting = planned(district), rows_of(submitted(district))
    now, rows = shares(own), []
    for year, then in shares([*own, *waiting]).items():
        share, also = now.get(year, Share()), waiting_words(waiting, year)
        enough = least is None or not share.basic_m2 or share.enough(least)
        short = f"还差 {share.shortfall_m2(least):,} ㎡" if least and not enough else ""
        rows.append({"year": year, "share": share, "enough": enough, "short": short, "then": then if also else None,
                     "waiting": also})  # fmt: skip
    return rows


def show_scenario(scenario: PlanScenario, *, on: date) -> dict[str, Any]:
    """Return a scenario's versions and runs, and the limits that are missing."""
    versions = scenario.versions.defer(*LIGHT).select_related("base")
    runs = scenario.runs.select_related("result").defer("result__instance", "result__told", "result__starts")
    years = sorted(
        {scenario.first_month.year + (scenario.first_month.month - 1 + n) // 12 for n in range(scenario.months)}
    )
    frames, area = frames_of(scenario.area_path), scenario.area
    city = area if area.level == "city" else None
    lacking = missing_of(frames, [] if city else [area], years, city)
    latest = runs.order_by("-pk").first()
    return {
        "versions": versions.order_by("-number"), "runs": runs.order_by("-pk")[:10], "latest": latest,
        "lacking": lacking, "years": years,
        "current": CurrentPlan.objects.filter(area=area).defer("version__instance").first(),
        "p": progress(latest, now=None) if latest else None,
    }  # fmt: skip


def progress(run: SolveRun, *, now: datetime | None) -> dict[str, Any]:
    """Return a run's best plan, bound, gap and their course as two lines of a picture 300 by 76."""
    points = run.progress or []
    best = next((p[1] for p in reversed(points) if p[1] is not None), None)
    bound = next((p[2] for p in reversed(points) if p[2] is not None), None)
    gap = gap_of(best, bound)
    spent = (now - run.started_at).total_seconds() if now and run.started_at and not run.finished else None
    lasted = (run.ended_at - run.started_at).total_seconds() if run.ended_at and run.started_at else None
    plans = len({p[1] for p in points if p[1] is not None})
    return {
        "best": best, "bound": bound, "gap": None if gap is None else f"{-(-gap * 1000 // 1) / 10:.1f}%",
        "plans": plans, "seconds": int(lasted if lasted is not None else spent or 0),
        "width": f"{min(100, 100 * (spent or 0) / run.seconds):.1f}" if not run.finished else "100",
        **_lines(points, run.seconds),
    }  # fmt: skip


def _lines(points: Sequence[Sequence[Any]], seconds: int) -> dict[str, str]:
    known = [v for p in points for v in p[1:] if v is not None]
    if len(known) < 2:
        return {"best_line": "", "bound_line": ""}
    low, high = min(known), max(known)
    bests = [p[1] for p in points if p[1] is not None]
    if bests:  # the bound begins far off; what matters lies near the plans
        high = min(high, max(bests) + 3 * (max(bests) - min(bests) or abs(max(bests)) * 0.1 or 1))
    span, longest = (high - low) or 1, max(float(seconds), points[-1][0])

    def line(column: int) -> str:
        found: list[str] = []
        last: float | None = None
        for p in points:
            if p[column] is None:
                continue
            x, y = 300 * p[0] / longest, 72 - 64 * (min(max(p[column], low), high) - low) / span
            found += [f"{x:.1f} {last:.1f}"] if last is not None else []
            found.append(f"{x:.1f} {y:.1f}")
            last = y
        return f"M{'L'.join(found)}" if found else ""

    return {"best_line": line(1), "bound_line": line(2)}


def compare(versions: Sequence[PlanVersion], actor: Actor, *, on: date) -> dict[str, Any]:
    """Return the figures of versions side by side, and the projects on which they differ."""
    choices = PlanVersion.objects.visible_to(actor).select_related("scenario").defer(*LIGHT, "sums", "clashes")
    least = figures.current().value("seismic_energy_min_share", on)
    rows: list[dict[str, Any]] = []
    for label, unit, read in _FIGURES:
        rows.append({"label": label, "unit": unit, "whole": unit != "万㎡", "cells": [read(v.sums) for v in versions]})
    years = sorted({y for v in versions for y in v.sums["quota"]})
    for year in years:
        for name, label in (("district", "区级资金"), ("city", "市级补助"), ("other", "其他资金")):
            rows.append({"label": f"{year}年{label}", "unit": "万元",
                         "cells": [v.sums["money"][name].get(year, 0) / 10 for v in versions]})  # fmt: skip
    quota = [{"year": y, "cells": [_quota_cell(v.sums["quota"].get(y), least) for v in versions]} for y in years]
    differ = _differ(versions) if len(versions) == 2 else []
    for row in (*rows, *quota, *differ):
        row["by"] = list(zip(versions, row["cells"], strict=True))
    return {"versions": versions, "rows": rows, "quota": quota, "choices": choices.order_by("-pk")[:60],
            "differ": differ}  # fmt: skip


_FIGURES: tuple[tuple[str, str, Any], ...] = (
    ("排进项目", "个", lambda s: s["projects"]),
    ("户数", "户", lambda s: s["households"]),
    ("面积", "万㎡", lambda s: round(s["area_m2"] / 10_000, 2)),
    ("雨季施工", "项·天", lambda s: s["season"]["rain"]),
    ("冬期施工", "项·天", lambda s: s["season"]["winter"]),
    ("合并开挖", "处", lambda s: s["digs"]["together"]),
)


def _quota_cell(row: Mapping[str, int] | None, least: Any) -> dict[str, Any]:
    share = Share(**row) if row else Share()
    enough = least is None or not share.basic_m2 or share.enough(least)
    return {"words": share.words if share.basic else "没有基础类", "enough": enough,
            "short": "" if enough else f"还差 {share.shortfall_m2(least):,} ㎡"}  # fmt: skip


def _differ(versions: Sequence[PlanVersion]) -> list[dict[str, Any]]:
    """Return the projects that start in another month, or are in only one of two versions."""
    from jiugai.planning.scoring import loaded

    ready = [loaded(v) for v in versions]
    told = {**ready[0].told.get("projects", {}), **ready[1].told.get("projects", {})}
    found = []
    for code in sorted({*versions[0].starts, *versions[1].starts}):
        cells = [
            one.calendar.labels[v.starts[code]] if code in v.starts else None
            for v, one in zip(versions, ready, strict=True)
        ]
        if cells[0] != cells[1] and code in told:
            found.append({"title": told[code].get("title", code), "cells": cells})
    return found
