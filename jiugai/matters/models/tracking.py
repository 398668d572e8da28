"""Row history of a kind's own columns; those it shares with all matters are tracked there."""

from typing import TypeVar, cast

import pghistory
from django.db.models import Model

M = TypeVar("M", bound=Model)


def tracked_kind(model: type[M]) -> type[M]:
    """Keep every change and removal of the columns that a kind adds to `Matter`."""
    own = [f.name for f in model._meta.local_fields if not f.primary_key]  # noqa: SLF001 - Django's documented API
    decorate = pghistory.track(
        pghistory.UpdateEvent(),
        pghistory.DeleteEvent(),
        fields=own,
        model_name=f"{model.__name__}Event",
        obj_field=pghistory.ObjForeignKey(db_constraint=False, related_name="kind_history"),
        context_field=pghistory.ContextForeignKey(db_constraint=False),
    )
    return cast("type[M]", decorate(model))
