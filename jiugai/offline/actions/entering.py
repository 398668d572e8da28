"""Entries made at a desk, kept beside those of phones so that both are rebuilt from in the same way."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import connection

from jiugai.accounts.actor import Actor
from jiugai.offline.models import Operation
from jiugai.registry.models import Community

DESK = "desk-server"


def enter(
    *,
    kind: str,
    subject: str,
    community: Community,
    body: Mapping[str, Any],
    actor: Actor,
    now: datetime,
    provenance: str = "real",
) -> Operation:
    """Keep an entry of somebody who works on line: the server is the device, its sequence the counter."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('offline_desk_counter')")
        (counter,) = cursor.fetchone()
    ms = int(now.timestamp() * 1000)
    return Operation.objects.create(
        ident=f"{DESK}:{counter}", device=DESK, counter=counter, kind=kind, subject=subject, community=community,
        body=dict(body), wall_ms=ms, logical=0, at_ms=ms, received_at=now, author_id=actor.user_id,
        author_name=actor.name, provenance=provenance,
    )  # fmt: skip
