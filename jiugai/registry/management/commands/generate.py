"""Fill an empty database with made-up communities and buildings for measuring."""

import os
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from jiugai.accounts.actor import SYSTEM
from jiugai.accounts.scope import scoped
from jiugai.registry.generating import RealRowsPresent, generate


class Command(BaseCommand):
    """`jiugai generate --communities 220000 --buildings 2000000 --seed 1`."""

    help = "生成演示小区和楼栋，只进空库，供测速用"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the sizes."""
        parser.add_argument("--communities", type=int, default=220_000)
        parser.add_argument("--buildings", type=int, default=2_000_000)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--footprints", action="store_true", help="楼栋带轮廓")

    def handle(self, *args: Any, **options: Any) -> None:
        """Generate, then let PostgreSQL take stock."""
        if not os.environ.get("DATABASE_URL"):
            raise CommandError("生成的数据不进本机自带的库；请建一个空库，用 DATABASE_URL 指向它")
        start = time.monotonic()
        sizes = {name: options[name] for name in ("communities", "buildings", "seed", "footprints")}
        try:
            with scoped(SYSTEM):
                generate(**sizes)
        except RealRowsPresent as problem:
            raise CommandError("库里已经有小区，演示数据只进空库；请用 DATABASE_URL 指向另一个库") from problem
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE registry_community, registry_building, registry_communityvalue")
        seconds = time.monotonic() - start
        self.stdout.write(f"{options['communities']:,} 个小区、{options['buildings']:,} 栋楼，{seconds:.0f} 秒")
