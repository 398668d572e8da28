"""Turn the second factor of a person on or off."""

from datetime import datetime

from jiugai.accounts import audit, totp
from jiugai.accounts.actor import Actor
from jiugai.accounts.codes import Action
from jiugai.accounts.models import User
from jiugai.domain.errors import Refusal


class WrongCode(Refusal):
    """The code is not the one the authenticator shows now."""

    code = "wrong_code"


def turn_on(*, user: User, actor: Actor, secret: str, code: str, now: datetime) -> None:
    """Store the secret after a code proves that the telephone has it. Raises WrongCode."""
    step = totp.matching_step(secret=secret, code=code, moment=now.timestamp())
    if step is None:
        raise WrongCode("口令不对", remedy="核对手机时间，输入手机上现在显示的 6 位数")
    user.totp_secret, user.totp_last_step = totp.sealed(secret), step
    user.save(update_fields=["totp_secret", "totp_last_step"])
    audit.record(action=Action.TOTP_ON, actor=actor, subject=user)


def turn_off(*, user: User, actor: Actor, area_path: str, reason: str = "") -> None:
    """Forget the secret: the password alone opens the account again. `area_path` is where the person works."""
    user.totp_secret = None
    user.save(update_fields=["totp_secret"])
    audit.record(action=Action.TOTP_OFF, actor=actor, subject=user, reason=reason, area_path=area_path)
