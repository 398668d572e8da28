"""Leaving words at a matter."""

from datetime import datetime

from django.db import transaction

from jiugai.accounts.actor import Actor
from jiugai.accounts.guard import require
from jiugai.accounts.permissions import Permission
from jiugai.domain.errors import Refusal
from jiugai.matters.actions.journal import write
from jiugai.matters.models import Matter, MatterLog
from jiugai.matters.models.log import What

LONGEST = 2000


@transaction.atomic
def comment(*, matter: Matter, words: str, actor: Actor, now: datetime) -> MatterLog:
    """Leave words that all who see the matter read; they cannot be taken back. Changes nothing, so it needs no version.

    Raises NotAllowed, and Refusal for no words or too many.
    """
    require(actor, Permission.MATTER_WORK, matter)
    text = words.strip()
    if not text or len(text) > LONGEST:
        wrong = "没有写内容" if not text else f"写了 {len(text):,} 个字，最多 {LONGEST:,} 个"
        raise Refusal(wrong, where="留言", remedy="写好后再发")
    return write(matter=matter, what=What.COMMENTED, actor=actor, now=now, reason=text)
