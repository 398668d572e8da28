"""Opening many matters of a kind from the rows of a workbook: all or none."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from jiugai.accounts.actor import Actor
from jiugai.accounts.models import Area
from jiugai.domain.errors import Refusal
from jiugai.matters.actions.opening import open_matter
from jiugai.matters.kinds import Kind


@transaction.atomic
def open_all(*, kind: Kind, forms: Sequence[Any], area: Area | None, actor: Actor, now: datetime) -> int:
    """Open a matter per valid form and return how many. A refusal names its row and takes all back."""
    for form in forms:
        community = form.cleaned_data.get("community")
        try:
            open_matter(
                model=kind.model, values=form.values(), community=community, area=None if community else area,
                actor=actor, now=now,
            )  # fmt: skip
        except Refusal as refusal:
            refusal.where = f"第 {form.row} 行 {refusal.where}".strip()
            raise
    return len(forms)
