"""The notice of a riser's works, to be printed and put up in the stairwell (T15-5)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from jiugai.accounts.guard import needs
from jiugai.accounts.permissions import Permission
from jiugai.pipes.queries.notice import notice_of
from jiugai.pipes.views.risers import application_of


@require_safe
@needs(Permission.PIPES_VIEW)
def riser_notice(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the sheet as it is printed; above it, what is still missing."""
    return render(request, "pipes/notice.html", {"o": notice_of(application_of(request, pk))})
