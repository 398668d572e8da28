"""Fill a few real communities with made-up projects, mass work and pledges, and the roster with planners."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from jiugai.accounts.actor import SYSTEM
from jiugai.accounts.scope import scoped
from jiugai.planning.demo import make_demo_planning


class Command(BaseCommand):
    """`jiugai demo-planning`, after `jiugai demo-users` and `jiugai demo-register`."""

    help = "给几个真实小区补演示的改造项目、群众工作、维修资金承诺和责任规划师（都标演示），可重复执行"

    def handle(self, *args: Any, **options: Any) -> None:
        """Make what is missing; production has no place for it."""
        if not settings.DEMO:
            raise CommandError("演示数据不进生产环境（JIUGAI_ENV=production）")
        with scoped(SYSTEM):
            made = make_demo_planning(now=timezone.now(), on=timezone.localdate())
        self.stdout.write(f"演示：{made.planners} 位责任规划师，{made.projects} 个项目，{made.pledges} 户承诺")
        if made.missing:
            self.stdout.write(f"没有找到：{'、'.join(made.missing)}")
