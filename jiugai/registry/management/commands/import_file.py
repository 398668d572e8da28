"""`jiugai import FILE`: the import wizard without a browser, on the same path."""

import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from jiugai.accounts.actor import SYSTEM
from jiugai.accounts.scope import scoped
from jiugai.domain.errors import Refusal
from jiugai.domain.geo.crs import CRS
from jiugai.domain.intake.mapping import Profile, built_in, built_in_names, choose, suggest
from jiugai.registry.intake import annotating, commanding, declaring, files, mending, starting, steps
from jiugai.registry.models import ImportBatch, ImportProblem, ImportProfile, Source
from jiugai.registry.models.imports import Target
from jiugai.registry.queries import imports as queries

CLEAN, REFUSED, WRONG_ROWS, STOPPED = 0, 2, 3, 4
SHOWN = 200


class Command(BaseCommand):
    """Import a file.

    Exit codes: 0 done, 2 refused (unreadable file, bad mapping), 3 errors in rows, 4 stopped or failed on the way.
    """

    help = "Import a table of communities, buildings or sales"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--profile", help=f"saved or built-in mapping ({', '.join(built_in_names())})")
        parser.add_argument("--source", help="key of a source, or the name of a new one")
        parser.add_argument("--crs", choices=[c.value for c in CRS], help="coordinate system of the file")
        parser.add_argument("--observed-on", type=date.fromisoformat, help="day the data speak of, YYYY-MM-DD")
        parser.add_argument("--target", choices=Target.values, help="what the rows become")
        parser.add_argument("--skip-bad", action="store_true", help="leave rows with errors out")
        parser.add_argument("--dry-run", action="store_true", help="check and count, write nothing")
        parser.add_argument("--annotate", type=Path, metavar="OUT.xlsx", help="write the file with comments")
        parser.add_argument("--yes", action="store_true", help="write without asking")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run; the exit code tells what came of it."""
        with scoped(SYSTEM):
            try:
                code = self._import(options)
            except Refusal as refusal:
                where = f"（{refusal.where}）" if refusal.where else ""
                raise CommandError(
                    f"{refusal.message}{where}\n{refusal.remedy}".strip(), returncode=REFUSED
                ) from refusal
        if code:
            sys.exit(code)

    def _import(self, options: dict[str, Any]) -> int:
        path: Path = options["file"]
        if not path.is_file():
            raise Refusal("没有这个文件", where=str(path), remedy="核对路径")
        batch = self._begun(path, options)
        batch = commanding.check(batch, tell=self._tell, clock=timezone.localtime)
        self._report(batch)
        if options["annotate"]:
            annotating.write_annotated(batch, options["annotate"])
            self.stdout.write(f"批注好的文件：{options['annotate']}")
        if batch.errors and options["skip_bad"]:
            left = mending.leave_out_wrong(batch_id=batch.pk, actor=SYSTEM, at=timezone.localtime())
            self.stdout.write(f"跳过有错误的 {left:,} 行")
            batch.refresh_from_db()
        if batch.errors or batch.state != ImportBatch.State.CHECKED:
            return WRONG_ROWS if batch.state == ImportBatch.State.CHECKED else STOPPED
        return self._write(batch, options)

    def _begun(self, path: Path, options: dict[str, Any]) -> ImportBatch:
        """Open a batch and map it; when the mapping is refused, neither batch nor file stays."""
        kept = ""
        try:
            with transaction.atomic():
                pieces = files.pieces_of(path)
                batch = starting.start(pieces=pieces, name=path.name, actor=SYSTEM, at=timezone.localtime())
                kept = batch.file
                for twin in starting.twins_of(batch, SYSTEM)[:1]:
                    self.stdout.write(f"注意：内容相同的文件传过，{twin.number} {twin.state_words}")
                self._declare(batch, options)
        except BaseException:
            files.drop(kept)
            raise
        return batch

    def _declare(self, batch: ImportBatch, options: dict[str, Any]) -> None:
        profile = _profile(batch, options)
        profile = replace(profile, crs=CRS(options["crs"])) if options["crs"] else profile
        observed = options["observed_on"] or profile.observed_on
        name = options["source"] or profile.source
        if not name or observed is None:
            raise Refusal("还要说明来源和数据日期", remedy="加上 --source 名称 --observed-on 2026-11-23")
        source = Source.objects.filter(key=name).first() or declaring.source_named(
            declaring.SHIPPED_NAMES.get(name, name), key=name
        )
        steps.declare(batch_id=batch.pk, profile=profile, source=source, observed_on=observed, actor=SYSTEM)
        self.stdout.write(f"{batch.number}：{profile.name or '自动对列'}，{profile.crs.value}，来源 {source.name}")

    def _tell(self, batch: ImportBatch) -> None:
        self.stderr.write(f"  {batch.rows_done:,} / {batch.rows_total:,}", ending="\r")
        self.stderr.flush()

    def _report(self, batch: ImportBatch) -> None:
        if batch.failure:
            self.stdout.write(batch.failure)
        found = ImportProblem.objects.filter(batch=batch, severity="error").order_by("sheet", "number", "pk")
        rows = [
            (p.sheet, str(p.number or ""), p.column_letter, p.column, p.typed, p.message, p.remedy)
            for p in found[:SHOWN]
        ]
        if rows:
            self.stdout.write(_table([("表", "行", "列", "列名", "您填的", "错在哪", "怎么改"), *rows]))
        if batch.errors > len(rows):
            self.stdout.write(f"还有 {batch.errors - len(rows):,} 处没有列出，用 --annotate 看全部")
        counts = batch.summary.get("checked", {})
        self.stdout.write(
            f"{batch.rows_total:,} 行，错误 {batch.errors:,}，提醒 {batch.warnings:,}；"
            f"新增 {counts.get('new', 0):,}，更改 {counts.get('change', 0):,}，无变化 {counts.get('same', 0):,}"
        )

    def _write(self, batch: ImportBatch, options: dict[str, Any]) -> int:
        if options["dry_run"]:
            self.stdout.write("只检查，没有写入")
            return CLEAN
        if not options["yes"] and input("写入吗？写错了可以整批撤回。输入 y 写入：").strip().lower() != "y":
            self.stdout.write("没有写入")
            return CLEAN
        batch = commanding.write(batch, tell=self._tell, clock=timezone.localtime)
        if batch.state != ImportBatch.State.WRITTEN:
            self.stdout.write(f"没有写完：{batch.failure or batch.state_words}")
            return STOPPED
        counts = batch.summary["written"]
        self.stdout.write(
            f"已写入：新增 {counts['new']:,}，更改 {counts['change']:,}，无变化 {counts['same']:,}，"
            f"跳过 {counts['skip']:,}；疑似重复 {batch.summary.get('pairs', 0):,} 对"
        )
        return CLEAN


def _profile(batch: ImportBatch, options: dict[str, Any]) -> Profile:
    """Return the mapping asked for, the one that fits, or guesses."""
    tables, _ = queries.head_of(batch)
    titles = [c.title for c in queries.all_columns(tables)]
    name = options["profile"]
    if name in built_in_names():
        return built_in(name)
    if name:
        saved = ImportProfile.objects.filter(name=name).first()
        if saved is None:
            raise Refusal(f"没有叫“{name}”的方案", remedy=f"自带的有 {'、'.join(built_in_names())}")
        return Profile.from_json(saved.mapping)
    target = options["target"] or "communities"
    fitting = choose([built_in(n) for n in built_in_names()], titles) if not options["target"] else None
    return fitting or Profile("", target=target, columns=suggest(titles, target=target))


def _table(rows: Sequence[Sequence[str]]) -> str:
    """Return rows in aligned columns; Chinese characters take two places."""
    widths = [min(40, max(_width(row[i]) for row in rows)) for i in range(len(rows[0]))]
    return "\n".join("  ".join(_padded(cell, width) for cell, width in zip(row, widths, strict=True)) for row in rows)


def _width(text: str) -> int:
    return sum(2 if ord(c) > 0x2E7F else 1 for c in text)


def _padded(text: str, width: int) -> str:
    return text + " " * max(0, width - _width(text))
