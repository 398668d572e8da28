"""Files to import, and the steps of an import in one call each."""

import io
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.contrib.gis.geos import MultiPolygon, Polygon
from django.utils import timezone
from openpyxl import Workbook

from jiugai.accounts.actor import Actor
from jiugai.domain.geo.crs import CRS
from jiugai.domain.intake.mapping import Profile, suggest
from jiugai.registry.intake import checking, declaring, starting, steps, undoing, writing
from jiugai.registry.models import ImportBatch
from tests.cast import CHAOYANG, XICHENG, Cast

HEAD = ("编号", "小区名称", "所属区", "建成年份", "户数", "经度", "纬度")
OBSERVED = date(2026, 10, 1)
# Rows in 朝阳区 of the tests' ground, 500 m and more apart.
ROWS: tuple[tuple[Any, ...], ...] = (
    ("CY-1", "管庄东里", "朝阳区", 1985, 1200, 116.50, 39.91),
    ("CY-2", "慧忠里", "朝阳区", 1990, 3100, 116.51, 39.95),
    ("CY-3", "枣营南里", "朝阳区", 1981, 600, 116.52, 39.94),
)


def draw_ground(cast: Cast) -> None:
    """Give the two districts outlines: 西城 west of 116.4, 朝阳 east of it."""
    for code, west, east in ((XICHENG, 116.3, 116.4), (CHAOYANG, 116.4, 116.6)):
        cast.areas[code].boundary = MultiPolygon(Polygon.from_bbox((west, 39.8, east, 40.1)), srid=4490)
        cast.areas[code].save()


def csv_of(rows: Sequence[Sequence[Any]] = ROWS, head: Sequence[str] = HEAD, encoding: str = "utf-8") -> bytes:
    """Return rows as a csv file."""
    lines = [",".join("" if cell is None else str(cell) for cell in row) for row in (head, *rows)]
    return ("\n".join(lines) + "\n").encode(encoding)


def xlsx_of(sheets: dict[str, Sequence[Sequence[Any]]]) -> bytes:
    """Return a workbook."""
    book, out = Workbook(), io.BytesIO()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        page = book.create_sheet(name)
        for row in rows:
            page.append(list(row))
    book.save(out)
    return out.getvalue()


def uploaded(actor: Actor, content: bytes, name: str = "台账.csv", **more: Any) -> ImportBatch:
    """Hand a file in."""
    return starting.start(pieces=[content], name=name, actor=actor, at=timezone.localtime(), **more)


def declared(
    actor: Actor,
    content: bytes | None = None,
    *,
    name: str = "台账.csv",
    source: str = "朝阳区摸底台账",
    profile: Profile | None = None,
    head: Sequence[str] = HEAD,
    target: str = "communities",
    observed_on: date = OBSERVED,
) -> ImportBatch:
    """Hand a file in and map its columns."""
    batch = uploaded(actor, csv_of() if content is None else content, name)
    made = profile or Profile("测试", target=target, crs=CRS.CGCS2000, columns=suggest(head, target=target))
    return steps.declare(
        batch_id=batch.pk, profile=made, source=declaring.source_named(source), observed_on=observed_on, actor=actor
    )


def checked(actor: Actor, content: bytes | None = None, **more: Any) -> ImportBatch:
    """Hand a file in, map it and check it, as the job does."""
    batch = declared(actor, content, **more)
    steps.ask_check(batch_id=batch.pk, actor=actor)
    return checking.check(batch.pk, user_id=actor.user_id, clock=timezone.localtime)


def written(actor: Actor, content: bytes | None = None, **more: Any) -> ImportBatch:
    """Import a file without errors."""
    batch = checked(actor, content, **more)
    steps.ask_write(batch_id=batch.pk, actor=actor)
    return writing.write(batch.pk, user_id=actor.user_id, clock=timezone.localtime)


def undone(actor: Actor, batch: ImportBatch, reason: str = "坐标系选错") -> ImportBatch:
    """Take a batch back."""
    steps.ask_undo(batch_id=batch.pk, actor=actor, reason=reason)
    return undoing.undo(batch.pk, user_id=actor.user_id, clock=timezone.localtime)
