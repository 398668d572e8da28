"""Fill a few real communities with made-up flats, units, people and documents."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from jiugai.accounts.actor import SYSTEM
from jiugai.accounts.scope import scoped
from jiugai.registry.demo import make_demo_register


class Command(BaseCommand):
    """`jiugai demo-register`, after `jiugai load-shipped`."""

    help = "给几个真实小区补演示的单元、住房、产权单位、责任人和材料（都标演示），可重复执行"

    def handle(self, *args: Any, **options: Any) -> None:
        """Make what is missing; production has no place for it."""
        if not settings.DEMO:
            raise CommandError("演示数据不进生产环境（JIUGAI_ENV=production）")
        with scoped(SYSTEM):
            made = make_demo_register(on=timezone.localdate())
        filled = f"{made.communities} 个小区，{made.buildings} 栋楼，{made.dwellings} 户"
        self.stdout.write(f"演示：{filled}，{made.placed} 个小区演示划归")
        if made.missing:
            self.stdout.write(f"没有找到：{'、'.join(made.missing)}")
