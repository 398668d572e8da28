"""`jiugai derive RAW [--out DIR]`: rebuild the shipped list from the raw files."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from jiugai.registry.derive.rebuilding import rebuild
from jiugai.registry.loading.place import SHIPPED


class Command(BaseCommand):
    """Read the raw crawls, write the shipped files, say how many rows each has."""

    help = "用原始抓取文件重新生成随产品数据"

    def add_arguments(self, parser: CommandParser) -> None:
        """Add RAW and --out."""
        parser.add_argument("raw", type=Path, help="原始文件所在目录")
        parser.add_argument("--out", type=Path, default=SHIPPED, help="写到哪里，默认写回产品自己的目录")

    def handle(self, *args: Any, **options: Any) -> None:
        """Rebuild."""
        try:
            counts = rebuild(options["raw"], options["out"])
        except FileNotFoundError as missing:
            raise CommandError(f"找不到原始文件：{missing.filename}") from missing
        for name, rows in counts.items():
            self.stdout.write(f"{name:<28}{rows:>9,}")
