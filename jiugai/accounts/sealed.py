"""Which columns are sealed: each package declares its own, so that a change of key finds them all."""

from typing import Any, NamedTuple

from django.apps import apps
from django.db.models import Model


class Column(NamedTuple):
    """A sealed column. `place` is what its seals are bound to; the history of a row is bound to the same."""

    model: type[Model]
    field: str
    place: str


_declared: list[tuple[type[Model], str]] = []


def declare(model: type[Model], field: str) -> None:
    """Say that a column is sealed under the place `<model>.<field>`, all in lower case; called when apps are ready."""
    if (model, field) not in _declared:
        _declared.append((model, field))


def columns() -> list[Column]:
    """Return the sealed columns, those of the rows' history included."""
    found = []
    for model, field in _declared:
        place = f"{model._meta.model_name}.{field}"  # noqa: SLF001 - Django's documented API
        found += [Column(one, field, place) for one in (model, *_histories(model, field))]
    return found


def _histories(model: type[Model], field: str) -> list[type[Model]]:
    events: list[Any] = [one for one in apps.get_models() if getattr(one, "pgh_tracked_model", None) is model]
    return [one for one in events if field in {f.name for f in one._meta.get_fields()}]  # noqa: SLF001
