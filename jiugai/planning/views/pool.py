"""How far the pool is: against the target of 2022 as history, and against targets set since (T03-3)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from jiugai.accounts.guard import actor_of, needs
from jiugai.accounts.permissions import Permission
from jiugai.planning.queries.coverage import show_coverage


@require_safe
@needs(Permission.POOL_VIEW)
def coverage(request: HttpRequest) -> HttpResponse:
    """Show by district or street how many of the communities that need renovation entered the pool."""
    shown = show_coverage(actor_of(request), on=timezone.localdate())
    return render(request, "planning/coverage.html", {"o": shown})
