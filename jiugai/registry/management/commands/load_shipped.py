"""`jiugai load-shipped`: the area tree, the bodies, the base map and the real communities that we ship."""

from typing import Any

import pghistory
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction
from django.utils import timezone

from jiugai.accounts import audit
from jiugai.accounts.actor import SYSTEM
from jiugai.accounts.codes import Action
from jiugai.accounts.scope import scoped
from jiugai.registry.loading import batches, communities, ground
from jiugai.registry.loading.telling import Tell, nobody


class Command(BaseCommand):
    """Load everything in one transaction; nothing to do when these very files are loaded."""

    help = "装入随产品数据：区划、组织、底图、公开抓取的小区（2017—2021，非官方）"

    def add_arguments(self, parser: CommandParser) -> None:
        """Add --force and --progress."""
        parser.add_argument("--force", action="store_true", help="已装过同一版本也重装")
        parser.add_argument("--progress", action="store_true", help="在标准错误输出上逐行报告已载入的行数")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load."""
        with scoped(SYSTEM):
            if batches.loaded() and not options["force"]:
                self.stdout.write("随产品数据已是这一版，不用再装")
                return
            # Row history costs milliseconds a row without a context: its function then fails and recovers each time.
            with transaction.atomic(), pghistory.context(actor=SYSTEM.name, reason="装入随产品数据"):
                said = load(tell=self._tell if options["progress"] else nobody)
        self.stdout.write("；".join(f"{label} {count:,}" for label, count in said.items()))

    def _tell(self, label: str, rows: int) -> None:
        self.stderr.write(f"{label} {rows:,}")


def load(*, tell: Tell = nobody) -> dict[str, int]:
    """Load all files and record it; return the counts by label."""
    said = {"区划": ground.load_areas()}
    tell("区划", said["区划"])
    said["底图"] = ground.load_base_map()
    tell("底图", said["底图"])
    call_command("load_bodies", verbosity=0)
    sources = communities.load_sources()
    batch = batches.open_batch()
    batches.withdraw_older(batch, at=timezone.now())
    said["小区"] = communities.load_communities(batch, sources, tell=tell)
    said["楼栋记录"] = communities.load_buildings(batch, sources, tell=tell)
    said["建议街道"] = communities.load_street_hints(batch, sources)
    said["疑似重复"] = communities.load_pairs()
    batches.close_batch(batch, rows=said["小区"], summary=said, at=timezone.now())
    audit.record(action=Action.DATA_LOADED, actor=SYSTEM, subject=batch, after=said)
    return said
