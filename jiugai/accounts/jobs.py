"""Background jobs for people: whose they are, what they do, how far they have come.

The queue knows only a task's name and arguments. The package that owns a task says the rest: it registers a `Kind`.
A job without one is the system's own and shown only to those who see the whole city.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Max, Min, Q, QuerySet
from django.utils.html import format_html
from django.utils.safestring import SafeString
from procrastinate.contrib.django.models import ProcrastinateJob

from jiugai.accounts.actor import CITY_PATH, Actor
from jiugai.web.parts import marks

STATES = {
    "todo": "排队",
    "doing": "进行中",
    "succeeded": "已完成",
    "failed": "没有完成",
    "cancelled": "已取消",
    "aborted": "已停止",
}
MARKS = {"todo": "soon", "doing": "run", "succeeded": "ok", "failed": "bad", "cancelled": "na", "aborted": "na"}
FINISHED = frozenset({"succeeded", "failed", "cancelled", "aborted"})


@dataclass(frozen=True)
class Facts:
    """What a job is about: a title, its area, rows done of all (0 where there are none), the page of its subject."""

    title: str
    area_path: str = CITY_PATH
    done: int = 0
    total: int = 0
    url: str = ""


@dataclass(frozen=True)
class Kind:
    """A sort of job. `visible` builds the condition for an actor who does not see everything."""

    title: str
    visible: Callable[[Actor], Q] | None = None
    describe: Callable[[Sequence[ProcrastinateJob]], Mapping[int, Facts]] | None = None


_kinds: dict[str, Kind] = {"accounts.tidy": Kind("每日清理旧记录")}


def register(task_name: str, kind: Kind) -> None:
    """Say what the jobs of a task are; called when the task's package is ready."""
    _kinds[task_name] = kind


class JobQuerySet(QuerySet[ProcrastinateJob]):
    """Jobs in scope."""

    def visible_to(self, actor: Actor) -> "JobQuerySet":
        """Keep the jobs about the actor's areas; the system's own are for those who see the whole city."""
        if actor.sees_all:
            return self
        condition = Q(pk__in=())
        for name, kind in _kinds.items():
            if kind.visible is not None:
                condition |= Q(task_name=name) & kind.visible(actor)
        return self.filter(condition)


class DescribedJobs(JobQuerySet):
    """Jobs with their facts, loaded once per page."""

    def _fetch_all(self) -> None:
        fresh = self._result_cache is None
        super()._fetch_all()
        if fresh and self._result_cache and isinstance(self._result_cache[0], ProcrastinateJob):
            attach(self._result_cache)


def job_rows() -> DescribedJobs:
    """Return the jobs with the time they were queued and last changed state."""
    rows: DescribedJobs = DescribedJobs(ProcrastinateJob).annotate(
        queued_at=Min("procrastinateevent__at"), changed_at=Max("procrastinateevent__at")
    )
    return rows


def attach(jobs: Iterable[Any]) -> None:
    """Set `facts` on each job, one call per kind."""
    by_task: dict[str, list[Any]] = {}
    for job in jobs:
        by_task.setdefault(job.task_name, []).append(job)
    for name, same in by_task.items():
        kind = _kinds.get(name, Kind(name))
        found = kind.describe(same) if kind.describe else {}
        for job in same:
            job.facts = found.get(job.pk, Facts(kind.title))


def facts_of(job: Any) -> Facts:
    """Return a job's facts, loading them where no list has."""
    if not hasattr(job, "facts"):
        attach([job])
    facts: Facts = job.facts
    return facts


def title_of(job: Any) -> str:
    """Return what the job does."""
    return facts_of(job).title


def show_state(job: Any) -> SafeString:
    """Return the state as a tag; a failed attempt that waits for the next says so."""
    if job.status == "todo" and job.attempts:
        return marks.state("soon", f"等第 {job.attempts + 1} 次重试")
    return marks.state(MARKS[job.status], STATES[job.status])


def show_progress(job: Any) -> SafeString | str:
    """Return rows done of all, or nothing for jobs that do not count."""
    facts = facts_of(job)
    if not facts.total:
        return ""
    return format_html("{} / {}", f"{facts.done:,}", f"{facts.total:,}")


def times(job: Any) -> dict[str, datetime]:
    """Return when the job was first queued, last started and ended."""
    events = job.procrastinateevent_set.order_by("pk").values_list("type", "at")
    return {kind: at for kind, at in events if at}
