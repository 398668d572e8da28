"""Log-in in one or two steps, and log-out."""

from typing import Any

from django.conf import settings
from django.contrib.auth import logout as end_session
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from jiugai.accounts import audit
from jiugai.accounts.actions.confirm_code import PasswordFirst, confirm_code, waiting_user
from jiugai.accounts.actions.log_in import log_in
from jiugai.accounts.codes import Action
from jiugai.accounts.demo import DEMO_PASSWORD, offered_accounts
from jiugai.accounts.forms.session import CodeForm, LogInForm
from jiugai.accounts.guard import actor_of, public
from jiugai.domain.errors import Refusal

POINTS_NOTE = "图上每个点是一个老旧小区（公开抓取，非官方）；红点在官方名单里"


# Not one transaction: a failed attempt stays written down whatever happens after it.
@public
@transaction.non_atomic_requests
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def login(request: HttpRequest) -> HttpResponseBase:
    """Ask for account and password."""
    if request.method == "GET":
        return _already_in(request) or _login_page(request, LogInForm())
    form = LogInForm(request.POST)
    if not form.is_valid():
        return _login_page(request, form, status=422)
    try:
        done = log_in(request=request, **form.cleaned_data, now=timezone.now())
    except Refusal as refusal:
        form.add_error("password", "请重新输入密码")
        return _login_page(request, form, status=refusal.status, problem=refusal.message, remedy=refusal.remedy)
    return redirect(_next(request) if done else f"{reverse('login-code')}?{urlencode({'next': _next(request)})}")


@public
@transaction.non_atomic_requests
@never_cache
@require_http_methods(["GET", "POST"])
def login_code(request: HttpRequest) -> HttpResponseBase:
    """Ask for the code of the second factor."""
    form = CodeForm(request.POST or None)
    context: dict[str, Any] = {"form": form, "next": _next(request)} | _face()
    try:
        waiting_user(request=request, now=timezone.now())
        if form.is_valid():
            confirm_code(request=request, code=form.cleaned_data["code"], now=timezone.now())
            return redirect(_next(request))
    except PasswordFirst:
        return redirect("login")
    except Refusal as refusal:
        context |= {"problem": refusal.message, "remedy": refusal.remedy}
        return render(request, "web/login_code.html", context, status=refusal.status)
    return render(request, "web/login_code.html", context, status=422 if form.is_bound else 200)


@public
@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    """End the session."""
    actor = actor_of(request)
    if not actor.is_anonymous:
        audit.record(action=Action.LOGOUT, actor=actor, subject=actor.name)
    end_session(request)
    return redirect("login")


def _login_page(request: HttpRequest, form: LogInForm, *, status: int = 200, **more: str) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "next": _next(request), "username_hint": "工号或手机号"} | _face() | more
    if settings.DEMO:
        context |= {"demo_accounts": offered_accounts(), "demo_password": DEMO_PASSWORD}
    return render(request, "web/login.html", context, status=status)


def _face() -> dict[str, str]:
    """Return where the picture of the city comes from, if the map is there."""
    try:
        return {"points_url": reverse("login-points"), "points_note": POINTS_NOTE}
    except NoReverseMatch:
        return {}


def _already_in(request: HttpRequest) -> HttpResponse | None:
    return None if actor_of(request).is_anonymous else redirect(_next(request))


def _next(request: HttpRequest) -> str:
    """Return where the person wanted to go, if that is with us."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if safe else str(settings.LOGIN_REDIRECT_URL)
