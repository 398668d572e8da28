"""`jiugai reseal`: after a change of the field key, seal every field anew."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from jiugai.accounts.actions.reseal import reseal
from jiugai.accounts.actor import SYSTEM
from jiugai.accounts.scope import scoped


class Command(BaseCommand):
    """Seal anew what an old key has sealed; exit 1 and name the rows that no key at hand opens."""

    help = "Seal encrypted fields anew with the current key (JIUGAI_FIELD_KEY_ID)"

    def handle(self, *args: Any, **options: Any) -> None:
        """Run."""
        with scoped(SYSTEM):
            results = reseal(actor=SYSTEM)
        for one in results:
            label = f"{one.column.model._meta.label_lower}.{one.column.field}"  # noqa: SLF001
            self.stdout.write(f"{label}: {one.done} sealed anew with key {settings.FIELD_KEY_ID}")
            for pk in one.broken:
                self.stderr.write(f"{label} {pk}: no key at hand opens it")
        broken = sum(len(one.broken) for one in results)
        if broken:
            raise CommandError(f"{broken} fields left as they are; keep JIUGAI_FIELD_KEYS_OLD until they are mended")
        self.stdout.write("all fields carry the current key; JIUGAI_FIELD_KEYS_OLD can go")
