"""One occurrence: what it set off, and what had set it off."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from jiugai.accounts.guard import actor_of, find, needs
from jiugai.accounts.permissions import Permission
from jiugai.policy.models import Occurrence
from jiugai.policy.queries.timeline import chain


@require_safe
@needs(Permission.REGISTER_VIEW)
def occurrence(request: HttpRequest, pk: int) -> HttpResponse:
    """Show an occurrence within its chain."""
    row = find(Occurrence.objects.select_related("community"), actor_of(request), pk=pk)
    return render(request, "policy/occurrence.html", {"row": row, "community": row.community, "chain": chain(row)})
