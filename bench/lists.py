# ruff: noqa: E402 - Django has to be set up before our modules are imported
"""How long a page of a list takes at 220,000 communities and 2 million buildings.

Make the rows first, in a database of their own, then measure; both read DATABASE_URL:

    createdb jiugai_bench && export DATABASE_URL=…
    jiugai migrate && jiugai generate --communities 220000 --buildings 2000000 --seed 1
    python -m bench.lists
"""

import argparse
import math
import os
import re
import statistics
import sys
import time
from dataclasses import dataclass
from datetime import date
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jiugai.config.settings")
django.setup()

from django.db import connection
from django.test import Client

from jiugai.accounts.actor import SYSTEM
from jiugai.accounts.models import Area, Membership, Organisation, User
from jiugai.accounts.roles import Role
from jiugai.accounts.scope import scoped

SLOW_MS = 10
CASES = (
    ("communities, first page", "/communities/"),
    ("by year, newest first", "/communities/?sort=-built"),
    ("by households", "/communities/?sort=households"),
    ("one district", "/communities/?district=110105"),
    ("one street", "/communities/?area=110105012"),
    ("built before 1980, high need", "/communities/?built=pre1980&need=high"),
    ("four conditions", "/communities/?district=110105&built=pre1990&ownership=central&need=high"),
    ("rare: small property, 1950s", "/communities/?ownership=small&built_max=1958"),
    ("search, two characters", "/communities/?q=京泉"),
    ("search, four characters", "/communities/?q=安泉北里"),
    ("search, pinyin initials", "/communities/?q=aqbl"),
    ("search, nothing found", "/communities/?q=没有这个小区"),
    ("no match, hints", "/communities/?built=post2000&need=high&district=110105"),
    ("menu with counts", "/communities/menu/built/?district=110105"),
    ("buildings, first page", "/buildings/"),
    ("buildings by storeys", "/buildings/?sort=-storeys"),
    ("buildings of a district", "/buildings/?district=110105"),
    ("buildings of a street", "/buildings/?area=110105012"),
    ("buildings, three conditions", "/buildings/?district=110105&structure=brick_concrete&built=1980s"),
    ("buildings, rare structure", "/buildings/?structure=steel&has_lift=yes"),
    ("buildings, search", "/buildings/?q=京泉 3号楼"),
    ("suggestions of the search", "/search/suggest/?q=京泉"),
)


class Queries:
    """Counts and times the queries that pass through it; with JIUGAI_BENCH_SQL set it prints the slow ones."""

    def __init__(self) -> None:
        self.times: list[float] = []

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        """Pass a query on."""
        start = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            self.times.append((time.perf_counter() - start) * 1000)
            if os.environ.get("JIUGAI_BENCH_SQL") and self.times[-1] > SLOW_MS:
                print(f"{self.times[-1]:7.1f} ms  {sql} {params}")


@dataclass(frozen=True)
class Measured:
    """Times of one page in milliseconds."""

    name: str
    p50: float
    p95: float
    queries: int
    sql: float


def person(username: str, role: Role, area_code: str) -> Client:
    """Return a browser of somebody with a role, made if needed."""
    area = Area.objects.get(code=area_code)
    body, _ = Organisation.objects.get_or_create(
        code="bench", defaults={"name": "测速", "kind": Organisation.Kind.COMPANY, "area": area}
    )
    user = User.objects.filter(username=username).first() or User.objects.create_user(
        username, None, display_name="测速"
    )
    Membership.objects.get_or_create(
        user=user, organisation=body, role=role, area=area, defaults={"starts": date(2026, 1, 1)}
    )
    client = Client()
    client.force_login(user)
    return client


def measure(client: Client, name: str, address: str, rounds: int) -> Measured:
    """Fetch a page again and again; the first fetch warms caches and is not counted."""
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    queries = Queries()
    with connection.execute_wrapper(queries):
        client.get(address)
    times = sorted(_timed(client, address) for _ in range(rounds))
    p95 = times[min(math.ceil(len(times) * 0.95), len(times)) - 1]
    return Measured(name, statistics.median(times), p95, len(queries.times), sum(queries.times))


def _timed(client: Client, address: str) -> float:
    start = time.perf_counter()
    client.get(address)
    return (time.perf_counter() - start) * 1000


def deep_page(client: Client, pages: int = 40) -> str:
    """Return the address of a page far down the list."""
    address = "/communities/?sort=built"
    for _ in range(pages):
        found = re.search(r'rel="next" href="([^"]+)"', client.get(address).content.decode())
        assert found
        address = "/communities/" + found[1].replace("&amp;", "&")
    return address


def main() -> None:
    """Print a table for the city's view and one for a district's."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--only", default="", help="measure only cases whose name contains this")
    options = parser.parse_args()
    for title, role, area in (("city", Role.CITY_LEAD, "110000"), ("district", Role.DISTRICT_LEAD, "110105")):
        with scoped(SYSTEM):
            client = person(f"bench-{title}", role, area)
        cases = [*CASES, ("forty pages on", deep_page(client))] if not options.only else CASES
        wanted = [case for case in cases if options.only in case[0]]
        print(f"\nas {title}: p50 and p95 in ms, {options.rounds} rounds")
        print(f"{'page':34}{'p50':>8}{'p95':>8}{'queries':>9}{'sql':>8}")
        found = [measure(client, name, address, options.rounds) for name, address in wanted]
        for one in found:
            print(f"{one.name:34}{one.p50:8.1f}{one.p95:8.1f}{one.queries:9}{one.sql:8.1f}")
        print(f"{'all pages':34}{statistics.median(m.p50 for m in found):8.1f}{max(m.p95 for m in found):8.1f}")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
