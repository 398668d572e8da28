"""Correcting a matter's own columns."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from jiugai.accounts.actor import Actor
from jiugai.accounts.permissions import Permission
from jiugai.domain.errors import NotAllowed, Refusal
from jiugai.matters.actions.holding import in_words, prepare
from jiugai.matters.actions.journal import write
from jiugai.matters.actions.locking import locked, refuse_closed, save
from jiugai.matters.kinds import kind
from jiugai.matters.models import Matter
from jiugai.matters.models.log import What
from jiugai.matters.rights import require_do


@transaction.atomic
def edit_matter(
    *, matter: Matter, values: Mapping[str, Any], actor: Actor, now: datetime, version: int | None = None,
    reason: str = "",
) -> Any:  # fmt: skip
    """Change columns that the kind lets people correct; the log keeps before and after.

    A date set by a stage's clock cannot be typed over. Raises NotAllowed, Refusal, DoNotFit, Conflict.
    """
    fresh = locked(matter, version=version)
    require_do(actor, Permission.MATTER_WORK, fresh)
    refuse_closed(fresh)
    before: dict[str, Any] = {}
    for name, value in values.items():
        if name not in kind(fresh.kind).editable:
            raise NotAllowed("这一项不能在这里改", where=name)
        if getattr(fresh, name) != value:
            before[name] = getattr(fresh, name)
            setattr(fresh, name, value)
    if not before:
        return fresh
    _check_due(fresh, before)
    prepare(fresh, kind(fresh.kind), today=timezone.localdate(now))
    with in_words(fresh, kind(fresh.kind)):
        fresh.save(update_fields=list(before))
    save(fresh, "due_provisional")
    write(matter=fresh, what=What.EDITED, actor=actor, now=now, reason=reason.strip(),
          before=before, after={name: getattr(fresh, name) for name in before})  # fmt: skip
    return fresh


def _check_due(matter: Any, before: Mapping[str, Any]) -> None:
    if "due_on" not in before:
        return
    if matter.clock_unit != "given":
        raise Refusal("期限按规定的天数计算，不能直接改日期", where="到期日", remedy="等材料时请用暂停计时")
    matter.due_provisional = False
