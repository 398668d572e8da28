# ruff: noqa: E402 - Django has to be set up before our modules are imported
"""How long a page of the inbox takes at 2 million matters, for a street, a district and the city.

    make bench ARGS="inbox --make 2000000"     generates them, in the database of the measurements
    make bench ARGS="inbox"

Rows are made by SQL with the triggers of the table set aside; they need the communities of `jiugai generate`.
"""

import argparse
import os
import re
import statistics
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jiugai.config.settings")
django.setup()

from django.db import connection
from django.test import Client

from bench.lists import measure
from jiugai.accounts.actor import SYSTEM
from jiugai.accounts.bodies import load_bodies
from jiugai.accounts.models import Membership, Organisation, User
from jiugai.accounts.roles import Role
from jiugai.accounts.scope import scoped
from jiugai.matters.models import Matter

AT_ONCE = 50_000
# Two in five are open; due dates lie in half a year around today, one in twelve stands still, one in twenty has none.
BEFORE = """
CREATE TEMP TABLE bodies AS
    SELECT o.id, o.area_id, o.area_path, row_number() OVER () - 1 AS n FROM accounts_organisation o
    WHERE o.kind = 'street' OR o.code LIKE 'H-%';
CREATE TEMP TABLE homes AS SELECT id, row_number() OVER () - 1 AS n FROM registry_community LIMIT 100000;
CREATE INDEX ON bodies (n); CREATE INDEX ON homes (n); ANALYZE bodies; ANALYZE homes;
ALTER TABLE matters_matter DISABLE TRIGGER USER;
"""
MAKE = """
WITH made AS (
    INSERT INTO matters_matter (kind, number, title, detail, community_id, area_id, area_path, project_ref, stage,
        stage_since, owner_id, priority, clock_unit, due_on, due_provisional, suspended_on, opened_at, closed_at,
        result, created_by_name, provenance, version)
    SELECT 'handling', 'bench-' || g, '核对第 ' || g || ' 号资料', '', h.id, b.area_id, b.area_path, '',
        CASE WHEN g %% 5 < 2 THEN 'working' ELSE 'done' END, current_date - 30, b.id, 'normal', 'given',
        CASE WHEN g %% 20 = 1 THEN NULL ELSE current_date - 20 + (hashint8(g) %% 160) END, false,
        CASE WHEN g %% 5 < 2 AND g %% 12 = 0 THEN current_date - 3 END, now() - interval '200 days',
        CASE WHEN g %% 5 < 2 THEN NULL ELSE now() - interval '1 day' END, '', '测速', 'demo', 1
    FROM generate_series(%s + 1, %s) g
    JOIN bodies b ON b.n = abs(hashint8(g * 7)) %% (SELECT count(*) FROM bodies)
    JOIN homes h ON h.n = abs(hashint8(g * 13)) %% (SELECT count(*) FROM homes)
    RETURNING id)
INSERT INTO matters_handling (matter_ptr_id, obligation, answer) SELECT id, 'T02-1', '' FROM made
"""
AFTER = "ALTER TABLE matters_matter ENABLE TRIGGER USER"
CASES = (
    ("inbox, first page", "/inbox/"),
    ("overdue", "/inbox/?time=overdue"),
    ("3 working days", "/inbox/?time=soon"),
    ("suspended", "/inbox/?time=suspended"),
    ("one kind", "/inbox/?kind=handling"),
    ("the whole body", "/inbox/?box=body"),
    ("the whole area", "/inbox/?box=all"),
    ("the whole area, overdue", "/inbox/?box=all&time=overdue"),
    ("search", "/inbox/?q=777"),
    ("all matters", "/matters/"),
    ("all matters by due date", "/matters/?sort=due"),
    ("list of a kind", "/matters/kinds/handling/"),
)
PEOPLE = (
    ("street", Role.STREET, "S-110105035"),
    ("district", Role.DISTRICT_LEAD, "H-110105"),
    ("city", Role.CITY_LEAD, "B-zjw"),
)


def make(count: int) -> None:
    """Add rows up to `count`."""
    load_bodies()
    there = Matter.objects.count()
    if there < count:
        with connection.cursor() as cursor:
            cursor.execute(BEFORE)
            for start in range(there, count, AT_ONCE):
                cursor.execute(MAKE, [start, min(start + AT_ONCE, count)])
                # Without statistics the checks of foreign keys read the whole table for every row.
                cursor.execute("ANALYZE matters_matter; ANALYZE matters_handling")
            cursor.execute(AFTER)


def person(name: str, role: Role, code: str) -> Client:
    """Return a browser of somebody of a body, in that body's area."""
    body = Organisation.objects.get(code=code)
    username = f"bench-inbox-{name}"
    user = User.objects.filter(username=username).first()
    if user is None:
        user = User.objects.create_user(username, None, display_name="测速")
        Membership.objects.create(user=user, organisation=body, role=role, area=body.area, starts="2026-01-01")
    client = Client()
    client.force_login(user)
    return client


def second_page(client: Client) -> str:
    """Return the address of the page after the first."""
    found = re.search(r'rel="next" href="([^"]+)"', client.get("/inbox/?box=all").content.decode())
    return "/inbox/" + found[1].replace("&amp;", "&") if found else "/inbox/"


def main() -> int:
    """Make rows, or print one table per person."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--make", type=int, default=0)
    chosen = parser.parse_args()
    with scoped(SYSTEM):
        if chosen.make:
            make(chosen.make)
        count = Matter.objects.count()
        browsers = [(name, person(name, role, code)) for name, role, code in PEOPLE]
    print(f"{count:,} matters")
    for name, client in browsers:
        cases = [*CASES, ("the whole area, next page", second_page(client))]
        found = [measure(client, words, address, chosen.rounds) for words, address in cases]
        print(f"\nas {name}: p50 and p95 in ms, {chosen.rounds} rounds")
        print(f"{'page':34}{'p50':>8}{'p95':>8}{'queries':>9}{'sql':>8}")
        for one in found:
            print(f"{one.name:34}{one.p50:8.1f}{one.p95:8.1f}{one.queries:9}{one.sql:8.1f}")
        print(f"{'all pages':34}{statistics.median(m.p50 for m in found):8.1f}{max(m.p95 for m in found):8.1f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
