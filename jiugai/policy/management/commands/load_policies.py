"""`jiugai load-policies`: the policy documents that we ship."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from jiugai.policy.shipping import load_policies


class Command(BaseCommand):
    """Load titles, numbers, dates, sources and links; may be run again."""

    help = "装入随产品的政策文件目录（名称、文号、日期、来源、关联），可重复执行"

    def handle(self, *args: Any, **options: Any) -> None:
        """Load."""
        self.stdout.write(f"政策文件 {load_policies(now=timezone.now())} 份")
