"""One past verdict, recomputed."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from jiugai.accounts.guard import actor_of, find, needs
from jiugai.accounts.permissions import Permission
from jiugai.policy.models import Decision, DraftSet
from jiugai.policy.replaying import replay_decision, replay_under


@require_safe
@needs(Permission.GATE_VIEW)
def decision(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a verdict word for word, and recompute it: as then, by today's figures, or under a draft."""
    rows = Decision.objects.select_related("community", "figures", "cause")
    found = find(rows, actor_of(request), pk=pk)
    under = request.GET.get("under", "then")
    replayed = replay_decision(found) if under == "then" else replay_under(found, _draft(under))
    context = {
        "decision": found,
        "community": found.community,
        "replay": replayed,
        "under": under,
        "drafts": DraftSet.objects.filter(closed_at__isnull=True),
        "stored": found.findings.select_related("waiver"),
    }
    return render(request, "policy/decision.html", context)


def _draft(under: str) -> DraftSet | None:
    if under == "now":
        return None
    found = DraftSet.objects.filter(pk=int(under)).first() if under.isdecimal() and len(under) < 10 else None
    if found is None:
        raise Http404
    return found
