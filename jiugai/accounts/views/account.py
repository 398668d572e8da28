"""The own account: memberships, password, second factor."""

from base64 import b64decode, b64encode
from contextlib import suppress
from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jiugai.accounts import totp
from jiugai.accounts.actions.change_password import change_password
from jiugai.accounts.actions.switch_totp import WrongCode, turn_off, turn_on
from jiugai.accounts.crypto import BrokenSeal, unseal
from jiugai.accounts.forms.session import CodeForm, PasswordForm, TurnOffForm
from jiugai.accounts.guard import actor_of, logged_in
from jiugai.accounts.models import User
from jiugai.web.refusing import put

OFFERED = "offered authenticator secret"


@logged_in
@require_GET
def account(request: HttpRequest) -> HttpResponse:
    """Show the account."""
    return _page(request)


@logged_in
@sensitive_post_parameters("old", "new", "again")
@require_POST
def password(request: HttpRequest) -> HttpResponse:
    """Change the password."""
    user = _user(request)
    form = PasswordForm(request.POST, user=user)
    if not form.is_valid():
        return _page(request, status=422, password_form=form)
    change_password(request=request, user=user, actor=actor_of(request), password=form.cleaned_data["new"])
    messages.success(request, "密码已改，其他地方的登录已退出")
    return redirect("account")


@logged_in
@never_cache
@require_http_methods(["GET", "POST"])
def totp_on(request: HttpRequest) -> HttpResponse:
    """Show the QR code, and turn the second factor on when the telephone answers it."""
    user, form = _user(request), CodeForm(request.POST or None)
    if totp.is_on(user):
        return redirect("account")
    secret = _offered(request)
    if form.is_valid():
        try:
            turn_on(user=user, actor=actor_of(request), secret=secret, now=timezone.now(), **form.cleaned_data)
        except WrongCode as refusal:
            put(form, refusal, "code")
        else:
            del request.session[OFFERED]
            messages.success(request, "动态口令已启用，下次登录时要用手机")
            return redirect("account")
    context = {"form": form, "qr": totp.qr_svg(secret=secret, username=user.username), "secret": secret}
    return render(request, "accounts/totp.html", context, status=422 if form.is_bound else 200)


@logged_in
@sensitive_post_parameters("password")
@require_POST
def totp_off(request: HttpRequest) -> HttpResponse:
    """Turn the second factor off."""
    user = _user(request)
    form = TurnOffForm(request.POST, user=user)
    if not form.is_valid():
        return _page(request, status=422, off_form=form)
    turn_off(user=user, actor=actor_of(request), area_path=actor_of(request).home)
    messages.success(request, "动态口令已停用")
    return redirect("account")


def _page(request: HttpRequest, *, status: int = 200, **forms: Any) -> HttpResponse:
    user = _user(request)
    held = user.memberships.select_related("organisation", "area").order_by("-starts")
    context = {
        "person": user,
        "memberships": held,
        "today": timezone.localdate(),
        "totp_on": totp.is_on(user),
        "password_form": PasswordForm(user=user, auto_id="id_password_%s"),
        "off_form": TurnOffForm(user=user, auto_id="id_off_%s"),
    }
    return render(request, "accounts/account.html", context | forms, status=status)


def _offered(request: HttpRequest) -> str:
    """Return the secret offered in this session. It is kept sealed: sessions lie in the database."""
    kept = request.session.get(OFFERED)
    if kept:
        with suppress(BrokenSeal):  # the key was changed in between: offer another
            return unseal(b64decode(kept), place=totp.PLACE)
    secret = totp.new_secret()
    request.session[OFFERED] = b64encode(totp.sealed(secret)).decode()
    return secret


def _user(request: HttpRequest) -> User:
    return cast("User", request.user)
