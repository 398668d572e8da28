"""`jiugai demo_users`: one log-in per role, for the demonstration only."""

from collections.abc import Sequence
from typing import Any
from unicodedata import east_asian_width

from django.core.management.base import BaseCommand, CommandError

from jiugai.accounts.actor import SYSTEM
from jiugai.accounts.demo import DEMO_PASSWORD, BodiesMissing, NotInProduction, make_demo_users
from jiugai.accounts.scope import scoped

HEAD = ("角色", "账号", "密码", "单位", "辖区", "姓名")


class Command(BaseCommand):
    """Add the demonstration's log-ins that are missing and print all."""

    help = "Add one demonstration log-in per role and print them; refused in production"

    def handle(self, *args: Any, **options: Any) -> None:
        """Run."""
        try:
            with scoped(SYSTEM):
                people = make_demo_users()
        except (NotInProduction, BodiesMissing) as problem:
            raise CommandError(str(problem)) from problem
        rows = [HEAD, *((p.role, p.username, DEMO_PASSWORD, p.organisation, p.area, p.name) for p in people)]
        self.stdout.write("\n".join(aligned(rows)))


def aligned(rows: Sequence[tuple[str, ...]]) -> list[str]:
    """Return the rows as lines in columns; Chinese characters are two cells wide."""
    widths = [max(_cells(row[i]) for row in rows) for i in range(len(rows[0]))]
    return ["  ".join(c + " " * (w - _cells(c)) for c, w in zip(row, widths, strict=True)).rstrip() for row in rows]


def _cells(text: str) -> int:
    return sum(2 if east_asian_width(c) in "WF" else 1 for c in text)
