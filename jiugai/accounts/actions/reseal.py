"""Seal every field anew with the current key, so that an old key can be taken away."""

from dataclasses import dataclass, field
from typing import Any

import pghistory
from django.db import transaction
from django.db.models import BinaryField, F, Func, Value

from jiugai.accounts import audit
from jiugai.accounts.actor import Actor
from jiugai.accounts.codes import Action
from jiugai.accounts.crypto import BrokenSeal, current_mark, is_current, seal, unseal
from jiugai.accounts.sealed import Column, columns

PORTION = 500
REASON = "更换字段密钥，重新加密"


@dataclass
class Resealed:
    """What came of one column: rows sealed anew, and the keys of rows that no key at hand opens."""

    column: Column
    done: int = 0
    broken: list[int] = field(default_factory=list)


def reseal(*, actor: Actor) -> list[Resealed]:
    """Seal anew what an old key has sealed, in portions that each commit: it may be stopped and started again.

    Rows that cannot be opened are left as they are and named. Work of others goes on: a portion locks its rows only.
    """
    results = [_column(column) for column in columns()]
    done = {one.column.place: one.done for one in results if one.done}
    if done:
        audit.record(action=Action.FIELDS_RESEALED, actor=actor, subject="加密字段", after=done, reason=REASON)
    return results


def _column(column: Column) -> Resealed:
    result, last = Resealed(column), -1
    while (last := _portion(column, result, after=last)) >= 0:
        pass
    return result


@transaction.atomic
def _portion(column: Column, result: Resealed, *, after: int) -> int:
    """Seal the next rows and return the key of the last one looked at, or -1 at the end."""
    with pghistory.context(reason=REASON):
        rows = list(_old(column).filter(pk__gt=after).order_by("pk").select_for_update(of=("self",))[:PORTION])
        for row in rows:
            _row(column, row, result)
    return rows[-1].pk if rows else -1


def _old(column: Column) -> Any:
    """Return the rows whose field names another key than the current one in its first byte."""
    first = Func(F(column.field), Value(1), Value(1), function="substring", output_field=BinaryField())
    filled = column.model._default_manager.filter(**{f"{column.field}__isnull": False})  # noqa: SLF001
    return filled.annotate(key_id=first).exclude(key_id=current_mark())


def _row(column: Column, row: Any, result: Resealed) -> None:
    sealed = bytes(getattr(row, column.field))
    if not sealed or is_current(sealed):
        return
    try:
        text = unseal(sealed, place=column.place)
    except BrokenSeal:
        result.broken.append(row.pk)
        return
    changed = {column.field: seal(text, place=column.place)}
    column.model._default_manager.filter(pk=row.pk).update(**changed)  # noqa: SLF001
    result.done += 1
