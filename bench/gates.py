# ruff: noqa: E402 - Django has to be set up before our modules are imported
"""How fast all communities are judged at the gate into the pool, and in how many queries.

    make bench ARGS="gates"                 the shipped list and 220,000 made communities, no facts beside the register
    make bench ARGS="gates --count 50000"
    make bench ARGS="gates --keep"          keep the made communities for the next time

Loads the facts of every part of the product, judges, and remakes the table of latest verdicts, as every night.
"""

import argparse
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jiugai.config.settings")

import django

django.setup()

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from jiugai.accounts.actor import SYSTEM
from jiugai.accounts.models import Area
from jiugai.accounts.scope import scoped
from jiugai.domain.gates import evaluate_many, gate_of
from jiugai.policy import figures
from jiugai.policy.facts import CHUNK, load_in_chunks
from jiugai.policy.queries.standing import standing
from jiugai.policy.refreshing import refresh
from jiugai.registry.models import Community

GATE = "enter_pool"
MADE = "GATES-"
REAL = 2_885


def main() -> None:
    """Measure both sizes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=220_000)
    parser.add_argument("--keep", action="store_true")
    options = parser.parse_args()
    with scoped(SYSTEM):
        make(options.count)
        try:
            print("| communities | load s | judge s | findings/s (judge) | findings/s (load and judge) | queries |")
            print("|---:|---:|---:|---:|---:|---:|")
            for size in (REAL, options.count):
                measure(size)
            remake(options.count)
        finally:
            if not options.keep:
                remove()


def make(count: int) -> None:
    """Make communities by one statement; nothing follows them."""
    there = Community.objects.filter(code__startswith=MADE).count()
    if there >= count:
        return
    city, _ = Area.objects.get_or_create(code="110000", defaults={"name": "北京市", "level": "city"})
    area = Area.objects.filter(level="district").first() or city
    with triggers_off(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO registry_community (code, name, name_norm, pinyin, initials, search_text, address, area_id,"
            " area_path, position_state, position_flags, ownership, ownership_group, ownership_classes, mixed_pilot,"
            " plan_mark, need, height_class, property_firm, developer, stage, provenance, version, created_at,"
            " updated_at)"
            " SELECT %s || n, '示例' || n, '示例' || n, '', '', '', '', %s, %s, 'missing', '{}', 'unknown', 'unknown',"
            " '{}', 'none', 'unknown', 'unknown', 'unknown', '', '', 'checked', 'demo', 1, now(), now()"
            " FROM generate_series(%s::int, %s::int) n",
            [MADE, area.pk, area.path, there + 1, count],
        )
        cursor.execute("ANALYZE registry_community")


@contextmanager
def triggers_off() -> Iterator[None]:
    """Leave out row history and search text, which are not what is measured."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE registry_community DISABLE TRIGGER USER")
        try:
            yield
        finally:
            cursor.execute("ALTER TABLE registry_community ENABLE TRIGGER USER")


def measure(size: int) -> None:
    """Load and judge `size` communities."""
    last = Community.objects.filter(code__startswith=MADE).order_by("pk").values_list("pk", flat=True)[size - 1]
    rows, on = Community.objects.filter(code__startswith=MADE, pk__lte=last), timezone.localdate()
    params, judging, judged = figures.current(), 0.0, 0
    with CaptureQueriesContext(connection) as asked:
        start = time.perf_counter()
        for facts in load_in_chunks(rows, on=on):
            before = time.perf_counter()
            verdicts = evaluate_many(GATE, facts.values(), params)
            judging += time.perf_counter() - before
            judged += sum(len(verdict.findings) for verdict in verdicts)
        total = time.perf_counter() - start
    print(
        f"| {size:,} | {total - judging:.2f} | {judging:.2f} | {judged / judging:,.0f} | {judged / total:,.0f} |"
        f" {len(asked)} ({-(-size // CHUNK)} chunks) |"
    )


def remake(count: int) -> None:
    """Remake the table of latest verdicts, then read the district table from it."""
    rows, now = Community.objects.filter(code__startswith=MADE), timezone.now()
    start = time.perf_counter()
    refresh(rows=rows, on=timezone.localdate(), now=now, gates=(GATE,))
    print(f"\nTable of latest verdicts remade for {count:,}: {time.perf_counter() - start:.1f} s")
    with CaptureQueriesContext(connection) as asked:
        start = time.perf_counter()
        table = standing(gate=gate_of(GATE), actor=SYSTEM, area=None)
        taken = time.perf_counter() - start
    print(f"District table over {table.total:,}: {taken * 1000:.0f} ms in {len(asked)} queries")


def remove() -> None:
    """Take away what was made."""
    with triggers_off(), connection.cursor() as cursor:
        made = f"SELECT id FROM registry_community WHERE code LIKE '{MADE}%'"
        cursor.execute(f"DELETE FROM policy_latestverdict WHERE community_id IN ({made})")
        cursor.execute(f"DELETE FROM registry_community WHERE code LIKE '{MADE}%'")


if __name__ == "__main__":
    main()
