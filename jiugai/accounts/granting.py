"""Who may give which role: pure answers, so that the form can grey out what the action would refuse."""

from collections.abc import Iterable

from jiugai.accounts.actor import Actor, Grant
from jiugai.accounts.models.areas import Area
from jiugai.accounts.permissions import GRANTS, Answer, Permission
from jiugai.accounts.roles import Role

Level = Area.Level
# Roles that mean something only at certain levels of the area tree; all others fit everywhere.
LEVELS: dict[Role, frozenset[str]] = {
    Role.CITY_LEAD: frozenset({Level.CITY}),
    Role.CITY_DEPARTMENT: frozenset({Level.CITY}),
    Role.ADMIN: frozenset({Level.CITY}),
    Role.DISTRICT_LEAD: frozenset({Level.DISTRICT}),
    Role.DISTRICT_DEPARTMENT: frozenset({Level.DISTRICT}),
    Role.STREET: frozenset({Level.STREET}),
    Role.COMMUNITY_WORKER: frozenset({Level.COMMUNITY, Level.STREET}),
}


def may_grant(actor: Actor, role: Role, area: Area) -> Answer:
    """Answer whether the actor may give `role` in `area`: within his own area, and no right he lacks there."""
    if area.level not in LEVELS.get(role, frozenset(Level.values)):
        return Answer(False, f"“{role.label}”不能设在{area.get_level_display()}一级，请换辖区")
    here = [Role(g.role) for g in actor.grants if area.path.startswith(g.path)]
    if not any(Permission.USER_MANAGE in GRANTS[held] for held in here):
        return Answer(False, f"{area.name}不在您可以维护人员的辖区内")
    own = frozenset[Permission]().union(*(GRANTS[held] for held in here))
    # The platform's administrator hands out rights he does not use himself.
    if Role.ADMIN in here or GRANTS[role] <= own:
        return Answer(True)
    return Answer(False, f"“{role.label}”的权限大于您自己的，请找上级办理")


def grantable(actor: Actor) -> list[Role]:
    """Return the roles the actor could give somewhere in his areas, for the form to offer."""
    return [role for role in Role if any(_gives(actor, role, grant) for grant in actor.grants)]


def _gives(actor: Actor, role: Role, grant: Grant) -> bool:
    """Tell whether a grant of the actor lets him give `role` at its own area or some level below."""
    depth = grant.path.count("/") - 2  # 0 for the city
    if not set(list(Level.values)[depth:]) & LEVELS.get(role, frozenset(Level.values)):
        return False
    here = [Role(g.role) for g in actor.grants if grant.path.startswith(g.path)]
    own = frozenset[Permission]().union(*(GRANTS[held] for held in here))
    return Permission.USER_MANAGE in own and (Role.ADMIN in here or GRANTS[role] <= own)


def may_manage(actor: Actor, *, user_id: int | None, held: Iterable[Grant]) -> Answer:
    """Answer whether the actor may change a person who holds `held`, today or later.

    Whoever resets a password can act as that person, so every role of the person must be the actor's to give.
    """
    if user_id is not None and user_id == actor.user_id:
        return Answer(False, "自己的任职和账号请由其他管理员办理")
    for role, path in held:
        here = [Role(g.role) for g in actor.grants if path.startswith(g.path)]
        own = frozenset[Permission]().union(*(GRANTS[one] for one in here))
        if not any(Permission.USER_MANAGE in GRANTS[one] for one in here):
            return Answer(False, "这个人在您的辖区外也有任职，请找上级办理")
        if Role.ADMIN not in here and not GRANTS[Role(role)] <= own:
            return Answer(False, f"这个人是“{Role(role).label}”，权限大于您自己的，请找上级办理")
    return Answer(True)
