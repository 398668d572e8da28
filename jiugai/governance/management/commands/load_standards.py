"""`jiugai load-standards`: the provisional governance standards that we ship."""

from typing import Any

from django.core.management.base import BaseCommand

from jiugai.accounts.actor import SYSTEM
from jiugai.accounts.scope import scoped
from jiugai.governance.shipping import load_standards


class Command(BaseCommand):
    """Load a standard for each type that has none; may be run again."""

    help = "装入五类问题的暂定治理标准（已有标准的类型不动），可重复执行"

    def handle(self, *args: Any, **options: Any) -> None:
        """Load."""
        with scoped(SYSTEM):
            self.stdout.write(f"治理标准新装入 {load_standards()} 份")
