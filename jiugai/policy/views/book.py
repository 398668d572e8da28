"""The rules and figures to read."""

from collections import Counter
from typing import NamedTuple

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from jiugai.accounts.guard import needs
from jiugai.accounts.permissions import Permission
from jiugai.domain.figures import Parameter, UnknownFigure, Value
from jiugai.policy import figures
from jiugai.policy.queries.library import documents_on
from jiugai.policy.rulebook import book, entries, rules_citing


class Row(NamedTuple):
    """A figure and its value today. Without one it is in a state of its own: rules that need it answer `unknown`."""

    figure: Parameter
    now: Value | None

    @property
    def status(self) -> str:
        """stated, provisional or missing."""
        return self.figure.status if self.now else "missing"


@require_safe
@needs(Permission.POLICY_VIEW)
def rule_list(request: HttpRequest) -> HttpResponse:
    """List all rules, in order, with clause, gates and cases."""
    return render(request, "policy/rules.html", {"entries": book()})


@require_safe
@needs(Permission.POLICY_VIEW)
def rule(request: HttpRequest, name: str) -> HttpResponse:
    """Show one rule in all its versions."""
    found = entries(name)
    if not found:
        raise Http404
    context = {
        "name": name,
        "entry": found[0],
        "versions": found,
        "documents": documents_on(rules=[name], clauses=found[0].rule.clauses),
        "figures": [f for f in figures.current() if f.clause in found[0].rule.clauses],
        "today": timezone.localdate(),
    }
    return render(request, "policy/rule.html", context)


@require_safe
@needs(Permission.POLICY_VIEW)
def figure_list(request: HttpRequest) -> HttpResponse:
    """List all dated figures with their value today."""
    today, asked = timezone.localdate(), request.GET.get("status", "")
    rows = [Row(one, one.on(today)) for one in figures.current()]
    shown = [row for row in rows if asked in ("", row.status)]
    counts = Counter(row.status for row in rows)
    context = {"rows": shown, "total": len(rows), "status": asked, "today": today, "counts": counts}
    return render(request, "policy/figures.html", context)


@require_safe
@needs(Permission.POLICY_VIEW)
def figure(request: HttpRequest, name: str) -> HttpResponse:
    """Show one figure through time."""
    try:
        found = figures.current().get(name)
    except UnknownFigure:
        raise Http404 from None
    today = timezone.localdate()
    context = {
        "figure": found,
        "now": found.on(today),
        "values": list(reversed(found.values)),
        "rules": rules_citing(found.clause),
        "documents": documents_on(figures=[name], clauses=[found.clause]),
        "today": today,
    }
    return render(request, "policy/figure.html", context)
