"""Mark several communities at once as needing renovation within the 14th Five-Year period, or not (T01-2)."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from jiugai.accounts.actor import Actor
from jiugai.registry.actions.values import enter_value
from jiugai.registry.choices import PlanMark
from jiugai.registry.models import Community


@transaction.atomic
def mark_plan(*, communities: Sequence[Community], mark: str, reason: str, actor: Actor, on: date) -> int:
    """Enter the mark with its reason as a person's word on each community; all or none. Return how many changed.

    Those that carry the mark already are left alone. Raises NotAllowed, NoReason, GoneRecord.
    """
    wanted = [one for one in communities if one.plan_mark != PlanMark(mark)]
    for one in wanted:
        enter_value(subject=one, field="plan_mark", value=mark, observed_on=on, actor=actor, reason=reason, on=on)
    return len(wanted)
