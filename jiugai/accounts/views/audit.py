"""One entry of the audit log."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from jiugai.accounts.guard import actor_of, find, needs
from jiugai.accounts.models import AuditEvent
from jiugai.accounts.permissions import Permission
from jiugai.accounts.wording import change_rows


@needs(Permission.AUDIT_VIEW)
@require_GET
def event(request: HttpRequest, pk: int) -> HttpResponse:
    """Show who did what to what, before and after, and the link of the chain that seals it."""
    found = find(AuditEvent.objects.select_related("seal"), actor_of(request), pk=pk)
    context = {"event": found, "changes": change_rows(found.before, found.after)}
    return render(request, "accounts/audit_event.html", context)
