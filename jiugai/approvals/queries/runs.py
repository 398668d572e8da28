"""Steps of cases as runs of the domain: their days and stops, loaded at once."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.utils.timezone import localdate

from jiugai.domain.approvals import Run
from jiugai.domain.clock import Pause
from jiugai.matters.models import MatterPause


def pauses_by_matter(keys: Sequence[int]) -> dict[int, tuple[Pause, ...]]:
    """Return the stops of matters. One query."""
    found: dict[int, list[Pause]] = defaultdict(list)
    for row in MatterPause.objects.filter(matter_id__in=keys).order_by("starts", "pk"):
        found[row.matter_id].append(Pause(row.starts, row.ends))
    return {key: tuple(pauses) for key, pauses in found.items()}


def run_of(row: Any, pauses: Sequence[Pause] = ()) -> Run:
    """Return a step's row as a run."""
    ended = localdate(row.closed_at) if row.closed_at else None
    return Run(row.step, localdate(row.opened_at), ended, tuple(pauses), row.due_on)
