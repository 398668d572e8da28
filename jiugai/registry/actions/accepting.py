"""Accept the suggested street of many communities at once, after a person has looked at them."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from django.db import transaction

from jiugai.accounts.actor import Actor
from jiugai.accounts.models import Area
from jiugai.accounts.permissions import Permission, may
from jiugai.registry.actions.assigning import assign_area
from jiugai.registry.models import Community
from jiugai.registry.streets import StreetHint, hints_of


class Accepted(NamedTuple):
    """How many were assigned, and how many had no suggestion (or one that may not be followed)."""

    assigned: int
    left: int


@transaction.atomic
def accept_hints(*, communities: Sequence[Community], actor: Actor, on: date) -> Accepted:
    """Assign each community that lies at district level to its suggested street; the evidence is the reason.

    Communities without a suggestion, or with a street already, are left alone. Raises NotAllowed, Conflict, GoneRecord.
    """
    hints = hints_of(communities)
    streets = Area.objects.defer("boundary").in_bulk({hint.code for hint in hints.values()}, field_name="code")
    together: dict[tuple[str, str], list[Community]] = defaultdict(list)
    for one in communities:
        hint = hints.get(one.pk)
        if hint and hint.code in streets and may(actor, Permission.REGISTER_EDIT, streets[hint.code]):
            together[hint.code, _reason(hint)].append(one)
    done = 0
    for (code, reason), rows in together.items():
        done += assign_area(communities=rows, area=streets[code], reason=reason, actor=actor, on=on)
    return Accepted(done, len(communities) - done)


def _reason(hint: StreetHint) -> str:
    return f"采纳建议街道，依据：{hint.evidence}"
