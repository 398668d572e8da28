"""Fill the demonstration's projects with made-up pipelines, and one community with a round of risers."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from jiugai.accounts.actor import SYSTEM
from jiugai.accounts.scope import scoped
from jiugai.pipes.demo import make_demo_pipes


class Command(BaseCommand):
    """`jiugai demo-pipes`, after `jiugai demo-planning`."""

    help = "给演示项目补管线、产权分界点、专业公司责任和上下水改造（都标演示），可重复执行"

    def handle(self, *args: Any, **options: Any) -> None:
        """Make what is missing; production has no place for it."""
        if not settings.DEMO:
            raise CommandError("演示数据不进生产环境（JIUGAI_ENV=production）")
        with scoped(SYSTEM):
            made = make_demo_pipes(now=timezone.now(), on=timezone.localdate())
        self.stdout.write(f"演示：{made.jobs} 项管线，{made.applications} 件上下水改造申请，{made.households} 户")
