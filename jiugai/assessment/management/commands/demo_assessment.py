"""Make made-up reports and co-ordination for the task board."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from jiugai.accounts.actor import SYSTEM
from jiugai.accounts.scope import scoped
from jiugai.assessment.demo import make_demo_assessment


class Command(BaseCommand):
    """`jiugai demo-assessment`, after `jiugai demo-users`."""

    help = "给任务清单补演示的进展、协调机制、难题、政策研究和联络（都标演示），可重复执行"

    def handle(self, *args: Any, **options: Any) -> None:
        """Make what is missing; production has no place for it."""
        if not settings.DEMO:
            raise CommandError("演示数据不进生产环境（JIUGAI_ENV=production）")
        with scoped(SYSTEM):
            made = make_demo_assessment(now=timezone.now())
        self.stdout.write(f"演示：{made.reports} 条进展，{made.matters} 件事项，{made.liaisons} 个联络")
