"""Ask for a list that is too long to be written at once."""

from datetime import datetime, timedelta

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from jiugai.accounts.actor import Actor
from jiugai.accounts.exporting import TASK, with_columns
from jiugai.accounts.models import ListExport, User
from jiugai.web.export import About
from jiugai.web.tables.state import State

SAME_WITHIN = timedelta(hours=12)
STILL_OPEN = ("todo", "doing")


@transaction.atomic
def request_export(*, state: State, actor: Actor, about: About, now: datetime) -> ListExport:
    """Queue the writing of a list and return it; the same list asked for again while it is written is that one.

    The actor is a person: programs read the API.
    """
    query = with_columns(state).query
    same = ListExport.objects.visible_to(actor).filter(
        table=state.table.key, query=query, finished_at__isnull=True, requested_at__gt=now - SAME_WITHIN
    )
    running = same.filter(job__in=ProcrastinateJob.objects.filter(status__in=STILL_OPEN).values("pk")).first()
    if running is not None:
        return running
    asked = ListExport.objects.create(
        user=User.objects.get(pk=actor.user_id or 0),
        table=state.table.key,
        title=state.table.title,
        query=query,
        conditions=about.conditions,
        area_path=actor.home,
        rows_total=about.count,
        file_name=f"{about.title}_{about.at:%Y%m%d_%H%M}.xlsx",
        request_id=about.request,
    )
    asked.job = app.configure_task(TASK).defer(export_id=asked.pk)
    asked.save(update_fields=["job"])
    return asked
