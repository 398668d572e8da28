"""Fill a few real communities with made-up schemes, approvals, tenders and a rebuild."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from jiugai.accounts.actor import SYSTEM
from jiugai.accounts.scope import scoped
from jiugai.approvals.demo import make_demo_approvals


class Command(BaseCommand):
    """`jiugai demo-approvals`, after `jiugai demo-planning`."""

    help = "给几个真实小区补演示的方案、审批、招标和改建登记（都标演示），可重复执行"

    def handle(self, *args: Any, **options: Any) -> None:
        """Make what is missing; production has no place for it."""
        if not settings.DEMO:
            raise CommandError("演示数据不进生产环境（JIUGAI_ENV=production）")
        with scoped(SYSTEM):
            made = make_demo_approvals(on=timezone.localdate())
        self.stdout.write(f"演示：{made.projects} 个项目报送了 {made.schemes} 份方案，{made.cases} 件审批")
