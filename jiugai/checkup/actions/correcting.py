"""Correct an answer at the desk: an entry like those of phones, so that nothing that was said before is lost."""

from datetime import datetime
from typing import Any

from django.db import transaction

from jiugai.accounts.actor import Actor
from jiugai.accounts.guard import require
from jiugai.accounts.permissions import Permission
from jiugai.checkup.actions.finishing import correct, lock, outcome, refuse_withdrawn
from jiugai.checkup.entries import check
from jiugai.checkup.models import Checkup
from jiugai.checkup.parts import resolve
from jiugai.checkup.rebuilding import rebuild
from jiugai.domain.checkup.edition import Edition
from jiugai.offline.actions.entering import enter


@transaction.atomic
def correct_answer(*, checkup: Checkup, part: str, indicator: str, typed: str, actor: Actor, now: datetime) -> None:
    """Enter an answer by a person at the desk. Raises NotAllowed, BadEntry, UnknownPart, Conflict."""
    require(actor, Permission.CHECKUP_RECORD, checkup)
    locked = lock(checkup.pk)
    refuse_withdrawn(locked)
    before = outcome(locked)
    edition = locked.edition.edition
    value = _value(indicator, typed.strip(), edition)
    body = {"checkup": locked.pk, "part": part, "action": "set", "field": indicator, "value": value}
    check(body, edition)
    key = resolve(locked, part)
    enter(
        kind="checkup", subject=f"{locked.subject}{key}", community=locked.community, body=body, actor=actor, now=now,
        provenance=locked.provenance,
    )  # fmt: skip
    rebuild(locked, [key])
    correct(checkup=locked, before=before, actor=actor, now=now)


def _value(indicator: str, typed: str, edition: Edition) -> Any:
    """Read numbers of number indicators as numbers; what is neither is refused by the check that follows."""
    known = edition.find(indicator)
    if known is None or known.answer != "number":
        return typed or None
    try:
        return float(typed.replace(",", "")) if typed not in ("", "unsure") else typed or None
    except ValueError:
        return typed
