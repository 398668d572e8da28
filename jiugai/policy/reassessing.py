"""The line-up that looks at a community's gates again after something changed."""

from datetime import datetime

from jiugai.accounts.actor import Actor
from jiugai.policy.models import Occurrence


def reassess_gates(occurrence: Occurrence, *, actor: Actor, now: datetime) -> None:
    """Judge again the gates that were judged before, and the next one ahead."""
