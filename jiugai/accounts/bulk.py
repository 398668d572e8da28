"""Bulk actions on more rows than a person waits for: queued, done in portions by the worker, each row once."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.urls import get_resolver, reverse
from django.utils import timezone
from procrastinate.contrib.django import app

from jiugai.accounts.actor import Actor
from jiugai.accounts.demo import is_closed
from jiugai.accounts.guard import require
from jiugai.accounts.jobs import Facts, Kind, register
from jiugai.accounts.models import BulkRun, User
from jiugai.accounts.scope import scoped
from jiugai.domain.errors import NotAllowed, Refusal
from jiugai.web.tables.table import BulkAction, Table

TASK = "accounts.bulk"
MOST_ROWS = 20_000
PORTION = 100
MOST_NAMED = 100
GONE = "已不在您能看到的范围里"
CHANGED = "您确认以后又被别人改过"
_offered: dict[tuple[str, str], tuple[Table, BulkAction]] = {}


def offer(table: Table) -> None:
    """Say which bulk actions a register has; called when its addresses are made."""
    _offered.update({(table.key, action.key): (table, action) for action in table.bulk})


def offered(table: str, action: str) -> tuple[Table, BulkAction]:
    """Return a register and its action. A worker has not needed the addresses so far: they are made now."""
    _ = get_resolver().url_patterns
    return _offered[table, action]


@transaction.atomic
def request_run(
    *, table: Table, action: BulkAction, rows: Sequence[Any], answers: Mapping[str, str], actor: Actor
) -> BulkRun:
    """Queue an action on these rows, as the person saw them."""
    made = BulkRun.objects.create(
        user=User.objects.get(pk=actor.user_id or 0),
        table=table.key,
        title=table.title,
        action=action.key,
        label=action.label,
        unit=table.unit,
        answers=dict(answers),
        rows=[[row.pk, row.version if action.watch else None] for row in rows],
        area_path=actor.home,
        rows_total=len(rows),
    )
    made.job = app.configure_task(TASK).defer(run_id=made.pk)
    made.save(update_fields=["job"])
    return made


def run(*, run_id: int, now: datetime) -> None:
    """Do what is left of a run, a portion per transaction, with the rights its person holds now."""
    more = True
    while more:
        with transaction.atomic():
            found = BulkRun.objects.select_for_update(of=("self",)).select_related("user").get(pk=run_id)
            more = found.finished_at is None and _portion(found, now=now)


def _portion(found: BulkRun, *, now: datetime) -> bool:
    """Do the next rows inside the caller's transaction; return whether there are more."""
    user = found.user
    if not user.is_active or is_closed(user):
        raise NotAllowed("账号已停用，没有办")
    actor = user.actor(on=timezone.localdate(now))
    table, action = offered(found.table, found.action)
    chosen = found.rows[found.rows_done : found.rows_done + PORTION]
    with scoped(actor):
        refused = _do(table, action, chosen, actor=actor, answers=found.answers, now=now)
    found.rows_done += len(chosen)
    found.rows_refused += len(refused)
    found.refused = [*found.refused, *refused][:MOST_NAMED]
    found.finished_at = now if found.rows_done >= found.rows_total else None
    found.save(update_fields=["rows_done", "rows_refused", "refused", "finished_at"])
    return found.finished_at is None


def _do(
    table: Table,
    action: BulkAction,
    chosen: Sequence[tuple[int, int | None]],
    *,
    actor: Actor,
    answers: dict[str, str],
    now: datetime,
) -> list[dict[str, str]]:
    """Act on rows, all together or, where one is refused, one by one; return those left alone, each with its reason."""
    there = table.filters.visible(table.rows(), actor).filter(pk__in=[pk for pk, _ in chosen]).order_by("pk")
    rows = {row.pk: row for row in there}
    refused = [{"row": str(pk), "why": GONE} for pk, _ in chosen if pk not in rows]
    seen = {pk: version for pk, version in chosen if pk in rows}
    changed = [rows[pk] for pk, version in seen.items() if version is not None and rows[pk].version != version]
    refused += [{"row": str(row), "why": CHANGED} for row in changed]
    left = [row for row in rows.values() if row not in changed]
    given = {"actor": actor, "answers": answers, "on": timezone.localdate(now)}
    if not left or _act(action, left, given) == "":
        return refused
    told = [(row, _act(action, [row], given)) for row in left]
    return refused + [{"row": str(row), "why": why} for row, why in told if why]


def _act(action: BulkAction, rows: Sequence[Any], given: Mapping[str, Any]) -> str:
    """Do it to these rows or to none; return why not."""
    try:
        with transaction.atomic():
            for row in rows:
                require(given["actor"], action.permission, row)
            action.run(rows=rows, **given)
    except Refusal as refusal:
        return "。".join(filter(None, (refusal.message, refusal.remedy)))
    return ""


def _describe(jobs: Sequence[Any]) -> Mapping[int, Facts]:
    known = {one.job: one for one in BulkRun.objects.filter(job__in=[job.pk for job in jobs])}
    return {job.pk: _facts(known[job.pk]) for job in jobs if job.pk in known}


def _facts(found: BulkRun) -> Facts:
    return Facts(f"{found.title}：{found.label}", found.area_path, found.rows_done, found.rows_total,
                 reverse("bulk-runs"))  # fmt: skip


def _visible(actor: Actor) -> Q:
    return Q(pk__in=BulkRun.objects.visible_to(actor).filter(job__isnull=False).values("job"))


register(TASK, Kind("批量办理", visible=_visible, describe=_describe))
