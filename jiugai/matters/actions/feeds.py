"""Making and ending a person's calendar feed."""

import hashlib
import secrets
from datetime import datetime

from django.db import transaction

from jiugai.accounts import audit
from jiugai.accounts.actor import Actor
from jiugai.accounts.codes import Action
from jiugai.accounts.models import User
from jiugai.domain.errors import NotAllowed
from jiugai.matters.models import CalendarFeed

BYTES = 24


def digest_of(secret: str) -> str:
    """Return what is kept of a secret address."""
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def make_feed(*, actor: Actor, now: datetime) -> str:
    """Return a new secret for the actor's feed; the one before stops working. Raises NotAllowed for a token."""
    if actor.user_id is None:
        raise NotAllowed("日历订阅只给个人", remedy="用自己的账号登录")
    User.objects.select_for_update().get(pk=actor.user_id)  # two tabs at once make two, one after the other
    CalendarFeed.objects.filter(user=actor.user_id, ended_at__isnull=True).update(ended_at=now)
    secret = secrets.token_urlsafe(BYTES)
    CalendarFeed.objects.create(user_id=actor.user_id, digest=digest_of(secret), created_at=now)
    audit.record(action=Action.FEED_CHANGED, actor=actor, subject="日历订阅", after={"状态": "启用"})
    return secret


@transaction.atomic
def end_feed(*, actor: Actor, now: datetime) -> None:
    """Stop the actor's feed, if there is one."""
    ended = CalendarFeed.objects.filter(user=actor.user_id, ended_at__isnull=True).update(ended_at=now)
    if ended:
        audit.record(action=Action.FEED_CHANGED, actor=actor, subject="日历订阅", after={"状态": "停用"})
