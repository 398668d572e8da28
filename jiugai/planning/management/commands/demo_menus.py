"""Fill the demonstration's projects with made-up menus, demand, rates and schedules, and count the ranking."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from jiugai.accounts.actor import SYSTEM
from jiugai.accounts.scope import scoped
from jiugai.planning.menu_demo import make_demo_menus


class Command(BaseCommand):
    """`jiugai demo-menus`, after `jiugai demo-planning`."""

    help = "给演示的改造项目补单价、居民需求、改造菜单和工期（都标演示），并计算排序，可重复执行"

    def handle(self, *args: Any, **options: Any) -> None:
        """Make what is missing; production has no place for it."""
        if not settings.DEMO:
            raise CommandError("演示数据不进生产环境（JIUGAI_ENV=production）")
        with scoped(SYSTEM):
            made = make_demo_menus(now=timezone.now(), on=timezone.localdate())
        self.stdout.write(
            f"演示：{made.rates} 个单价，{made.menus} 份改造菜单，{made.demands} 条居民需求，{made.ranked} 个项目已排序"
        )
