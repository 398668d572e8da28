"""`jiugai judge`: judge all communities again now, as every night."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from jiugai.accounts.actor import SYSTEM
from jiugai.accounts.scope import scoped
from jiugai.policy.lapsing import tell_lapses
from jiugai.policy.refreshing import refresh
from jiugai.registry.models import Community


class Command(BaseCommand):
    """Remake the table behind the district tables."""

    help = "按今天的规则重新核对所有小区的关口"

    def add_arguments(self, parser: CommandParser) -> None:
        """Add --district."""
        parser.add_argument("--district", default="", help="只核对一个区，写区划代码")

    def handle(self, *args: Any, **options: Any) -> None:
        """Judge."""
        now = timezone.now()
        on, rows = timezone.localdate(now), Community.objects.current()
        if options["district"]:
            rows = rows.filter(area_path__startswith=f"/110000/{options['district']}/")
        with scoped(SYSTEM):
            lapsed = tell_lapses(on=on, now=now)
            done = refresh(rows=rows, on=on, now=now)
        self.stdout.write(
            f"核对 {done.communities:,} 个小区，{done.verdicts:,} 个结论，{done.decisions} 个关口开合，{lapsed} 件到期"
        )
