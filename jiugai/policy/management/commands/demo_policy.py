"""The policy library, made-up evidence, and all gates judged once, for the demonstration."""

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from jiugai.accounts.actor import SYSTEM
from jiugai.accounts.scope import scoped
from jiugai.policy.demo import make_demo_evidence


class Command(BaseCommand):
    """`jiugai demo-policy`, last of the demo commands: it judges what the others made."""

    help = "装入政策文件目录，给演示小区登记演示凭证，再核对一遍所有关口，可重复执行"

    def handle(self, *args: Any, **options: Any) -> None:
        """Make what is missing; production has no place for it."""
        if not settings.DEMO:
            raise CommandError("演示数据不进生产环境（JIUGAI_ENV=production）")
        call_command("load_policies", stdout=self.stdout)
        now = timezone.now()
        with scoped(SYSTEM):
            made = make_demo_evidence(now=now, on=timezone.localdate(now))
        self.stdout.write(f"演示：登记 {made} 份凭证")
        call_command("judge", stdout=self.stdout)
