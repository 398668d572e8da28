"""Fill the flow pool with made-up scales and filings."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from jiugai.accounts.actor import SYSTEM
from jiugai.accounts.scope import scoped
from jiugai.ledger.demo import make_demo_ledger


class Command(BaseCommand):
    """`jiugai demo-ledger`, after `jiugai demo-planning`."""

    help = "给流量池补演示的规模、备案和可利用房屋（都标演示），可重复执行"

    def handle(self, *args: Any, **options: Any) -> None:
        """Make what is missing; production has no place for it."""
        if not settings.DEMO:
            raise CommandError("演示数据不进生产环境（JIUGAI_ENV=production）")
        with scoped(SYSTEM):
            made = make_demo_ledger(now=timezone.now(), on=timezone.localdate())
        self.stdout.write(f"演示：下达 {made.grants} 个区的规模，{made.filings} 件备案，{made.houses} 处可利用房屋")
