"""Keep the names of bodies up to date."""

from datetime import date

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from jiugai.accounts import audit
from jiugai.accounts.actor import Actor
from jiugai.accounts.codes import Action
from jiugai.accounts.guard import require
from jiugai.accounts.models import Organisation, OrganisationName
from jiugai.accounts.permissions import Permission
from jiugai.domain.errors import Conflict


@transaction.atomic
def add_name(
    *, actor: Actor, organisation: Organisation, name: str, starts: date | None, ends: date | None, note: str
) -> OrganisationName:
    """Register a name the body has or had; `ends` is the last day. Open ends are allowed: often nobody knows."""
    require(actor, Permission.ORGANISATION_MANAGE, organisation)
    try:
        with transaction.atomic():
            made = OrganisationName.objects.create(
                organisation=organisation, name=name, valid=DateRange(starts, ends, "[]"), note=note
            )
    except IntegrityError as twice:
        raise Conflict("这个名称在这段时间已登记过", remedy="核对起止日期") from twice
    after = {"name": name, "starts": starts, "ends": ends}
    audit.record(action=Action.ORGANISATION_SAVED, actor=actor, subject=organisation, after=after, reason=note)
    return made
