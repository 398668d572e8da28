"""The second step of a log-in: the code of the authenticator."""

from datetime import datetime

from django.http import HttpRequest
from django.utils import timezone

from jiugai.accounts import audit, throttle, totp
from jiugai.accounts.actions.log_in import PENDING, enter, wrong
from jiugai.accounts.actor import ANONYMOUS
from jiugai.accounts.codes import Action
from jiugai.accounts.demo import is_closed
from jiugai.accounts.models import User
from jiugai.domain.errors import Refusal

GOOD_FOR_SECONDS = 300


class PasswordFirst(Refusal):
    """Nobody has given a password here, or too long ago."""

    code = "password_first"


def confirm_code(*, request: HttpRequest, code: str, now: datetime) -> None:
    """Finish a log-in. Raises PasswordFirst, WrongPassword and Locked; failures count as those of the password."""
    user = waiting_user(request=request, now=now)
    attempt = throttle.begin(username=user.username, address=throttle.client_address(request), now=now)
    if not totp.use_code(user=user, code=code, moment=now.timestamp()):
        home = user.home(on=timezone.localdate(now), or_of=ANONYMOUS)
        audit.record(action=Action.LOGIN_FAILED, actor=ANONYMOUS, subject=user, reason="动态口令不对", area_path=home)
        raise wrong("口令不对或已用过", username=user.username, now=now)
    throttle.succeed(attempt)
    del request.session[PENDING]
    enter(request=request, user=user, now=now)


def waiting_user(*, request: HttpRequest, now: datetime) -> User:
    """Return who gave the right password in this session within the last five minutes. Raises PasswordFirst."""
    pending = request.session.get(PENDING, {})
    user = User.objects.filter(pk=pending.get("user"), is_active=True).first()
    if user is None or is_closed(user) or now.timestamp() - pending["at"] > GOOD_FOR_SECONDS:
        raise PasswordFirst("登录已过 5 分钟，请重新输入密码")
    return user
