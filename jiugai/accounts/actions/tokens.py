"""Issue and revoke tokens with which an organisation's programs use the API."""

import secrets
from datetime import date, datetime
from hashlib import sha256

from django.db import transaction

from jiugai.accounts import audit
from jiugai.accounts.actor import Actor
from jiugai.accounts.codes import Action
from jiugai.accounts.granting import may_grant
from jiugai.accounts.guard import require
from jiugai.accounts.models import ApiToken, Area, Organisation
from jiugai.accounts.permissions import Permission
from jiugai.accounts.roles import Role
from jiugai.domain.errors import NotAllowed

PREFIX = "jg_"
# A program has no business with people's rights: it reads as one of these.
TOKEN_ROLES = (Role.CITY_DEPARTMENT, Role.DISTRICT_DEPARTMENT, Role.STREET, Role.DATA_OFFICER, Role.PLANNER)


def digest_of(secret: str) -> str:
    """Return what is stored. The secret has 256 random bits, so a plain hash cannot be turned round."""
    return sha256(secret.encode()).hexdigest()


@transaction.atomic
def issue_token(
    *, actor: Actor, organisation: Organisation, name: str, role: Role, area: Area, expires: date
) -> tuple[ApiToken, str]:
    """Make a token and return it with its secret, which is shown once and kept nowhere."""
    require(actor, Permission.TOKEN_MANAGE, area)
    answer = may_grant(actor, role, area)
    if not answer.allowed or role not in TOKEN_ROLES:
        raise NotAllowed(answer.reason or f"接口令牌不能用“{role.label}”")
    secret = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        organisation=organisation,
        name=name,
        digest=digest_of(secret),
        prefix=secret[:8],
        role=role,
        area=area,
        issued_by_id=actor.user_id,
        expires=expires,
    )
    after = {"organisation": organisation.name, "role": role.label, "area": area.name, "expires": expires}
    audit.record(action=Action.TOKEN_ISSUED, actor=actor, subject=token, after=after, area_path=area.path)
    return token, secret


@transaction.atomic
def revoke_token(*, actor: Actor, token: ApiToken, now: datetime) -> None:
    """Close a token at once and for good."""
    require(actor, Permission.TOKEN_MANAGE, token)
    if token.revoked_at is None:
        token.revoked_at = now
        token.save(update_fields=["revoked_at"])
        audit.record(action=Action.TOKEN_REVOKED, actor=actor, subject=token, area_path=token.area_path)
