"""Evidence of one community (凭证登记)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jiugai.accounts.guard import actor_of, find, needs, require
from jiugai.accounts.permissions import Permission, may
from jiugai.domain.errors import Refusal
from jiugai.domain.evidence import EVIDENCE
from jiugai.policy.actions.proving import NewEvidence, record_evidence, withdraw_evidence
from jiugai.policy.forms.gates import EvidenceForm
from jiugai.policy.models import EvidenceRecord
from jiugai.policy.queries import gates as queries
from jiugai.registry.models import Community
from jiugai.registry.panels import Look
from jiugai.registry.views.file import community_of, page
from jiugai.registry.views.reasons import reason_of
from jiugai.web.refusing import put


@require_safe
@needs(Permission.GATE_VIEW)
def community_evidence(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the evidence of a community and what is still missing."""
    community, actor, today = community_of(request, pk), actor_of(request), timezone.localdate()
    rows = queries.evidence(community, seen=Look(community, actor, today))
    there = {row.about for row in rows if row.withdrawn_at is None}
    context = {
        "rows": rows,
        "missing": [kind for kind in EVIDENCE.values() if kind.code not in there],
        "may_record": may(actor, Permission.EVIDENCE_RECORD, community),
        "may_open": may(actor, Permission.DOCUMENT_VIEW, community),
        "today": today,
    }
    return page(request, community, "community-evidence", context, template="policy/evidence.html")


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.EVIDENCE_RECORD)
def evidence_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Record a piece of evidence."""
    community = community_of(request, pk)
    require(actor_of(request), Permission.EVIDENCE_RECORD, community)
    form = EvidenceForm(request.POST or None, request.FILES or None, initial={"about": request.GET.get("about", "")})
    if request.method == "POST" and form.is_valid() and _recorded(request, community, form):
        return redirect("community-evidence", community.pk)
    context = {"form": form, "community": community, "kinds": list(EVIDENCE.values())}
    return render(request, "policy/evidence_new.html", context, status=422 if form.errors else 200)


def _recorded(request: HttpRequest, community: Community, form: EvidenceForm) -> bool:
    clean, now = dict(form.cleaned_data), timezone.now()
    upload = clean.pop("upload")
    try:
        made = record_evidence(
            community=community,
            new=NewEvidence(**clean),
            actor=actor_of(request),
            now=now,
            today=timezone.localdate(now),
            upload=upload,
        )
    except Refusal as refusal:
        put(form, refusal)
        return False
    messages.success(request, f"已登记{made.get_about_display()}，关口已重新核对")
    return True


@require_POST
@needs(Permission.EVIDENCE_RECORD)
def evidence_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw a piece of evidence recorded by mistake."""
    found = find(EvidenceRecord.objects.all(), actor_of(request), pk=pk)
    withdraw_evidence(evidence_id=found.pk, actor=actor_of(request), reason=reason_of(request), now=timezone.now())
    messages.success(request, "凭证已作废，关口已重新核对")
    return redirect("community-evidence", found.community_id)
