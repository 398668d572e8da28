"""Put made-up works of other departments around the demonstration's communities."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from jiugai.accounts.actor import SYSTEM
from jiugai.accounts.scope import scoped
from jiugai.streetworks.demo import make_demo_works


class Command(BaseCommand):
    """`jiugai demo-streetworks`, after `jiugai demo-planning`."""

    help = "在演示小区周边补其他部门的工程、资金和协同请求（都标演示），可重复执行"

    def handle(self, *args: Any, **options: Any) -> None:
        """Make what is missing; production has no place for it."""
        if not settings.DEMO:
            raise CommandError("演示数据不进生产环境（JIUGAI_ENV=production）")
        with scoped(SYSTEM):
            made = make_demo_works(now=timezone.now(), on=timezone.localdate())
        self.stdout.write(f"演示：{made.works} 项其他部门工程，{made.overlaps} 处交叉，{made.requests} 件协同请求")
