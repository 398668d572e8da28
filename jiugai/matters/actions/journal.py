"""The one way to write a line of a matter's log, beside its event in the audit log."""

import json
from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from jiugai.accounts import audit
from jiugai.accounts.actor import Actor
from jiugai.accounts.codes import Action
from jiugai.matters.kinds import kind, stage_label
from jiugai.matters.models import Matter, MatterLog
from jiugai.matters.models.log import What
from jiugai.matters.queries.labels import label_of
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
    stages = ("", "")
    if line.to_stage:
        stages = (stage_label(matter.kind, line.from_stage), stage_label(matter.kind, line.to_stage))
    audit.record(
        action=ACTIONS.get(What(line.what), Action.MATTER_CHANGED),
        actor=actor,
        subject=matter,
        before=_in_words(matter, stages[0], line.before) or None,
        after=_in_words(matter, stages[1], line.after) | {"动作": _verb(line, matter)},
        reason=line.reason,
    )


def _in_words(matter: Matter, stage: str, values: dict[str, Any] | None) -> dict[str, Any]:
    """Return the stage and the values under the words of their columns: the log is read by people."""
    said = {"阶段": stage} if stage else {}
    return said | {label_of(matter, name): value for name, value in (values or {}).items()}


def _verb(line: MatterLog, matter: Matter) -> str:
    try:
        return kind(matter.kind).process.move(line.move).label
    except LookupError:
        return str(What(line.what).label)


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
