"""Create and change people and their memberships; every rule of granting is asked here again."""

import secrets
from datetime import date

from django.db import transaction

from jiugai.accounts import audit
from jiugai.accounts.actions.switch_totp import turn_off
from jiugai.accounts.actor import Actor, Grant
from jiugai.accounts.codes import Action
from jiugai.accounts.granting import may_grant, may_manage
from jiugai.accounts.guard import require_answer
from jiugai.accounts.models import Area, Membership, Organisation, User
from jiugai.accounts.permissions import Answer, Permission, may
from jiugai.accounts.roles import Role
from jiugai.domain.errors import Conflict

ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that looks alike on paper


def manageable(*, actor: Actor, user: User, on: date) -> Answer:
    """Answer whether the actor may change this person; roles that have ended do not count."""
    answer = may(actor, Permission.USER_MANAGE)
    held = user.memberships.exclude(ends__lt=on).select_related("area")
    grants = [Grant(m.role, m.area.path) for m in held]
    return answer and may_manage(actor, user_id=user.pk, held=grants)


@transaction.atomic
def create_person(
    *,
    actor: Actor,
    username: str,
    name: str,
    organisation: Organisation,
    role: Role,
    area: Area,
    starts: date,
    ends: date | None,
) -> tuple[User, str]:
    """Create a person with a first role; return him and the password to hand over, which is kept nowhere."""
    require_answer(may_grant(actor, role, area))
    password = new_password()
    user = User.objects.create_user(username, password, display_name=name)
    after = {"username": username, "name": name}
    audit.record(action=Action.USER_SAVED, actor=actor, subject=user, after=after, area_path=area.path)
    _add(actor=actor, user=user, organisation=organisation, role=role, area=area, starts=starts, ends=ends)
    return user, password


@transaction.atomic
def add_membership(
    *,
    actor: Actor,
    user: User,
    organisation: Organisation,
    role: Role,
    area: Area,
    starts: date,
    ends: date | None,
    on: date,
) -> Membership:
    """Give a person a further role."""
    require_answer(manageable(actor=actor, user=user, on=on))
    require_answer(may_grant(actor, role, area))
    return _add(actor=actor, user=user, organisation=organisation, role=role, area=area, starts=starts, ends=ends)


def _add(
    *,
    actor: Actor,
    user: User,
    organisation: Organisation,
    role: Role,
    area: Area,
    starts: date,
    ends: date | None,
) -> Membership:
    same = Membership.objects.filter(user=user, organisation=organisation, role=role, area=area, starts=starts)
    if same.exists():
        raise Conflict("这项任职已经登记过", remedy="在任职列表里核对起止日期")
    made = Membership.objects.create(
        user=user, organisation=organisation, role=role, area=area, starts=starts, ends=ends
    )
    after = {
        "person": user.display_name,
        "role": role.label,
        "organisation": organisation.name,
        "area": area.name,
        "starts": starts,
        "ends": ends,
    }
    audit.record(action=Action.MEMBERSHIP_SAVED, actor=actor, subject=user, after=after, area_path=area.path)
    return made


@transaction.atomic
def end_membership(*, actor: Actor, membership: Membership, ends: date, on: date) -> None:
    """Set the last day of a role."""
    require_answer(manageable(actor=actor, user=membership.user, on=on))
    if ends < membership.starts:
        raise Conflict("任职止不能早于任职起", remedy=f"任职起是 {membership.starts:%Y-%m-%d}")
    before, membership.ends = membership.ends, ends
    membership.save(update_fields=["ends"])
    audit.record(
        action=Action.MEMBERSHIP_SAVED,
        actor=actor,
        subject=membership.user,
        before={"role": membership.get_role_display(), "ends": before},
        after={"role": membership.get_role_display(), "ends": ends},
        area_path=membership.area.path,
    )


@transaction.atomic
def change_person(*, actor: Actor, user: User, name: str, is_active: bool, on: date) -> None:
    """Change a person's name, or close or open the account."""
    require_answer(manageable(actor=actor, user=user, on=on))
    before = {"name": user.display_name, "is_active": user.is_active}
    user.display_name, user.is_active = name, is_active
    user.save(update_fields=["display_name", "is_active"])
    after = {"name": name, "is_active": is_active}
    audit.record(
        action=Action.USER_SAVED,
        actor=actor,
        subject=user,
        before=before,
        after=after,
        area_path=user.home(on=on, or_of=actor),
    )


@transaction.atomic
def reset_password(*, actor: Actor, user: User, on: date) -> str:
    """Give a person a new password, turn the second factor off, and return the password to hand over."""
    require_answer(manageable(actor=actor, user=user, on=on))
    password = new_password()
    user.set_password(password)
    user.save(update_fields=["password"])
    home = user.home(on=on, or_of=actor)
    audit.record(action=Action.PASSWORD_CHANGED, actor=actor, subject=user, reason="管理员重置", area_path=home)
    if user.totp_secret:
        turn_off(user=user, actor=actor, area_path=home, reason="管理员重置密码")
    return password


def new_password() -> str:
    """Return 16 random letters and digits in groups (about 79 bits)."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(4))
