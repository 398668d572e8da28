"""Make a dozen made-up matters for the demo log-ins."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from jiugai.accounts.actor import SYSTEM
from jiugai.accounts.scope import scoped
from jiugai.matters.demo import make_demo_matters


class Command(BaseCommand):
    """`jiugai demo-matters`, after `jiugai demo-register`."""

    help = "给演示街道补几件交办事项（都标演示），可重复执行"

    def handle(self, *args: Any, **options: Any) -> None:
        """Make what is missing; production has no place for it."""
        if not settings.DEMO:
            raise CommandError("演示数据不进生产环境（JIUGAI_ENV=production）")
        with scoped(SYSTEM):
            self.stdout.write(f"演示：{make_demo_matters(now=timezone.now())} 件事项")
