"""Fill a few real communities with made-up sites, acceptances and warranties."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from jiugai.accounts.actor import SYSTEM
from jiugai.accounts.scope import scoped
from jiugai.works.demo import make_demo_works


class Command(BaseCommand):
    """`jiugai demo-works`, after `jiugai demo-users` and `jiugai demo-planning`."""

    help = "给几个真实小区补演示的施工、验收和质保（都标演示），可重复执行"

    def handle(self, *args: Any, **options: Any) -> None:
        """Make what is missing; production has no place for it."""
        if not settings.DEMO:
            raise CommandError("演示数据不进生产环境（JIUGAI_ENV=production）")
        with scoped(SYSTEM):
            made = make_demo_works(now=timezone.now(), on=timezone.localdate())
        self.stdout.write(
            f"演示：{made.projects} 个施工或竣工项目，{made.findings} 处现场问题，{made.readings} 条设备读数"
        )
