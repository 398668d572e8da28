"""Fill the pool of two districts with made-up projects in real communities, with limits and a scenario each."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from jiugai.accounts.actor import SYSTEM
from jiugai.accounts.scope import scoped
from jiugai.planning.plan_demo import make_demo_plan


class Command(BaseCommand):
    """`jiugai demo-plan`, after `jiugai demo-planning`."""

    help = "给朝阳区、西城区的真实小区补演示的在库项目和资金（都标演示），供计划板求解，可重复执行"

    def add_arguments(self, parser: CommandParser) -> None:
        """Take other districts and another number."""
        parser.add_argument("--district", action="append", default=[], help="区代码，可重复")
        parser.add_argument("--most", type=int, default=40, help="每区最多几个项目")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make what is missing; production has no place for it."""
        if not settings.DEMO:
            raise CommandError("演示数据不进生产环境（JIUGAI_ENV=production）")
        with scoped(SYSTEM):
            made = make_demo_plan(
                districts=options["district"] or ["110105", "110102"], most=options["most"], now=timezone.now(),
                on=timezone.localdate(),
            )  # fmt: skip
        self.stdout.write(
            f"演示：{made.projects} 个在库项目有计划资料，{made.frames} 项计划条件，{made.scenarios} 个方案"
        )
