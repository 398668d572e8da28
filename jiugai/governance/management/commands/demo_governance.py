"""Make made-up problems, surveys and window guards for the demo log-ins."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from jiugai.accounts.actor import SYSTEM
from jiugai.accounts.scope import scoped
from jiugai.governance.demo import make_demo_governance


class Command(BaseCommand):
    """`jiugai demo-governance`, after `jiugai demo-users` and `jiugai demo-register`."""

    help = "给演示街道补五类问题、摸排和外窗护栏（都标演示），可重复执行"

    def handle(self, *args: Any, **options: Any) -> None:
        """Make what is missing; production has no place for it."""
        if not settings.DEMO:
            raise CommandError("演示数据不进生产环境（JIUGAI_ENV=production）")
        with scoped(SYSTEM):
            made = make_demo_governance(now=timezone.now())
        self.stdout.write(f"演示：{made.cases} 处问题，{made.surveys} 次摸排，{made.guards} 户护栏")
