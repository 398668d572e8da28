"""Registering a community by hand, and taking a wrong registration back."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from jiugai.accounts.guard import actor_of, needs
from jiugai.accounts.permissions import Permission
from jiugai.domain.errors import Refusal
from jiugai.registry.actions.community import LooksLikeAnother, NewCommunity, create_community, withdraw_community
from jiugai.registry.forms.registering import CommunityForm
from jiugai.registry.models import Community
from jiugai.registry.queries.areas import areas_for
from jiugai.registry.views.file import community_of
from jiugai.registry.views.reasons import reason_of
from jiugai.web.refusing import put


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.REGISTER_CREATE)
def community_new(request: HttpRequest) -> HttpResponse:
    """Register a community; when it looks like one on record, show that one first."""
    on, twins = timezone.localdate(), []
    form = CommunityForm(request.POST or None, areas=areas_for(actor_of(request)), on=on)
    if request.method == "POST" and form.is_valid():
        try:
            made = _create(request, form)
        except LooksLikeAnother as found:
            twins = found.twins
            form.add_error("name", found.message)
        except Refusal as refusal:
            put(form, refusal)
        else:
            messages.success(request, f"已登记{made.name}，编号 {made.code}")
            return redirect("community-file", made.pk)
    context = {"form": form, "twins": twins}
    return render(request, "registry/file/community_new.html", context, status=422 if form.errors else 200)


def _create(request: HttpRequest, form: CommunityForm) -> Community:
    clean = form.cleaned_data
    return create_community(
        new=NewCommunity(name=clean["name"], area=clean["area"], facts=form.facts()),
        actor=actor_of(request),
        reason=clean["reason"],
        on=timezone.localdate(),
        not_a_twin=clean["not_a_twin"],
    )


@require_POST
@needs(Permission.REGISTER_CREATE)
def community_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back a registration made by mistake."""
    community = community_of(request, pk)
    withdraw_community(community=community, actor=actor_of(request), reason=reason_of(request))
    messages.success(request, f"{community.name}已撤回登记")
    return redirect("community-file", pk)
