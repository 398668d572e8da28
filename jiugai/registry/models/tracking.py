"""Row history for the register: every insert, change and removal, by database trigger."""

from typing import TypeVar, cast

import pghistory
from django.db.models import Model

M = TypeVar("M", bound=Model)


def tracked(model: type[M]) -> type[M]:
    """Keep the whole history of a model: who and why come from the request's `pghistory.context`."""
    return _track(model, pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())


def tracked_after_entry(model: type[M]) -> type[M]:
    """Keep what happens to rows that say themselves who entered them, when and why; imports write them in bulk."""
    return _track(model, pghistory.UpdateEvent(), pghistory.DeleteEvent())


def _track(model: type[M], *events: pghistory.RowEvent) -> type[M]:
    """Bind the trackers, which are made anew for each model because pghistory ties them to it."""
    decorate = pghistory.track(
        *events,
        obj_field=pghistory.ObjForeignKey(db_constraint=False, related_name="history"),
        context_field=pghistory.ContextForeignKey(db_constraint=False),
    )
    return cast("type[M]", decorate(model))
