# ruff: noqa: E402 - Django has to be set up before our modules are imported
"""How long the leader's view and the weekly report take over 20,000 projects and 2 million events of matters.

    make bench ARGS="leader --make"            makes the rows once, in the database of the measurements
    make bench ARGS="leader --make --projects 20000 --events 20"    fewer events, on a machine that others use
    make bench ARGS="leader --rounds 20"

Rows are made by SQL with the triggers of the tables set aside: 16 districts with ten streets each, a project in every
community, four verdicts each, 25 matters each (two in five open), 100 events each over the last year.
"""

import argparse
import os
import statistics
import time
from collections.abc import Callable
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jiugai.config.settings")

import django

django.setup()

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from jiugai.accounts.actor import SYSTEM, Actor, Grant
from jiugai.accounts.models import Area
from jiugai.accounts.roles import Role
from jiugai.accounts.scope import scoped
from jiugai.assessment.queries.late import show_late_approvals
from jiugai.assessment.queries.progress import show_progress
from jiugai.assessment.queries.week import make_report, week_of
from jiugai.planning.models import Project
from jiugai.policy.models import Occurrence

PROJECTS, EVENTS, AT_ONCE = 20_000, 100, 2_000
TABLES = ("registry_community", "planning_project", "planning_projectcommunity", "policy_latestverdict",
          "matters_matter", "policy_occurrence")  # fmt: skip
STREETS = """
CREATE TEMP TABLE IF NOT EXISTS streets AS
    SELECT id, path, row_number() OVER (ORDER BY code) - 1 AS n FROM accounts_area WHERE code LIKE 'BL___';
"""
MAKE = """
INSERT INTO registry_community (code, name, name_norm, pinyin, initials, search_text, address, area_id, area_path,
    position_state, position_flags, ownership, ownership_group, ownership_classes, mixed_pilot, plan_mark, need,
    height_class, property_firm, developer, stage, provenance, version, created_at, updated_at)
SELECT 'LEAD-' || g.n, '示例' || g.n, '示例' || g.n, '', '', '', '', s.id, s.path, 'missing', '{{}}', 'unknown',
    'unknown', '{{}}', 'none', 'unknown', 'unknown', 'unknown', '', '', 'in_pool', 'demo', 1, now(), now()
FROM generate_series({first}, {last}) AS g (n) JOIN streets s ON s.n = g.n %% 160;
CREATE TEMP TABLE made AS SELECT id, area_id, area_path, substr(code, 6)::int AS n FROM registry_community
    WHERE code LIKE 'LEAD-%%' AND substr(code, 6)::int BETWEEN {first} AND {last};
INSERT INTO planning_project (code, title, kind, items, content, area_path, state, checkup_ref, city_plan_ref,
    central_plan_ref, proposed_on, proposed_by_name, works_started_on, end_reason, provenance, version, created_at,
    community_id)
SELECT 'LEAD-' || n, '示例项目' || n, 'energy', '{{}}', '', area_path, state, '', '', '', current_date - 300, '测速',
    CASE WHEN state IN ('on_site', 'completed', 'reviewed', 'handed_over') THEN current_date - 90 END, '', 'demo', 1,
    now(), id
FROM made, LATERAL (SELECT (ARRAY['proposed', 'in_pool', 'in_pool', 'in_plan', 'on_site', 'completed', 'reviewed',
    'handed_over'])[1 + n %% 8] AS state) s;
INSERT INTO planning_projectcommunity (area_path, waiting, community_id, project_id)
SELECT p.area_path, p.state IN ('proposed', 'in_pool', 'in_plan'), p.community_id, p.id
FROM planning_project p JOIN made m ON m.id = p.community_id;
INSERT INTO policy_latestverdict (area_path, gate, is_open, lets_through, failed, unknown, waived, passed,
    not_applicable, "on", judged_at, community_id)
SELECT area_path, gate, false, n %% 5 = 0, CASE WHEN n %% 5 > 0 THEN rules[1:1 + n %% 3] ELSE '{{}}' END,
    CASE WHEN n %% 5 > 0 THEN rules[4:5] ELSE '{{}}' END, '{{}}', '{{}}', '{{}}', current_date, now(), id
FROM made, (VALUES
    ('enter_pool',
     '{{t03_1_checkup_on_file,t06_2_housing_leads,t09_3_opinion_at_generation,t30_1_pledge}}'::text[]),
    ('enter_plan',
     '{{t03_6_applied_in_batch,t03_10_quota,t05_5_basic_first,t16_4_overlaps_answered,t32_9_dual_inclusion}}'),
    ('start_works', '{{t02_1_surveyed,t02_8_stakes,t03_6_in_plan,t19_5_permit,t11_1_special_design}}'),
    ('complete',
     '{{t11_6_special_passed,t22_3_current_fire_standard,t09_6_architect_completion,t14_5_pipes_together}}'))
    AS g (gate, rules);
INSERT INTO matters_matter (kind, number, title, detail, community_id, area_id, area_path, project_ref, stage,
    stage_since, priority, clock_unit, due_on, due_provisional, opened_at, closed_at, result, created_by_name,
    provenance, version)
SELECT (ARRAY['handling', 'stake_lock', 'site_check', 'site_finding', 'planner_opinion'])[1 + k %% 5],
    'L' || n || '-' || k, '示例事项', '', id, area_id, area_path, 'LEAD-' || n, 'working', current_date - 30, 'normal',
    'given', current_date - 20 + abs(hashint4(n * 31 + k)) %% 160, false, now() - (k * 12 || ' days')::interval,
    CASE WHEN k %% 5 < 2 THEN NULL ELSE now() - (k * 5 || ' days')::interval END, '', '测速', 'demo', 1
FROM made, generate_series(1, 25) k;
INSERT INTO policy_occurrence (code, line, title, words, detail, url, depth, handler, at, by_name, provenance,
    community_id)
SELECT (ARRAY['matter_moved', 'matter_closed', 'problem_found', 'site_checked', 'works_started', 'entered_pool',
    'gate_refused', 'project_proposed', 'special_marked', 'opinion_given'])[1 + k %% 10],
    'renovation', '示例', '', '{{}}', '', 0, '',
    now() - (abs(hashint4(n * 17 + k)) %% 365 || ' days')::interval, '测速', 'demo', id
FROM made, generate_series(1, {events}) k;
DROP TABLE made;
"""


