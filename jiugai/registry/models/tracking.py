"""Row history for the register: every insert, change and removal, by database trigger."""

from typing import TypeVar, cast

import pghistory
from django.db.models import Model

M = TypeVar("M", bound=Model)


def tracked(model: type[M]) -> type[M]:
    """Keep the history of a model: who and why come from the request's `pghistory.context`.

    The trackers are made anew for each model because pghistory binds them to it.
    """
    decorate = pghistory.track(
        pghistory.InsertEvent(),
        pghistory.UpdateEvent(),
        pghistory.DeleteEvent(),
        obj_field=pghistory.ObjForeignKey(db_constraint=False, related_name="history"),
        context_field=pghistory.ContextForeignKey(db_constraint=False),
    )
    return cast("type[M]", decorate(model))
