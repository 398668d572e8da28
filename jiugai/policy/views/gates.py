"""The gates of one community: verdict now, decisions kept, exceptions."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jiugai.accounts.guard import actor_of, find, needs, require
from jiugai.accounts.permissions import Permission, may
from jiugai.domain.errors import Refusal
from jiugai.domain.gates import GATE_RULES, UnknownGate, gate_of
from jiugai.domain.stages import Gate
from jiugai.policy.actions.judging import judge
from jiugai.policy.actions.waiving import NewWaiver, end_waiver, grant_waiver
from jiugai.policy.forms.gates import WaiverForm
from jiugai.policy.models import Waiver
from jiugai.policy.queries import gates as queries
from jiugai.policy.showing import gate_url, title_of
from jiugai.registry.panels import Look
from jiugai.registry.views.file import community_of, page
from jiugai.registry.views.reasons import reason_of
from jiugai.web.refusing import put


def gate_named(code: str) -> Gate:
    """Return a gate, or 404."""
    try:
        return gate_of(code)
    except UnknownGate:
        raise Http404 from None


@require_safe
@needs(Permission.GATE_VIEW)
def community_gate(request: HttpRequest, pk: int, gate: str) -> HttpResponse:
    """Show how a gate stands for a community, and how it stood before."""
    community, actor = community_of(request, pk), actor_of(request)
    context = queries.page(Look(community, actor, timezone.localdate()), gate_named(gate).code)
    if context["may_waive"]:
        context["waive_url"] = reverse("waiver-new", args=[pk, gate])
    return page(request, community, "community-gates", context, template="policy/gate.html")


@require_safe
@needs(Permission.GATE_VIEW)
def community_gates(request: HttpRequest, pk: int) -> HttpResponse:
    """Lead to the next gate of a community."""
    community = community_of(request, pk)
    return redirect(gate_url(community, queries.next_gate(community)))


@require_POST
@needs(Permission.GATE_VIEW)
def community_judge(request: HttpRequest, pk: int, gate: str) -> HttpResponse:
    """Judge again now and keep the verdict if it differs."""
    community, now = community_of(request, pk), timezone.now()
    code = gate_named(gate).code
    made = judge(gate=code, community=community, actor=actor_of(request), now=now, on=timezone.localdate(now))
    messages.success(request, "结论有变化，已记下" if made.at == now else "和上次判定一样，没有新记录")
    return redirect(gate_url(community, code))


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.WAIVER_GRANT)
def waiver_new(request: HttpRequest, pk: int, gate: str) -> HttpResponse:
    """Grant an exception to a rule of a gate."""
    community, today, chosen = community_of(request, pk), timezone.localdate(), gate_named(gate)
    require(actor_of(request), Permission.WAIVER_GRANT, community)
    rules = [(rule, title_of(rule)) for rule in GATE_RULES[chosen.code]]
    initial = {"rule": request.GET.get("rule", ""), "since": today}
    form = WaiverForm(request.POST or None, rules=rules, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            grant_waiver(
                community=community, new=NewWaiver(**form.cleaned_data), actor=actor_of(request), now=timezone.now()
            )
        except Refusal as refusal:
            put(form, refusal)
        else:
            messages.success(request, "例外已批准，关口已按例外重新核对")
            return redirect(gate_url(community, chosen.code))
    context = {"form": form, "gate": chosen, "back": gate_url(community, chosen.code), "community": community}
    return render(request, "policy/waiver_new.html", context, status=422 if form.errors else 200)


@require_safe
@needs(Permission.GATE_VIEW)
def waiver(request: HttpRequest, pk: int) -> HttpResponse:
    """Show an exception: who, authority, reason, days."""
    found = find(Waiver.objects.select_related("community", "organisation"), actor_of(request), pk=pk)
    allowed = may(actor_of(request), Permission.WAIVER_GRANT, found)
    context = {"waiver": found, "title": title_of(found.rule), "may_end": allowed, "today": timezone.localdate()}
    return render(request, "policy/waiver.html", context)


@require_POST
@needs(Permission.WAIVER_GRANT)
def waiver_end(request: HttpRequest, pk: int) -> HttpResponse:
    """End an exception early."""
    found = find(Waiver.objects.all(), actor_of(request), pk=pk)
    end_waiver(waiver_id=found.pk, actor=actor_of(request), reason=reason_of(request), now=timezone.now())
    messages.success(request, "例外已终止，关口已重新核对")
    return redirect("waiver", found.pk)
