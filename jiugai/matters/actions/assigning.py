"""Giving a matter to a person of its responsible body."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from jiugai.accounts.actor import Actor
from jiugai.accounts.models import Membership, User
from jiugai.accounts.permissions import Answer, Permission, may
from jiugai.domain.errors import NotAllowed, Refusal
from jiugai.matters.actions.journal import write
from jiugai.matters.actions.locking import locked, refuse_closed, save
from jiugai.matters.models import Matter
from jiugai.matters.models.log import What
from jiugai.matters.rights import may_do


class WrongPerson(Refusal):
    """The person cannot work on the matter: elsewhere, gone, or without the right."""

    status = 422
    code = "wrong_person"


@transaction.atomic
def assign(
    *, matter: Matter, person: User | None, actor: Actor, now: datetime, version: int | None = None, reason: str = ""
) -> Any:
    """Give a matter to a person of the responsible body, or back to the body with None.

    Who works on matters may take one of his own body himself; giving it to others takes the right to assign.
    Raises NotAllowed, WrongPerson, Conflict.
    """
    fresh = locked(matter, version=version)
    answer = may_assign(actor, fresh, person)
    if not answer:
        raise NotAllowed(answer.reason)
    refuse_closed(fresh)
    if person is not None:
        _check_person(person, fresh, on=timezone.localdate(now))
    before, fresh.assignee = fresh.assignee, person
    save(fresh, "assignee")
    write(matter=fresh, what=What.ASSIGNED, actor=actor, now=now, reason=reason.strip(),
          before={"assignee": before}, after={"assignee": person})  # fmt: skip
    return fresh


def may_assign(actor: Actor, matter: Matter, person: User | None) -> Answer:
    """Answer whether the actor may give the matter to the person."""
    to_himself = person is not None and person.pk == actor.user_id
    return may_do(actor, Permission.MATTER_WORK if to_himself else Permission.MATTER_ASSIGN, matter)


def _check_person(person: User, matter: Matter, *, on: date) -> None:
    if not person.is_active:
        raise WrongPerson(f"{person}的账号已停用", where="承办人", remedy="换一个人")
    if matter.owner_id and not Membership.objects.in_force(on=on).filter(
        user=person, organisation_id=matter.owner_id
    ).exists():  # fmt: skip
        raise WrongPerson(f"{person}不在{matter.owner}任职", where="承办人", remedy=f"选{matter.owner}的人，或先移交")
    if not may(person.actor(on=on), Permission.MATTER_WORK, matter):
        raise WrongPerson(f"{person}在这里不能办理事项", where="承办人", remedy="换一个人，或请平台管理员调整任职")
