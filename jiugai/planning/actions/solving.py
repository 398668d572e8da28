"""Asking the solver for a plan, watching and stopping it, and keeping what it found as a version."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from jiugai.accounts import audit
from jiugai.accounts.actor import Actor
from jiugai.accounts.codes import Action
from jiugai.accounts.guard import require
from jiugai.accounts.models import Area
from jiugai.accounts.permissions import Permission
from jiugai.domain.errors import Conflict, Refusal
from jiugai.domain.planning.sums import sums
from jiugai.planning.models import CurrentPlan, PlanDraft, PlanScenario, PlanVersion, SolveRun
from jiugai.planning.scoring import Loaded, in_words, load

MOST_SECONDS = 600


class WrongRun(Refusal):
    """The run cannot be asked for like this."""

    code = "wrong_run"


class PublishedMeanwhile(Conflict):
    """A colleague published another version after the page was opened."""

    code = "published_meanwhile"


class NothingMoved(Refusal):
    """There is no change to be saved."""

    code = "nothing_moved"


@transaction.atomic
def make_scenario(
    *, area: Area, title: str, first_month: date, months: int, actor: Actor, now: datetime,
    note: str = "", money_percent: int = 100, provenance: str = "real",
) -> PlanScenario:  # fmt: skip
    """Begin a scenario of a district or the city. Raises NotAllowed, WrongRun."""
    require(actor, Permission.PLAN_EDIT, area)
    if area.level not in ("city", "district"):
        raise WrongRun("计划按区或全市编制", where="辖区", remedy="选区或全市")
    made = PlanScenario.objects.create(
        area=area, title=title.strip()[:80] or "方案", first_month=first_month.replace(day=1), months=months,
        note=note.strip(), money_percent=money_percent, made_at=now, made_by_id=actor.user_id,
        made_by_name=actor.name, provenance=provenance,
    )  # fmt: skip
    made.refresh_from_db(fields=["area_path"])
    audit.record(action=Action.PLAN_SCENARIO_MADE, actor=actor, subject=made, after={"方案": made.title})
    return made


@transaction.atomic
def ask_solve(
    *, scenario: PlanScenario, seconds: int, actor: Actor, now: datetime, base: PlanVersion | None = None,
    locks: Mapping[str, int] | None = None, seed: int = 1, threads: int = 2,
) -> SolveRun:  # fmt: skip
    """Queue a run of the solver; everybody's run has a row of its own, so nobody's result overwrites another's.

    With a `base` the run answers the base's instance, begins from its plan and keeps `locks` where they are.
    Raises NotAllowed, WrongRun.
    """
    from jiugai.planning.tasks import solve_plan

    require(actor, Permission.PLAN_EDIT, scenario)
    if not 1 <= seconds <= MOST_SECONDS:
        raise WrongRun(f"求解时间应在 1 到 {MOST_SECONDS} 秒之间", where="时间", remedy="一般 60 秒就够")
    run = SolveRun.objects.create(
        scenario=scenario, base=base, locks=dict(locks or {}), seconds=seconds, seed=seed, threads=threads,
        asked_at=now, asked_by_id=actor.user_id, asked_by_name=actor.name,
    )  # fmt: skip
    run.job_id = solve_plan.configure(lock=f"plan-run-{run.pk}").defer(run_id=run.pk)
    run.save(update_fields=["job_id"])
    run.refresh_from_db(fields=["area_path"])
    audit.record(
        action=Action.PLAN_SOLVED, actor=actor, subject=run, area_path=scenario.area_path,
        after={"方案": scenario.title, "时限": seconds, "锁定": len(run.locks)},
    )  # fmt: skip
    return run


def stop_solve(*, run: SolveRun, actor: Actor) -> None:
    """Ask a run to stop; what it has found by then becomes a version. Raises NotAllowed."""
    require(actor, Permission.PLAN_EDIT, run)
    SolveRun.objects.filter(pk=run.pk).update(stop_asked=True)


@transaction.atomic
def save_version(
    *, scenario: PlanScenario, instance: Mapping[str, Any], told: Mapping[str, Any], starts: Mapping[str, int],
    origin: str, actor_name: str, user_id: int | None, now: datetime, locks: Mapping[str, int] | None = None,
    base: PlanVersion | None = None, bound: float | None = None, reason: str = "", ready: Loaded | None = None,
) -> PlanVersion:  # fmt: skip
    """Keep a plan as a new version, with its score, what it breaks and what it comes to. The database numbers it."""
    ready = ready or load(instance, told, on=now.date())
    score = ready.score(0, starts)
    objective = float(score.objective)
    gap = None if bound is None or bound <= 0 else max(0.0, (bound - objective) / bound)
    made = PlanVersion.objects.create(
        scenario=scenario, number=0, origin=origin, base=base, instance=instance, told=told, starts=dict(starts),
        locks=dict(locks or {}), sums=sums(instance, told.get("projects", {}), starts, ready.calendar),
        clashes=in_words(score.violations, told), objective=objective, bound=bound, gap=gap,
        feasible=score.feasible, reason=reason, made_at=now, made_by_id=user_id, made_by_name=actor_name,
        provenance=scenario.provenance,
    )  # fmt: skip
    made.refresh_from_db(fields=["number", "area_path"])
    return made


@transaction.atomic
def save_draft(*, draft: PlanDraft, reason: str, actor: Actor, now: datetime) -> PlanVersion:
    """Save what was moved by hand as a new version with author and reason; the draft is done with.

    Raises NotAllowed, NothingMoved.
    """
    require(actor, Permission.PLAN_EDIT, draft)
    locked = PlanDraft.objects.select_for_update(of=("self",)).select_related("version__scenario").get(pk=draft.pk)
    if not reason.strip():
        raise NothingMoved("没有写理由", where="理由", clause="T03-7", remedy="写一句为什么这样调整")
    if not locked.moves:
        raise NothingMoved("没有动过，不用保存", where="计划板", remedy="拖动或移动一个项目后再保存")
    base = locked.version
    made = save_version(
        scenario=base.scenario, instance=base.instance, told=base.told, starts=locked.starts(),
        origin=PlanVersion.Origin.EDITED, actor_name=actor.name, user_id=actor.user_id, now=now,
        locks={**base.locks, **locked.locks}, base=base, bound=_bound(base, locked), reason=reason.strip()[:300],
    )  # fmt: skip
    audit.record(
        action=Action.PLAN_SAVED, actor=actor, subject=made, reason=made.reason, after={"改动": len(locked.moves)}
    )
    locked.delete()
    return made


def _bound(base: PlanVersion, draft: PlanDraft) -> float | None:
    """A bound proved without locks holds for every plan; one proved around locks only while they are kept."""
    starts = draft.starts()
    return base.bound if all(starts.get(code) == start for code, start in base.locks.items()) else None


@transaction.atomic
def publish(*, version: PlanVersion, seen: int, actor: Actor, now: datetime) -> CurrentPlan:
    """Make a version the plan its area works by. `seen` is the edition the person saw (0 for none).

    Raises NotAllowed, WrongRun for one that breaks a limit, PublishedMeanwhile when somebody was faster.
    """
    require(actor, Permission.PLAN_EDIT, version)
    if not version.feasible:
        raise WrongRun(
            f"{version}有 {len(version.clashes)} 处不符合，不能发布",
            where=str(version),
            remedy="改好后保存成新的一版再发布",
        )
    area = Area.objects.select_for_update(of=("self",)).defer("boundary").get(pk=version.scenario.area_id)
    current = CurrentPlan.objects.select_related("version__scenario").filter(area=area).first()
    if (current.edition if current else 0) != seen:
        raise PublishedMeanwhile(
            f"您打开之后，{current.by_name}发布了{current.version}" if current else "现行方案已被撤下",
            where=area.name, remedy="先和那一版对比，再决定要不要发布您的",
        )  # fmt: skip
    made, _ = CurrentPlan.objects.update_or_create(
        area=area, defaults={"version": version, "edition": seen + 1, "at": now, "by_name": actor.name}
    )
    audit.record(action=Action.PLAN_PUBLISHED, actor=actor, subject=version, after={"版本": str(version)})
    return made
