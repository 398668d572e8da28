# ruff: noqa: E402 - Django has to be set up before our modules are imported
"""How fast an import is, beside COPY of the same rows and beside django-import-export doing the same upsert.

All take turns in one run on the database of DATABASE_URL, each in a transaction that is rolled back; what counts are
the ratios. Ours does more than the others: it reads and checks each cell, keeps every value with its source and its
history, and proposes twins.

    python -m bench.imports                 # 5,000 made rows, twice: all new, then every fourth changed
    python -m bench.imports --rows 20000
"""

import argparse
import csv
import io
import os
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jiugai.config.settings")
django.setup()

from django.conf import settings
from django.contrib.gis.geos import Point
from django.db import connection, transaction
from django.utils import timezone

from jiugai.accounts.actor import SYSTEM
from jiugai.accounts.models import Area
from jiugai.accounts.scope import scoped
from jiugai.domain.geo.crs import CRS
from jiugai.domain.intake.mapping import Profile, suggest
from jiugai.registry.intake import checking, declaring, starting, steps, writing
from jiugai.registry.loading import ground
from jiugai.registry.models import Community, ImportBatch

HEAD = ("编号", "小区名称", "所属区", "地址", "建成年份", "户数", "楼栋数", "经度", "纬度")
COLUMNS = "code, name, district, address, built_year, households, building_count, lon, lat"
SCRATCH = """
CREATE TEMP TABLE bench_rows (code text PRIMARY KEY, name text, district text, address text, built_year int,
    households int, building_count int, lon float8, lat float8) ON COMMIT DROP
"""
DAY = date(2026, 10, 1)


class Measured(NamedTuple):
    """One way of bringing rows in: seconds for all new, and for a second file with every fourth row changed."""

    name: str
    first: float
    second: float


