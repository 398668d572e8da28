"""Who asks, found again in one statement: for answers so small that the usual way to the actor would be most of them.

Nothing of a person's rights is kept from one request to the next. Kept per session is only that its signed content was
read, and whose it was. Whether that very content still stands, whether the person is active and has the same password,
and which roles he holds today is read from the database each time: a right taken away is gone at once.
"""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import date
from threading import Lock
from typing import Any, NamedTuple

import psycopg
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import connection
from django.utils.crypto import constant_time_compare

from jiugai.accounts.actor import Actor, Grant
from jiugai.accounts.demo import is_closed
from jiugai.accounts.models import User
from jiugai.accounts.prepared import first_row

MOST_SESSIONS = 5_000
# What a caller asks in the same breath: the SQL of one JSON value, and its parameters.
Also = tuple[str, list[Any]]
NOTHING: Also = ("NULL", [])
_FIND = """
    SELECT ({also}), u.display_name, u.provenance,
        (SELECT json_agg(json_build_array(m.role, a.path, a.name, o.id, o.name) ORDER BY m.id)
         FROM accounts_membership m
         JOIN accounts_area a ON a.id = m.area_id
         JOIN accounts_organisation o ON o.id = m.organisation_id
         WHERE m.user_id = u.id AND m.starts <= %s AND (m.ends IS NULL OR m.ends >= %s))
    FROM accounts_user u, django_session s
    WHERE u.id = %s AND u.password = %s AND u.is_active
      AND s.session_key = %s AND s.session_data = %s AND s.expire_date > now()
"""


@dataclass(frozen=True)
class Known:
    """A session whose content was read and verified: the content itself, whose it is, and the password it fits."""

    content: str
    user_id: int
    password: str


_known: OrderedDict[str, Known] = OrderedDict()
_lock = Lock()


def remember(session_key: str, user_id: int) -> None:
    """Read and verify a session, so that `recognise` knows it from now on. Does nothing for what does not verify."""
    row = Session.objects.filter(session_key=session_key).values_list("session_data", flat=True).first()
    user = User.objects.filter(pk=user_id).first()
    if row is None or user is None:
        return
    said = SessionStore().decode(row)
    ours = said.get(SESSION_KEY) == str(user.pk) and said.get(BACKEND_SESSION_KEY) in settings.AUTHENTICATION_BACKENDS
    if not ours or not constant_time_compare(said.get(HASH_SESSION_KEY, ""), user.get_session_auth_hash()):
        return
    with _lock:
        _known[session_key] = Known(row, user.pk, user.password)
        while len(_known) > MOST_SESSIONS:
            _known.popitem(last=False)


class Recognised(NamedTuple):
    """The person of a session, and the answer to what was asked besides."""

    actor: Actor
    also: Any


def recognise(session_key: str, *, on: date, also: Also = NOTHING) -> Recognised | None:
    """Return the person of a remembered session with the roles of `on`; None when anything has changed.

    `also` is read in the same statement, from tables without row level security: nobody's scope is set yet.
    Leaves the connection known to be alive. None also when it is not: the usual way then makes a new one.
    """
    known = _known.get(session_key)
    if known is None:
        return None
    sql, params = also
    who = [on, on, known.user_id, known.password, session_key, known.content]
    found = _one(_FIND.format(also=sql), [*params, *who])
    if found is None:
        _known.pop(session_key, None)
        return None
    answer, name, provenance, held = found
    if is_closed(User(provenance=provenance)):
        return None
    return Recognised(_actor(name, known.user_id, held or []), answer)


def _one(sql: str, params: list[Any]) -> Any:
    """Run the statement; None where the connection turns out to be lost."""
    try:
        found = first_row((sql, params))
    except psycopg.OperationalError:
        connection.close()
        return None
    connection.health_check_done = True  # type: ignore[attr-defined]  # what the statement has just shown
    return found


def _actor(name: str, user_id: int, held: list[Any]) -> Actor:
    """Make of the rows what `User.actor` makes."""
    return Actor(
        name=name,
        grants=tuple(Grant(role, path) for role, path, *_ in held),
        user_id=user_id,
        organisation_id=held[0][3] if held else None,
        organisation=held[0][4] if held else "",
        area_names=tuple(area for _, _, area, *_ in held),
    )
