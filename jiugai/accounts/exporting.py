"""What an export of a list holds, who took it, and how a long one is written in the background."""

import os
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

from django.conf import settings
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Now
from django.http import QueryDict
from django.urls import get_resolver, reverse
from django.utils import timezone

from jiugai.accounts import audit
from jiugai.accounts.actor import Actor
from jiugai.accounts.codes import Action
from jiugai.accounts.demo import is_closed
from jiugai.accounts.guard import require
from jiugai.accounts.jobs import Facts, Kind, register
from jiugai.accounts.models import ListExport
from jiugai.accounts.permissions import Permission, may, where_held
from jiugai.accounts.scope import scoped
from jiugai.domain.errors import NotAllowed
from jiugai.web import export
from jiugai.web.tables.columns import Column
from jiugai.web.tables.keyset import nullable
from jiugai.web.tables.page import matching
from jiugai.web.tables.state import State, state_of
from jiugai.web.tables.table import Table

TASK = "accounts.export"
FOLDER = "exports"
TELL_EVERY = 1_000
T = TypeVar("T")
_offered: dict[str, tuple[Table, Permission]] = {}


def offer(table: Table, permission: Permission) -> None:
    """Say that a register can be exported by who holds this right; called when its addresses are made."""
    _offered[table.key] = (table, permission)


def offered(key: str) -> tuple[Table, Permission]:
    """Return a register and its right. A worker has not needed the addresses so far: they are made now."""
    _ = get_resolver().url_patterns
    return _offered[key]


def ordered(state: State, actor: Actor) -> QuerySet[Any]:
    """Return the rows of a list in its order: those without a value last, whatever the direction."""
    order, rows = state.order, matching(state, actor)
    if not order.descending:
        return rows.order_by(order.field, "pk")
    last = True if nullable(rows.model, order.field) else None
    return rows.order_by(F(order.field).desc(nulls_last=last), "-pk")


def file_columns(state: State) -> list[Column]:
    """Return the columns of a file: those chosen, and those without which its rows could not be found again."""
    chosen = list(state.columns)
    more = [state.table.column(key) for key in state.table.in_files]
    return [*chosen, *(one for one in more if one is not None and one not in chosen)]


def about(state: State, actor: Actor, *, at: datetime, request: str) -> export.About:
    """Return what stands on the sheet that says what the file is. `at` is local time."""
    table = state.table
    return export.About(
        title=table.title,
        who=actor.name,
        organisation=actor.organisation,
        at=at,
        conditions=table.filters.in_words(state.conditions, actor),
        count=matching(state, actor).count(),
        request=request,
        sources=list(table.sources()) if table.sources else [],
    )


def write_down(*, actor: Actor, title: str, rows: int, conditions: str, columns: Sequence[str], kind: str) -> None:
    """Put into the log who takes which list home."""
    after = {"rows": rows, "conditions": conditions, "columns": list(columns), "format": kind}
    audit.record(action=Action.EXPORTED, actor=actor, subject=f"{title}列表", after=after)


def write(*, export_id: int, now: datetime) -> None:
    """Write the workbook of an export, with the rights its person holds now; start anew after a crash.

    Raises NotAllowed when the person has lost them since.
    """
    asked = ListExport.objects.select_related("user").filter(pk=export_id, finished_at__isnull=True).first()
    if asked is None:
        return
    table, permission = offered(asked.table)
    actor = _asker(asked, permission, now=now)
    state = state_of(table.for_rights(partial(may, actor)), QueryDict(asked.query))
    with scoped(actor):
        said = about(state, actor, at=timezone.localtime(now), request=asked.request_id)
        rows = _counted(ordered(state, actor).iterator(chunk_size=export.CHUNK), asked)
        columns = file_columns(state)
        with export.write_xlsx(said, columns, rows, table.marks) as book:
            file = _keep(book)
    ListExport.objects.filter(pk=asked.pk).update(
        file=file, size=place_of(file).stat().st_size, rows_total=said.count, rows_done=said.count,
        columns=[one.key for one in columns], finished_at=Now(),
    )  # fmt: skip


def _asker(asked: ListExport, permission: Permission, *, now: datetime) -> Actor:
    user = asked.user
    actor = user.actor(on=timezone.localdate(now))
    if not user.is_active or is_closed(user):
        raise NotAllowed("账号已停用，没有导出")
    require(actor, permission)
    require(actor, Permission.EXPORT)
    return where_held(actor, Permission.EXPORT)


def _counted(rows: Iterable[T], asked: ListExport) -> Iterator[T]:
    for number, row in enumerate(rows, 1):
        if number % TELL_EVERY == 0:
            ListExport.objects.filter(pk=asked.pk).update(rows_done=number)
        yield row


def _keep(book: Any) -> str:
    """Keep the workbook under a name that nobody guesses; it is there whole or not at all."""
    file = f"{FOLDER}/{uuid4().hex}.xlsx"
    place = place_of(file)
    place.parent.mkdir(parents=True, exist_ok=True)
    part = place.with_suffix(".part")
    with part.open("wb") as out:
        shutil.copyfileobj(book, out)
        out.flush()
        os.fsync(out.fileno())
    part.replace(place)
    return file


def place_of(file: str) -> Path:
    """Return where a file lies."""
    return Path(settings.MEDIA_ROOT) / file


def forget(*, before: datetime) -> int:
    """Remove exports asked for before a moment, with their files and parts of files; return how many."""
    old = ListExport.objects.filter(requested_at__lt=before)
    for file in old.exclude(file="").values_list("file", flat=True):
        place_of(file).unlink(missing_ok=True)
    for part in place_of(FOLDER).glob("*.part"):
        if part.stat().st_mtime < before.timestamp():
            part.unlink(missing_ok=True)
    return old.delete()[0]


def _describe(jobs: Sequence[Any]) -> Mapping[int, Facts]:
    known = {one.job: one for one in ListExport.objects.filter(job__in=[job.pk for job in jobs])}
    return {job.pk: _facts(known[job.pk]) for job in jobs if job.pk in known}


def _facts(asked: ListExport) -> Facts:
    return Facts(f"导出{asked.title}", asked.area_path, asked.rows_done, asked.rows_total, reverse("export-files"))


def _visible(actor: Actor) -> Q:
    return Q(pk__in=ListExport.objects.visible_to(actor).filter(job__isnull=False).values("job"))


register(TASK, Kind("导出列表", visible=_visible, describe=_describe))


def with_columns(state: State) -> State:
    """Return the list with its columns in the address, so that it stays the same whatever is remembered later."""
    return replace(state, keys=tuple(column.key for column in state.columns))