def rows(count: int, *, changed: bool = False) -> list[tuple[Any, ...]]:
    """Make rows about 400 m apart over the plain of Beijing; with `changed` every fourth has other households."""
    chance = random.Random(4)  # noqa: S311 - the same rows each time
    parts = [
        first + second for first in "管慧枣营真武厂洼月季阜白广宝盛里" for second in "庄忠南里庙四洼园光路城河桥门"
    ]
    made = []
    for n in range(count):
        name = "".join([chance.choice(parts), chance.choice(parts), chance.choice("里园苑村巷"), f"{n % 29 + 1}号院"])
        more = 1 if changed and n % 4 == 0 else 0
        place = (round(116.1 + n % 140 / 240, 6), round(39.7 + n // 140 % 130 / 260, 6))
        made.append((f"BENCH-{n}", name, "", f"某某路{n}号", 1950 + n % 50, 100 + n % 900 + more, 1 + n % 30, *place))
    return made


def as_csv(data: list[tuple[Any, ...]], head: tuple[str, ...] = HEAD) -> bytes:
    """Return rows as a csv file."""
    out = io.StringIO()
    csv.writer(out).writerows([head, *data])
    return out.getvalue().encode()


@contextmanager
def undone() -> Iterator[None]:
    """Roll everything back at the end."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def timed(work: Callable[[], object]) -> float:
    """Return how many seconds it took."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def by_copy(count: int) -> Measured:
    """COPY into a plain table; the second time COPY into another and one upsert."""
    with undone(), connection.cursor() as cursor:
        cursor.execute(SCRATCH)
        first = timed(lambda: _copy("bench_rows", rows(count)))
        cursor.execute("CREATE TEMP TABLE bench_new (LIKE bench_rows) ON COMMIT DROP")

        def again() -> None:
            _copy("bench_new", rows(count, changed=True))
            cursor.execute(
                f"INSERT INTO bench_rows ({COLUMNS}) SELECT {COLUMNS} FROM bench_new"
                " ON CONFLICT (code) DO UPDATE SET households = excluded.households"
            )

        return Measured("COPY, plain table", first, timed(again))


def _copy(table: str, data: list[tuple[Any, ...]]) -> None:
    with connection.connection.cursor().copy(f"COPY {table} ({COLUMNS}) FROM STDIN") as copy:
        for row in data:
            copy.write_row(row)


def by_us(count: int) -> list[Measured]:
    """Our import: reading and checking, then writing."""
    with tempfile.TemporaryDirectory() as folder, undone():
        settings.MEDIA_ROOT = Path(folder)
        times = [_import(rows(count), DAY), _import(rows(count, changed=True), date(2026, 11, 1))]
    return [
        Measured("jiugai, check and preview", times[0][0], times[1][0]),
        Measured("jiugai, write", times[0][1], times[1][1]),
        Measured("jiugai, both", sum(times[0]), sum(times[1])),
    ]


def _import(data: list[tuple[Any, ...]], day: date) -> tuple[float, float]:
    batch = starting.start(pieces=[as_csv(data)], name="bench.csv", actor=SYSTEM, at=timezone.localtime())
    profile = Profile("bench", crs=CRS.CGCS2000, columns=suggest(HEAD, target="communities"))
    source = declaring.source_named("测速台账")
    steps.declare(batch_id=batch.pk, profile=profile, source=source, observed_on=day, actor=SYSTEM)
    ImportBatch.objects.filter(pk=batch.pk).update(state="checking")
    check = timed(lambda: checking.check(batch.pk, user_id=None, clock=timezone.localtime))
    ImportBatch.objects.filter(pk=batch.pk).update(state="writing", rows_done=0)
    write = timed(lambda: writing.write(batch.pk, user_id=None, clock=timezone.localtime))
    batch.refresh_from_db()
    assert (batch.state, batch.errors) == ("written", 0), (batch.state, batch.failure)
    return check, write


def by_import_export(count: int, *, bulk: bool) -> Measured | None:
    """django-import-export on the same table of communities; None where it is not installed."""
    try:
        from import_export import fields, resources, widgets
        from tablib import Dataset
    except ImportError:
        return None
    area = Area.objects.get(code="110105")
    names = ("code", "name", "built_year", "households", "building_count", "address")

    class PointWidget(widgets.Widget):
        def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Point:
            return Point(float(row["lon"]), float(row["lat"]), srid=4490)

    class Communities(resources.ModelResource):
        point = fields.Field(column_name="lon", attribute="point", widget=PointWidget())

        class Meta:
            model = Community
            import_id_fields = ("code",)
            fields = (*names, "point")
            skip_unchanged = True
            use_bulk = bulk
            use_transactions = False
            batch_size = 1000

        def before_save_instance(self, instance: Any, row: Any, **kwargs: Any) -> None:
            instance.area, instance.name_norm, instance.position_state = area, instance.name, "good"

    def bring(data: list[tuple[Any, ...]]) -> None:
        head = ("code", "name", "district", "address", "built_year", "households", "building_count", "lon", "lat")
        dataset = Dataset().load(as_csv(data, head).decode(), format="csv")
        result = Communities().import_data(dataset, raise_errors=True)
        assert not result.has_errors()

    with undone():
        name = f"django-import-export{', use_bulk' if bulk else ''}"
        first = timed(lambda: bring(rows(count)))
        return Measured(name, first, timed(lambda: bring(rows(count, changed=True))))


def table(count: int, found: list[Measured]) -> str:
    """Return the figures: rows per second and how many times the first line's seconds."""
    head = f"{'':34}{'new rows/s':>12}{'x COPY':>9}{'changed rows/s':>16}{'x COPY':>9}"
    base = found[0]
    lines = (
        f"{one.name:34}{count / one.first:>12,.0f}{one.first / base.first:>9,.1f}"
        f"{count / one.second:>16,.0f}{one.second / base.second:>9,.1f}"
        for one in found
    )
    return "\n".join([head, *lines])


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=5000)
    count = parser.parse_args().rows
    with scoped(SYSTEM):
        if not Area.objects.filter(code="110105").exists():
            ground.load_areas()
        found = [by_copy(count), *by_us(count)]
        found += [m for bulk in (False, True) if (m := by_import_export(count, bulk=bulk))]
    print(f"{count:,} rows of {len(HEAD)} columns; second file: every fourth row changed\n{table(count, found)}")


if __name__ == "__main__":
    main()
