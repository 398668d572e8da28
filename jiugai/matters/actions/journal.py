"""The one way to write a line of a matter's log, beside its event in the audit log."""

import json
from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from jiugai.accounts import audit
from jiugai.accounts.actor import Actor
from jiugai.accounts.codes import Action
from jiugai.matters.models import Matter, MatterLog
from jiugai.matters.models.log import What
from jiugai.registry.models import Document

ACTIONS = {What.OPENED: Action.MATTER_OPENED, What.MOVED: Action.MATTER_MOVED}


def write(
    *,
    matter: Matter,
    what: What,
    actor: Actor,
    now: datetime,
    move: str = "",
    from_stage: str = "",
    to_stage: str = "",
    reason: str = "",
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    document: Document | None = None,
) -> MatterLog:
    """Append a line; `before` and `after` hold only what changed."""
    before, after = plain(before), plain(after)
    line = MatterLog.objects.create(
        matter_id=matter.pk,
        at=now,
        what=what,
        move=move,
        from_stage=from_stage,
        to_stage=to_stage,
        actor_id=actor.user_id,
        actor_name=actor.name,
        organisation=actor.organisation,
        reason=reason,
        before=before,
        after=after,
        document=document,
    )
    _audit(line, matter, actor)
    return line


def _audit(line: MatterLog, matter: Matter, actor: Actor) -> None:
    """Write the line's event to the audit log."""
    what = What(line.what)
    stages = ({"阶段": line.from_stage}, {"阶段": line.to_stage}) if line.to_stage else ({}, {})
    audit.record(
        action=ACTIONS.get(what, Action.MATTER_CHANGED),
        actor=actor,
        subject=matter,
        before={**stages[0], **(line.before or {})} or None,
        after={**stages[1], **(line.after or {}), "动作": line.move or what.label},
        reason=line.reason,
    )


def plain(values: dict[str, Any] | None) -> Any:
    """Return values as JSON has them: dates as text, rows by their name."""
    return None if values is None else json.loads(json.dumps(values, cls=_Encoder, ensure_ascii=False))


class _Encoder(DjangoJSONEncoder):
    def default(self, o: Any) -> Any:
        """Write rows, points and other values by their words."""
        try:
            return super().default(o)
        except TypeError:
            return str(o)
