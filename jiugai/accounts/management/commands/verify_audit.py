"""`jiugai verify_audit`: recompute the hash chain of the audit log."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from jiugai.accounts.actor import SYSTEM
from jiugai.accounts.audit import broken_links
from jiugai.accounts.models import AuditEvent, AuditSeal
from jiugai.accounts.scope import scoped


class Command(BaseCommand):
    """Check every link; exit 1 and name the broken ones. Print the last link, to be kept outside the system."""

    help = "Check the hash chain of the audit log"

    def handle(self, *args: Any, **options: Any) -> None:
        """Run."""
        with scoped(SYSTEM):
            broken, count = broken_links(), AuditEvent.objects.count()
            last = AuditSeal.objects.order_by("-seq").first()
        for seq, problem in broken:
            self.stderr.write(f"link {seq}: {problem}")
        if broken:
            raise CommandError(f"{len(broken)} broken links in {count} events", returncode=1)
        # Who can rewrite the whole table can rewrite the whole chain; a copy of the last link elsewhere shows it.
        self.stdout.write(f"{count} events, chain whole; last link {last.seq} {last.digest}" if last else "no events")
