"""The second factor: six digits from a telephone (RFC 6238), each good once."""

from io import BytesIO

import pyotp
import segno

from jiugai.accounts.crypto import seal, unseal
from jiugai.accounts.models import User

PLACE = "user.totp_secret"
STEP_SECONDS = 30
ISSUER = "旧改"


def new_secret() -> str:
    """Return a fresh secret in base 32."""
    return pyotp.random_base32()


def sealed(secret: str) -> bytes:
    """Return the secret as it is stored."""
    return seal(secret, place=PLACE)


def is_on(user: User) -> bool:
    """Tell whether the person logs in with a second factor."""
    return bool(user.totp_secret)


def matching_step(*, secret: str, code: str, moment: float) -> int | None:
    """Return the time step (of 30 s) whose code this is: now, one before or one after; None if none.

    `moment` is in seconds since 1970.
    """
    totp, now = pyotp.TOTP(secret), int(moment) // STEP_SECONDS
    digits = "".join(code.split())
    for step in (now, now - 1, now + 1):
        if pyotp.utils.strings_equal(digits, totp.generate_otp(step)):
            return step
    return None


def use_code(*, user: User, code: str, moment: float) -> bool:
    """Accept a code once: the step is taken in the database, so a second use, even at the same time, fails."""
    if not user.totp_secret:
        return False
    step = matching_step(secret=unseal(bytes(user.totp_secret), place=PLACE), code=code, moment=moment)
    if step is None:
        return False
    return User.objects.filter(pk=user.pk, totp_last_step__lt=step).update(totp_last_step=step) == 1


def qr_svg(*, secret: str, username: str) -> str:
    """Return the QR code that an authenticator scans, as inline SVG."""
    address = pyotp.TOTP(secret).provisioning_uri(name=username, issuer_name=ISSUER)
    out = BytesIO()
    segno.make(address, error="m").save(out, kind="svg", scale=4, border=3, xmldecl=False, svgns=True, nl=False)
    return out.getvalue().decode()
