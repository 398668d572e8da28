# ruff: noqa: E402 - Django has to be set up before our modules are imported
"""How long it takes to find the works of others on the ground of projects: 10,000 works, 60,000 footprints.

In a database of its own, which it fills; it reads DATABASE_URL:

    createdb jiugai_bench_overlaps && export DATABASE_URL=…
    jiugai migrate && python -m bench.overlaps --works 10000 --footprints 60000

Beside ours stands the plain spatial join that one would type: `ST_DWithin` on geography, buffers made in the query,
or the ground that we keep, each with time. Row level security keeps `ST_Intersects` from the index, so the joins name
the box (`&&`) themselves, as ours does; geography has no index here. Ours keeps ground in metres with an index and
looks only at what changed.
"""

import argparse
import math
import os
import random
import statistics
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jiugai.config.settings")
django.setup()

from django.contrib.gis.geos import LineString, Point
from django.db import connection

from jiugai.accounts.actor import SYSTEM
from jiugai.accounts.models import Area
from jiugai.accounts.scope import scoped
from jiugai.registry.models import Community
from jiugai.streetworks.models import Footprint, Overlap, StreetWork

FIRST = date(2027, 1, 1)
WEST, EAST, SOUTH, NORTH = 116.2, 116.6, 39.8, 40.05  # most of what is old lies here
PLAIN = {
    "plain join, geography": """
        SELECT count(*) FROM streetworks_streetwork w JOIN streetworks_footprint p
            ON ST_DWithin(w.geom::geography, ST_Transform(p.ground, 4490)::geography, 2)
        WHERE p.starts IS NULL OR w.starts <= p.ends + 366 AND w.ends >= p.starts - 366""",
    "plain join, buffers in the query": """
        SELECT count(*) FROM streetworks_streetwork w JOIN streetworks_footprint p
            ON ST_Buffer(ST_Transform(w.geom, 4548), 2) && p.ground
            AND ST_Intersects(ST_Buffer(ST_Transform(w.geom, 4548), 2), p.ground)
        WHERE p.starts IS NULL OR w.starts <= p.ends + 366 AND w.ends >= p.starts - 366""",
    "plain join on our kept ground": """
        SELECT count(*) FROM streetworks_streetwork w JOIN streetworks_footprint p
            ON w.ground && p.ground AND ST_Intersects(w.ground, p.ground)
        WHERE p.starts IS NULL OR w.starts <= p.ends + 366 AND w.ends >= p.starts - 366""",
}


def _district() -> Area:
    area = Area.objects.filter(level="district").order_by("code").first()
    if area is None:
        city = Area.objects.create(code="110000", name="北京市", level="city")
        area = Area.objects.create(code="110105", name="朝阳区", level="district", parent=city)
    return area


def _place(chance: random.Random) -> tuple[float, float]:
    return chance.uniform(WEST, EAST), chance.uniform(SOUTH, NORTH)


def _days(chance: random.Random) -> tuple[date, date]:
    starts = FIRST + timedelta(chance.randrange(1000))
    return starts, starts + timedelta(chance.randrange(60, 240))


def _footprints(count: int, area: Area, chance: random.Random) -> Iterator[Footprint]:
    homes = Community.objects.bulk_create(
        [
            Community(code=f"B-{n}", name=f"示例{n}", name_norm=str(n), area=area, area_path=area.path,
                      point=Point(*_place(chance), srid=4490), position_state="good", provenance="demo")
            for n in range(count)
        ],
        batch_size=2000,
    )  # fmt: skip
    for home in homes:
        starts, ends = _days(chance)
        yield Footprint(
            project_ref=home.code, title=home.name, community=home, area_path=area.path, buffer_m=10, radius_m=100,
            slack_days=365, since=FIRST, starts=starts, ends=ends, provenance="demo",
        )  # fmt: skip


def _works(count: int, area: Area, chance: random.Random) -> Iterator[StreetWork]:
    for n in range(count):
        (x, y), turn = _place(chance), chance.uniform(0, math.pi)
        dx, dy = 0.004 * math.cos(turn), 0.003 * math.sin(turn)
        starts, ends = _days(chance)
        yield StreetWork(
            code=f"B-{n}", title=f"管线{n}", kind="pipeline", department="某集团", area=area, area_path=area.path,
            geom=LineString((x - dx, y - dy), (x, y + dy / 3), (x + dx, y + dy), srid=4490), width_m=4, starts=starts,
            ends=ends, reported_on=FIRST, provenance="demo",
        )  # fmt: skip


def _timed(words: str, run: Callable[[], object], times: int = 1) -> None:
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        found = run()
        taken.append(time.perf_counter() - start)
    note = f", found {found:,}" if isinstance(found, int) else ""
    print(f"{words:<44}{statistics.median(taken) * 1000:12,.1f} ms{note}", flush=True)


def _count(sql: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return int(cursor.fetchone()[0])


def main() -> None:
    """Fill the database once, then measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--works", type=int, default=10_000)
    parser.add_argument("--footprints", type=int, default=60_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--patience", type=int, default=300, help="seconds that a plain join may take")
    wanted = parser.parse_args()
    chance = random.Random(wanted.seed)  # noqa: S311 - the same rows each time, no secret
    with scoped(SYSTEM):
        area = _district()
        if not Footprint.objects.exists():
            rows = list(_footprints(wanted.footprints, area, chance))
            _timed(
                f"write {len(rows):,} footprints (ground made)",
                lambda: Footprint.objects.bulk_create(rows, batch_size=2000),
            )
        if not StreetWork.objects.exists():
            works = list(_works(wanted.works, area, chance))
            _timed(
                f"write {len(works):,} works, overlaps found",
                lambda: StreetWork.objects.bulk_create(works, batch_size=wanted.works),
            )
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        print(f"overlaps kept: {Overlap.objects.filter(gone_at__isnull=True).count():,}")
        one = StreetWork.objects.order_by("pk").first()
        home = Footprint.objects.order_by("pk").first()
        _timed(
            "one work changed", lambda: StreetWork.objects.filter(pk=one.pk).update(width_m=chance.uniform(3, 5)), 20
        )
        _timed(
            "one project moved in time",
            lambda: Footprint.objects.filter(pk=home.pk).update(starts=_days(chance)[0], ends=date(2031, 1, 1)), 20,
        )  # fmt: skip
        _timed("all works looked at again", lambda: StreetWork.objects.update(note=str(chance.random())))
        _timed("read: overlaps kept, counted", lambda: Overlap.objects.filter(gone_at__isnull=True).count(), 5)
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('statement_timeout', %s, false)", [f"{wanted.patience}s"])
        for words, sql in PLAIN.items():
            try:
                _timed(words, lambda sql=sql: _count(sql))  # type: ignore[misc]
            except Exception as problem:  # a plain join that takes too long is a result
                print(f"{words:<44} stopped: {str(problem).splitlines()[0]}")


if __name__ == "__main__":
    main()