def main() -> None:
    """Make rows, or measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--make", action="store_true")
    parser.add_argument("--projects", type=int, default=PROJECTS)
    parser.add_argument("--events", type=int, default=EVENTS)
    options = parser.parse_args()
    with scoped(SYSTEM):
        if options.make:
            make(options.projects, options.events)
        print(f"{Project.objects.count():,} projects, {Occurrence.objects.count():,} events")
    for who, actor in people().items():
        with scoped(actor):
            for words, ask in CASES.items():
                report(f"{who}: {words}", lambda ask=ask, actor=actor: ask(actor), options.rounds)  # type: ignore[misc]


CASES: dict[str, Callable[[Actor], Any]] = {
    "progress": lambda actor: show_progress(actor, area=None, on=timezone.localdate()),
    "approvals foreseen": lambda actor: show_late_approvals(actor, area=None, on=timezone.localdate()),
    "weekly report": lambda actor: make_report(
        actor, area=None, week=week_of("", today=timezone.localdate()), on=timezone.localdate()
    ),
}


def people() -> dict[str, Actor]:
    """Return a leader of the city and one of a district."""
    return {
        "city": Actor(name="市", grants=(Grant(Role.CITY_LEAD, "/110000/"),)),
        "district": Actor(name="区", grants=(Grant(Role.DISTRICT_LEAD, "/110000/BL03/"),)),
    }


def report(words: str, ask: Callable[[], Any], rounds: int) -> None:
    """Print p50, p95 and the number of queries."""
    with CaptureQueriesContext(connection) as asked:
        ask()
    taken = []
    for _ in range(rounds):
        start = time.perf_counter()
        ask()
        taken.append((time.perf_counter() - start) * 1000)
    p95 = sorted(taken)[max(0, -(-len(taken) * 95 // 100) - 1)]
    print(f"{words:32} p50 {statistics.median(taken):8.0f} ms   p95 {p95:8.0f} ms   {len(asked)} queries", flush=True)


def make(projects: int, events: int) -> None:
    """Make areas and rows, in portions."""
    areas()
    there = Project.objects.filter(code__startswith="LEAD-").count()
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(STREETS)
        for first in range(there + 1, projects + 1, AT_ONCE):
            last = min(first + AT_ONCE - 1, projects)
            cursor.execute(MAKE.format(first=first, last=last, events=events).replace("%%", "%"))
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER; ANALYZE {table}")


def areas() -> None:
    """Make the city, 16 districts and 160 streets, once."""
    city, _ = Area.objects.get_or_create(code="110000", defaults={"name": "北京市", "level": "city"})
    for d in range(16):
        district, _ = Area.objects.get_or_create(
            code=f"BL{d:02}", defaults={"name": f"示例{d}区", "level": "district", "parent": city}
        )
        for s in range(10):
            Area.objects.get_or_create(
                code=f"BL{d:02}{s}", defaults={"name": f"示例{d}-{s}街道", "level": "street", "parent": district}
            )


if __name__ == "__main__":
    main()
