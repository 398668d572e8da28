"""How often a log-in may fail: per account and per address, with the lock's end known to the minute.

The attempt is written down as failed before the password is looked at, so that many tries at once cannot slip
through between counting and writing. Tries during a lock are not kept: they do not make the lock longer.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from jiugai.accounts.models import LoginAttempt
from jiugai.domain.errors import Refusal

HELP = "忘记密码请找本单位管理员"


class Locked(Refusal):
    """Too many failures; `remedy` says when the next try is possible."""

    status = 429
    code = "login_locked"


def begin(*, username: str, address: str | None, now: datetime) -> LoginAttempt:
    """Write down an attempt as failed and return it. Raises Locked, for known and unknown accounts alike."""
    attempt = LoginAttempt.objects.create(username=key_of(username), address=address, succeeded=False)
    try:
        _refuse_account(attempt, now)
        _refuse_address(attempt, now)
    except Locked:
        attempt.delete()
        raise
    return attempt


def tries_left(*, username: str, now: datetime) -> int:
    """Return how many failures are left before the account is locked."""
    failed = _failures(key_of(username)).filter(at__gt=now - _lock()).count()
    return max(int(settings.LOGIN_TRIES) - failed, 0)


def succeed(attempt: LoginAttempt) -> None:
    """Turn an attempt into a success; earlier failures count no more."""
    attempt.succeeded = True
    attempt.save(update_fields=["succeeded"])


def forget(attempt: LoginAttempt) -> None:
    """Take an attempt back that was neither: the password was right, the second factor is still to come."""
    attempt.delete()


def key_of(username: str) -> str:
    """Return the name under which attempts are counted: upper case or blanks give no further tries."""
    return username.strip().casefold()[:60]


def client_address(request: HttpRequest) -> str | None:
    """Return who asks. `PROXY_COUNT` says how many of our own proxies stand before us; no other header counts."""
    hops = [h.strip() for h in request.headers.get("X-Forwarded-For", "").split(",") if h.strip()]
    count = int(getattr(settings, "PROXY_COUNT", 0))
    address = hops[-count] if 0 < count <= len(hops) else request.META.get("REMOTE_ADDR", "")
    return address or None


def _refuse_account(attempt: LoginAttempt, now: datetime) -> None:
    others = _failures(attempt.username).exclude(pk=attempt.pk)
    _refuse(others, tries=int(settings.LOGIN_TRIES), now=now, who="账号")


def _refuse_address(attempt: LoginAttempt, now: datetime) -> None:
    if attempt.address:
        others = LoginAttempt.objects.filter(address=attempt.address, succeeded=False).exclude(pk=attempt.pk)
        _refuse(others, tries=int(settings.LOGIN_TRIES_PER_ADDRESS), now=now, who="这个网络地址")


def _refuse(failures: QuerySet[LoginAttempt], *, tries: int, now: datetime, who: str) -> None:
    """Refuse when the last failure completed a series within one lock's length, and its lock still runs."""
    last = failures.order_by("-at").first()
    if last is None or now >= last.at + _lock() or failures.filter(at__gt=last.at - _lock()).count() < tries:
        return
    until = timezone.localtime(last.at + _lock()) + timedelta(seconds=59)
    raise Locked(f"{who}连错 {tries} 次，已锁定", remedy=f"{until:%H:%M} 以后再试。{HELP}")


def _failures(key: str) -> QuerySet[LoginAttempt]:
    """Return the failures of an account since it last got in."""
    rows = LoginAttempt.objects.filter(username=key)
    success = rows.filter(succeeded=True).order_by("-at").first()
    failed = rows.filter(succeeded=False)
    return failed.filter(at__gt=success.at) if success else failed


def _lock() -> timedelta:
    return timedelta(minutes=int(settings.LOGIN_LOCK_MINUTES))
