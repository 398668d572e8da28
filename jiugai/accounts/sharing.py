"""What one body's rules open to another (T01-7): asked before use, and every use is logged as shared access."""

from datetime import date

from django.db.models import Q, QuerySet

from jiugai.accounts.actor import Actor
from jiugai.accounts.models import Membership, Organisation, SharingRule
from jiugai.accounts.models.sharing import Dataset
from jiugai.accounts.scope import within


def owners_for(actor: Actor, dataset: Dataset, *, on: date) -> QuerySet[SharingRule, int]:
    """Return the bodies that share a dataset with the actor's body on a day."""
    in_force = Q(ends__isnull=True) | Q(ends__gte=on)
    rules = SharingRule.objects.filter(in_force, starts__lte=on, dataset=dataset, recipient=actor.organisation_id)
    return rules.values_list("owner_id", flat=True)


def is_foreign(owner: Organisation | None, actor: Actor) -> bool:
    """Tell whether data of `owner` is another body's to the actor: not his own, nor of a body below his own."""
    if owner is None or actor.is_system:
        return False
    body: Organisation | None = owner
    while body is not None:
        if body.pk == actor.organisation_id:
            return False
        body = body.parent
    return True


def reaches(recipient: Organisation, owner: Organisation, *, on: date) -> bool:
    """Tell whether the recipient works anywhere in the owner's area; else a rule between them opens nothing."""
    if recipient.area_path.startswith(owner.area_path) or owner.area_path.startswith(recipient.area_path):
        return True
    held = Membership.objects.in_force(on=on).filter(organisation=recipient)
    return held.filter(within((owner.area_path,), "area__path")).exists()
