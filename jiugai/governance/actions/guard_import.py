"""Take in a workbook of window guards: all rows or none, one line on the timeline per community (T02-6)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from jiugai.accounts.actor import Actor
from jiugai.domain.errors import Refusal
from jiugai.governance.actions.guards import save_guard, tell_guards
from jiugai.registry.models import Community


@transaction.atomic
def save_guards(*, forms: Sequence[Any], actor: Actor, now: datetime) -> int:
    """Record the guards of each valid form and return how many. A refusal names its row and takes all back."""
    homes: dict[Community, int] = {}
    for form in forms:
        data = form.cleaned_data
        community = data["community"]
        try:
            save_guard(
                community=community, building_label=data["building_label"], flat=data["flat"], values=form.values(),
                actor=actor, now=now, quiet=True,
            )  # fmt: skip
        except Refusal as refusal:
            refusal.where = f"第 {form.row} 行 {refusal.where}".strip()
            raise
        homes[community] = homes.get(community, 0) + 1
    for community, count in homes.items():
        tell_guards(community=community, title=f"从 Excel 登记外窗护栏 {count} 户", actor=actor, now=now)
    return len(forms)
