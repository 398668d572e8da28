"""Fill the demonstration's street with made-up check-ups."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from jiugai.accounts.actor import SYSTEM
from jiugai.accounts.scope import scoped
from jiugai.checkup.demo import make_demo_checkups


class Command(BaseCommand):
    """`jiugai demo-checkup`, after `jiugai demo-users` and `jiugai demo-register`."""

    help = "给演示街道的小区补演示体检（都标演示，不改真实小区的需求），可重复执行"

    def handle(self, *args: Any, **options: Any) -> None:
        """Make what is missing; production has no place for it."""
        if not settings.DEMO:
            raise CommandError("演示数据不进生产环境（JIUGAI_ENV=production）")
        with scoped(SYSTEM):
            made = make_demo_checkups(now=timezone.now())
        self.stdout.write(f"演示体检：{made.checkups} 个小区，其中完成 {made.finished} 个，填报 {made.entries} 条")
