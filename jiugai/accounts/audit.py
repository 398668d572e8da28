"""The one way to write to the audit log, and the way to check its chain."""

import json
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection
from django.db.models import Model
from django.utils import timezone

from jiugai.accounts.actor import Actor
from jiugai.accounts.codes import Action
from jiugai.accounts.models import AuditEvent
from jiugai.web.request_id import current_request_id


class UnknownAction(ValueError):
    """The code is not in `codes.Action`."""


def record(
    *,
    action: Action,
    actor: Actor,
    subject: Model | str,
    before: Any = None,
    after: Any = None,
    reason: str = "",
    area_path: str | None = None,
) -> None:
    """Append one event. `before` and `after` hold only what changed, as JSON values.

    Raises UnknownAction for a code outside the list.
    """
    if action not in Action.values:
        raise UnknownAction(action)
    place = area_path or getattr(subject, "area_path", "") or actor.home
    what = {"action": str(action), "before": _json(before), "after": _json(after), "reason": reason}
    _insert(_now() | _who(actor) | _subject(subject) | what | {"area_path": place})


def _now() -> dict[str, Any]:
    """The clock is read here and nowhere above: the log tells when it was written, whatever the caller believes."""
    return {"at": timezone.now(), "request_id": current_request_id()}


def _who(actor: Actor) -> dict[str, Any]:
    return {
        "actor_user": actor.user_id,
        "actor_token": actor.token_id,
        "actor_name": actor.name,
        "organisation": actor.organisation,
    }


def _insert(values: dict[str, Any]) -> None:
    """Insert without RETURNING: who fails to log in may be written down but may not read the log."""
    table = AuditEvent._meta.db_table  # noqa: SLF001 - Django's documented API
    columns, marks = ", ".join(values), ", ".join(["%s"] * len(values))
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {table} ({columns}) VALUES ({marks})", list(values.values()))  # noqa: S608


def _json(value: Any) -> str | None:
    return None if value is None else json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False)


def _subject(subject: Model | str) -> dict[str, str]:
    if isinstance(subject, str):
        return {"subject_type": "text", "subject_id": "", "subject_label": subject[:200]}
    kind = subject._meta.model_name or ""  # noqa: SLF001 - Django's documented API
    return {"subject_type": kind, "subject_id": str(subject.pk), "subject_label": str(subject)[:200]}


def broken_links() -> list[tuple[int, str]]:
    """Recompute the whole chain in the database; return (seq, what is wrong), empty when it holds.

    Also finds events without a seal, which means a trigger was switched off.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT seq, problem FROM accounts_audit_broken_links()")
        return [(row[0], row[1]) for row in cursor.fetchall()]
