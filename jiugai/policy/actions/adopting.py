"""Putting a draft set of figures in force, by a document with a number."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from jiugai.accounts import audit
from jiugai.accounts.actor import Actor
from jiugai.accounts.codes import Action
from jiugai.accounts.guard import require
from jiugai.accounts.permissions import Permission
from jiugai.domain.errors import Conflict
from jiugai.domain.figures import ParameterSet
from jiugai.policy import figures
from jiugai.policy.actions.drafting import BadDraft
from jiugai.policy.models import DraftFigure, DraftSet


class AlreadyAdopted(Conflict):
    """Somebody adopted it first."""

    code = "already_adopted"


@transaction.atomic
def adopt_draft(*, draft: DraftSet, authority: str, actor: Actor, now: datetime) -> DraftSet:
    """Put a draft's figures in force. What was in force before today stays as it was: nothing is dated back.

    A figure that has no value on a day may be given one from that day. Raises NotAllowed, BadDraft, AlreadyAdopted.
    """
    require(actor, Permission.POLICY_MANAGE)
    found = DraftSet.objects.select_for_update(of=("self",)).get(pk=draft.pk)
    if found.adopted_at is not None:
        raise AlreadyAdopted(f"“{found}”已由{found.adopted_by_name}采纳", remedy="刷新后查看")
    if not authority.strip():
        raise BadDraft("没有写文号", where="采纳文号", remedy="写明哪份文件定的，例如 京建发〔2027〕1号")
    rows = list(found.figures.all())
    if not rows:
        raise BadDraft("草案里还没有参数", where=found.name, remedy="先加参数")
    _check_days(rows, figures.current(), timezone.localdate(now))
    found.adopted_at, found.adopted_by_name, found.authority = now, actor.name, authority.strip()
    found.save(update_fields=["adopted_at", "adopted_by_name", "authority"])
    figures.forget()
    audit.record(
        action=Action.DRAFT_ADOPTED, actor=actor, subject=found,
        after={"文号": found.authority, "参数": [f"{row.figure} {row.since} {row.value}" for row in rows]},
    )  # fmt: skip
    return found


def _check_days(rows: list[DraftFigure], params: ParameterSet, today: date) -> None:
    """Refuse values that would change what was in force on a day gone by."""
    for row in rows:
        if row.since < today and params.value(row.figure, row.since) is not None:
            label = params.get(row.figure).label
            raise BadDraft(
                f"“{label}”从 {row.since} 起改，会追溯改变以前的判定", where=label, remedy="起始日期填今天或以后"
            )
