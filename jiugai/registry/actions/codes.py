"""Numbers of new records: the area's code and a running number that no other record has."""

import re
from typing import Any

from django.db.models import Model

from jiugai.accounts.actor import SYSTEM
from jiugai.accounts.scope import scoped
from jiugai.web.turns import take_turn

DIGITS = 5


def next_code(model: type[Model], prefix: str) -> str:
    """Return the next free code `<prefix>-00001`. Holds a lock until the transaction ends, so two people get two.

    Codes are unique in the whole city, so those outside the person's scope count too.
    """
    take_turn(f"{model._meta.db_table}:{prefix}")  # noqa: SLF001
    rows: Any = model._default_manager  # noqa: SLF001 - Django's documented API
    taken = rows.filter(code__startswith=f"{prefix}-").values_list("code", flat=True)
    with scoped(SYSTEM):
        found_codes = list(taken)
    numbers = [int(found[1]) for code in found_codes if (found := re.fullmatch(rf"{re.escape(prefix)}-(\d+)", code))]
    return f"{prefix}-{max(numbers, default=0) + 1:0{DIGITS}d}"
