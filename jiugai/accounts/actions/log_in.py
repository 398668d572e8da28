"""Log in with account and password."""

from datetime import date, datetime

from django.conf import settings
from django.contrib.auth import authenticate, login
from django.http import HttpRequest
from django.utils import timezone

from jiugai.accounts import audit, throttle, totp
from jiugai.accounts.actor import ANONYMOUS
from jiugai.accounts.codes import Action
from jiugai.accounts.demo import is_closed
from jiugai.accounts.models import User
from jiugai.domain.errors import Refusal

PENDING = "log-in waits for a code"


class WrongPassword(Refusal):
    """Account and password do not match, or the account is closed; which of them is not told."""

    code = "wrong_password"


def log_in(*, request: HttpRequest, username: str, password: str, now: datetime) -> bool:
    """Log a person in and return True, or return False when the second factor is still to be asked.

    Raises WrongPassword and Locked. An unknown account takes as long and answers alike.
    """
    attempt = throttle.begin(username=username, address=throttle.client_address(request), now=now)
    user = authenticate(request, username=username.strip(), password=password)
    if not isinstance(user, User) or is_closed(user):
        _note_failure(username=username, on=timezone.localdate(now))
        raise wrong("密码不对", username=username, now=now)
    if totp.is_on(user):
        throttle.forget(attempt)
        request.session[PENDING] = {"user": user.pk, "at": now.timestamp()}
        return False
    throttle.succeed(attempt)
    enter(request=request, user=user, now=now)
    return True


def enter(*, request: HttpRequest, user: User, now: datetime) -> None:
    """Open the session and write it down."""
    login(request, user)
    actor = user.actor(on=timezone.localdate(now))
    after = {"address": throttle.client_address(request), "second_factor": totp.is_on(user)}
    audit.record(action=Action.LOGIN, actor=actor, subject=user, after=after)


def wrong(what: str, *, username: str, now: datetime) -> WrongPassword:
    """Build the refusal that says how many tries are left."""
    left = throttle.tries_left(username=username, now=now)
    title = f"{what}，还能再试 {left} 次" if left else f"{what}，账号已锁定"
    rule = f"连错 {settings.LOGIN_TRIES} 次锁定 {settings.LOGIN_LOCK_MINUTES} 分钟"
    return WrongPassword(title, remedy=f"{rule}。{throttle.HELP}")


def _note_failure(*, username: str, on: date) -> None:
    """Name the account only when there is one: people type passwords into the wrong field."""
    user = User.objects.filter(username=username.strip()).first()
    home = user.home(on=on, or_of=ANONYMOUS) if user else None
    audit.record(action=Action.LOGIN_FAILED, actor=ANONYMOUS, subject=user or "没有这个账号", area_path=home)
