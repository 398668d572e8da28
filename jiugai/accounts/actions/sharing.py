"""Rules by which one body lets another use its data (T01-7), and the log of that use."""

from datetime import date

from django.db import transaction

from jiugai.accounts import audit
from jiugai.accounts.actor import Actor
from jiugai.accounts.codes import Action
from jiugai.accounts.guard import require
from jiugai.accounts.models import Organisation, SharingRule
from jiugai.accounts.permissions import Permission
from jiugai.accounts.sharing import reaches
from jiugai.domain.errors import Conflict


@transaction.atomic
def share(
    *,
    actor: Actor,
    owner: Organisation,
    recipient: Organisation,
    dataset: str,
    purpose: str,
    starts: date,
    ends: date | None,
    on: date,
) -> SharingRule:
    """Let `recipient` use a dataset of `owner`. The actor must be in charge where the owner is.

    Raises NotAllowed, and Conflict for a rule that would open nothing.
    """
    require(actor, Permission.SHARING_MANAGE, owner)
    if owner == recipient:
        raise Conflict("提供单位和使用单位是同一个", remedy="换一个使用单位")
    if not reaches(recipient, owner, on=on):
        raise Conflict(
            f"{recipient}在{owner}的辖区内没有人任职，登记了也看不到", remedy="先给使用单位的人登记这个辖区的任职"
        )
    rule = SharingRule.objects.create(
        owner=owner, recipient=recipient, dataset=dataset, purpose=purpose, starts=starts, ends=ends
    )
    after = {
        "owner": owner.name,
        "recipient": recipient.name,
        "dataset": rule.get_dataset_display(),
        "purpose": purpose,
        "starts": starts,
        "ends": ends,
    }
    audit.record(action=Action.SHARING_SAVED, actor=actor, subject=rule, after=after, area_path=owner.area_path)
    return rule


@transaction.atomic
def end_sharing(*, actor: Actor, rule: SharingRule, on: date) -> None:
    """End a rule: today is its last day, or its first one where it has not begun."""
    require(actor, Permission.SHARING_MANAGE, rule.owner)
    last = max(rule.starts, on)
    before, rule.ends = rule.ends, last
    rule.save(update_fields=["ends"])
    audit.record(
        action=Action.SHARING_SAVED,
        actor=actor,
        subject=rule,
        before={"ends": before},
        after={"ends": last},
        area_path=rule.owner.area_path,
    )
