"""What the columns of a matter are called."""

from typing import Any

from django.core.exceptions import FieldDoesNotExist


def label_of(row: Any, name: str) -> str:
    """Return the words of a column; its name where it has none."""
    try:
        return str(row._meta.get_field(name).verbose_name)  # noqa: SLF001 - Django's documented API
    except FieldDoesNotExist:
        return name
