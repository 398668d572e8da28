"""One run of the solver as the worker does it: build, solve, tell how far it is, keep the result."""

import logging
from collections.abc import Callable, Mapping
from datetime import date, datetime
from threading import Lock
from time import monotonic
from typing import Any

from jiugai.domain.errors import Refusal
from jiugai.domain.planning.constraints import is_lock
from jiugai.domain.planning.result import Result, Status
from jiugai.domain.planning.solve import solve
from jiugai.planning.actions.solving import save_version
from jiugai.planning.models import PlanVersion, SolveRun
from jiugai.planning.queries.instance import build
from jiugai.planning.reasons import clash_sentences
from jiugai.planning.scoring import Loaded, load

log = logging.getLogger(__name__)
MOST_POINTS = 240
EVERY_SECONDS = 0.5
STATE = SolveRun.State


class _Watch:
    """Writes progress down at most twice a second, and asks as often whether somebody wants it to stop.

    The solver calls from whichever thread found something; the database is spoken to from the solving thread only,
    so that no thread holds a connection of its own: a listener only notes, `stop` (called by the solver) writes.
    """

    def __init__(self, run: SolveRun) -> None:
        self.run, self.points = run, list[tuple[float, float | None, float | None]]()
        self.told, self.written, self.stopping, self.lock = 0.0, 0, False, Lock()

    def heard(self, objective: float | None, bound: float | None, seconds: float) -> None:
        """Note a better plan or a tighter bound."""
        with self.lock:
            self.points.append((round(seconds, 2), objective, bound))

    def stop(self) -> bool:
        """Write what was noted, and return whether somebody asked to stop."""
        now = monotonic()
        if now - self.told < EVERY_SECONDS or self.lock.locked():
            return self.stopping
        self.told = now
        self.write()
        self.stopping = bool(SolveRun.objects.filter(pk=self.run.pk, stop_asked=True).exists())
        return self.stopping

    def write(self) -> None:
        """Put the points noted so far into the row."""
        with self.lock:
            points, count = thinned(self.points), len(self.points)
        if count != self.written:
            SolveRun.objects.filter(pk=self.run.pk).update(progress=points)
            self.written = count


def thinned(points: list[Any]) -> list[Any]:
    """Keep the first, the last and as many between as can be drawn."""
    if len(points) <= MOST_POINTS:
        return [list(point) for point in points]
    step = len(points) / MOST_POINTS
    return [list(points[int(n * step)]) for n in range(MOST_POINTS)] + [list(points[-1])]


def carry_out(run_id: int, *, clock: Callable[[], datetime], today: Callable[[], date]) -> SolveRun:
    """Carry a queued run out. One that was begun before (the worker died) begins again; a finished one stays.

    Whatever goes wrong, the person who watches is told that it ended; the job's page has the incident.
    """
    run = SolveRun.objects.select_related("scenario__area", "base").get(pk=run_id)
    if run.finished:
        return run
    try:
        return _carry_out(run, clock=clock, today=today)
    except Exception:
        _end(run, STATE.FAILED, clock(), message="求解程序出错，作业页有事件编号；可以重新求解")
        raise


def _carry_out(run: SolveRun, *, clock: Callable[[], datetime], today: Callable[[], date]) -> SolveRun:
    SolveRun.objects.filter(pk=run.pk).update(state=STATE.RUNNING, started_at=clock(), progress=[], message="")
    try:
        instance, told, fixed = _question(run, on=today())
        ready = load(instance, told, on=today())
    except Refusal as refusal:
        return _end(run, STATE.FAILED, clock(), message=_said(refusal))
    watch, locks = _Watch(run), {**fixed, **run.locks}
    result = solve(
        ready.problem, seconds=run.seconds, threads=run.threads, seed=run.seed, on_progress=watch.heard,
        warm_start={**run.base.starts, **locks} if run.base else None, fixed=locks, should_stop=watch.stop,
    )  # fmt: skip
    watch.write()
    return _keep(run, ready, result, fixed, clock())


def _question(run: SolveRun, *, on: date) -> tuple[dict[str, Any], dict[str, Any], dict[str, int]]:
    """Return what is asked: the base's own instance, so that locks mean the same, else the pool as it is today."""
    if run.base is not None:
        return run.base.instance, run.base.told, run.base.told.get("fixed", {})
    built = build(run.scenario, on=on)
    return built.instance, built.kept(), built.fixed


def _keep(run: SolveRun, ready: Loaded, result: Result, fixed: dict[str, int], now: datetime) -> SolveRun:
    run.refresh_from_db(fields=["stop_asked"])
    if result.objective is None:
        words = result.reason or (
            "这些条件不能同时满足" if result.status is Status.INFEASIBLE else "没有找到可行的计划"
        )
        if fixed and not run.locks and any(map(is_lock, result.clash)):
            words = "已列入计划或已报市里的安排与约束冲突，没有可行计划"
        return _end(run, STATE.FAILED, now, message=words, clash=_clash_words(result, ready, run.locks, fixed))
    version = save_version(
        scenario=run.scenario, instance=ready.instance, told=ready.told, starts=result.starts,
        origin=PlanVersion.Origin.SOLVED, actor_name=run.asked_by_name, user_id=run.asked_by_id, now=now,
        locks=run.locks, base=run.base, bound=result.bound, ready=ready,
    )  # fmt: skip
    return _end(run, STATE.STOPPED if run.stop_asked else STATE.DONE, now, result=version)


def _clash_words(result: Result, ready: Loaded, locks: Mapping[str, int], fixed: Mapping[str, int]) -> list[str]:
    projects = ready.told.get("projects", {})
    said = clash_sentences(ready, {**fixed, **locks}, settled=fixed.keys() - locks.keys())
    return said or [_named(one, projects) for one in result.clash]


def _named(constraint: str, projects: Any) -> str:
    from jiugai.domain.planning.constraints import CONSTRAINTS

    kind, _, rest = constraint.partition(":")
    label = CONSTRAINTS[kind].label if kind in CONSTRAINTS else kind
    return f"{label}：{projects.get(rest, {}).get('title', rest)}"


def _end(run: SolveRun, state: str, now: datetime, **more: Any) -> SolveRun:
    for name, value in {"state": state, "ended_at": now, **more}.items():
        setattr(run, name, value)
    run.message = run.message[:500]
    run.save(update_fields=["state", "ended_at", *more])
    return run


def _said(refusal: Refusal) -> str:
    return "。".join(part for part in (refusal.message, refusal.remedy) if part)
