"""A person changes the own password."""

from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest

from jiugai.accounts import audit
from jiugai.accounts.actor import Actor
from jiugai.accounts.codes import Action
from jiugai.accounts.models import User


def change_password(*, request: HttpRequest, user: User, actor: Actor, password: str) -> None:
    """Set a new password; every other session of the person ends. The old one was checked by the form."""
    user.set_password(password)
    user.save(update_fields=["password"])
    update_session_auth_hash(request, user)
    audit.record(action=Action.PASSWORD_CHANGED, actor=actor, subject=user, area_path=actor.home)
