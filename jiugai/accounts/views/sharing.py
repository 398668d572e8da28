"""Sharing between bodies (T01-7), and tokens of the API."""

from datetime import timedelta

from django.conf import settings
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jiugai.accounts import once
from jiugai.accounts.actions.sharing import end_sharing, share
from jiugai.accounts.actions.tokens import issue_token, revoke_token
from jiugai.accounts.actor import Actor
from jiugai.accounts.codes import Action
from jiugai.accounts.forms.people import SharingForm, TokenForm
from jiugai.accounts.guard import actor_of, needs
from jiugai.accounts.models import ApiToken, AuditEvent, SharingRule
from jiugai.accounts.permissions import Permission, may
from jiugai.accounts.scope import within
from jiugai.accounts.views.people import choices

LAST_USES = 20


def visible_tokens(actor: Actor) -> QuerySet[ApiToken]:
    """Return the tokens that act in the actor's areas."""
    tokens = ApiToken.objects.select_related("organisation", "area", "issued_by")
    if actor.sees_all:
        return tokens
    return tokens.filter(within(actor.paths, "area__path")) if actor.paths else tokens.none()


@needs(Permission.SHARING_MANAGE)
@require_GET
def sharing(request: HttpRequest) -> HttpResponse:
    """List the rules, and who used shared data last."""
    actor, today = actor_of(request), timezone.localdate()
    uses = AuditEvent.objects.visible_to(actor).filter(action=Action.SHARED_ACCESS)[:LAST_USES]
    rules = SharingRule.objects.visible_to(actor).select_related("owner", "recipient")
    context = {"rules": rules, "uses": uses, "today": today, "may_audit": may(actor, Permission.AUDIT_VIEW)}
    return render(request, "accounts/sharing.html", context)


@needs(Permission.SHARING_MANAGE)
@require_http_methods(["GET", "POST"])
def new_rule(request: HttpRequest) -> HttpResponse:
    """Create a rule."""
    actor = actor_of(request)
    form = SharingForm(request.POST or None, actor=actor, initial={"starts": timezone.localdate()})
    if form.is_valid():
        share(actor=actor, on=timezone.localdate(), **form.cleaned_data)
        messages.success(request, "共享规则已生效，对方每次查看都会记录")
        return redirect("sharing-list")
    context = {"form": form} | choices(request)
    return render(request, "accounts/sharing_new.html", context, status=422 if form.is_bound else 200)


@needs(Permission.SHARING_MANAGE)
@require_POST
def end_rule(request: HttpRequest, pk: int) -> HttpResponse:
    """End a rule."""
    actor = actor_of(request)
    rule = get_object_or_404(SharingRule.objects.visible_to(actor).select_related("owner"), pk=pk)
    end_sharing(actor=actor, rule=rule, on=timezone.localdate())
    messages.success(request, "共享到今天为止")
    return redirect("sharing-list")


@needs(Permission.TOKEN_MANAGE)
@require_GET
def tokens(request: HttpRequest) -> HttpResponse:
    """List the tokens."""
    context = {"tokens": visible_tokens(actor_of(request)), "today": timezone.localdate()}
    return render(request, "accounts/tokens.html", context)


@needs(Permission.TOKEN_MANAGE)
@require_http_methods(["GET", "POST"])
def new_token(request: HttpRequest) -> HttpResponse:
    """Issue a token, and go on to the page that shows its secret once."""
    actor, today = actor_of(request), timezone.localdate()
    first = {"expires": today + timedelta(days=settings.TOKEN_USUAL_DAYS)}
    form = TokenForm(request.POST or None, actor=actor, today=today, initial=first)
    if form.is_valid():
        token, secret = issue_token(actor=actor, **form.cleaned_data)
        once.keep(request, about=_secret_of(token.pk), secret=secret)
        return redirect("token-secret", pk=token.pk)
    context = {"form": form} | choices(request)
    return render(request, "accounts/token_new.html", context, status=422 if form.is_bound else 200)


@needs(Permission.TOKEN_MANAGE)
@never_cache
@require_GET
def token_secret(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the secret of the token issued just now, the only time."""
    token, secret = _token(request, pk), once.take(request, about=_secret_of(pk))
    if secret is None:
        messages.info(request, "密钥只显示一次，已经显示过。没有记下来，就停用后重新签发")
        return redirect("token-list")
    return render(request, "accounts/token_secret.html", {"token": token, "secret": secret})


def _secret_of(pk: int) -> str:
    return f"token {pk}"


def _token(request: HttpRequest, pk: int) -> ApiToken:
    found = visible_tokens(actor_of(request)).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


@needs(Permission.TOKEN_MANAGE)
@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Revoke a token."""
    revoke_token(actor=actor_of(request), token=_token(request, pk), now=timezone.now())
    messages.success(request, "令牌已停用，用它的系统马上收到 401")
    return redirect("token-list")
