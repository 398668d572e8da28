"""`make bench`: run the named measurement, in its own process so that one does not warm another's caches.

    make bench ARGS="lists --rounds 20"     first: jiugai generate, see bench/lists.py
    make bench ARGS="tiles --make 60000"    then: ARGS="tiles"
    make bench ARGS="imports --rows 5000"
    make bench ARGS="mutants"               breaks the rules on purpose, see bench/mutants.py
    make bench ARGS="clock"                 due dates a second, see bench/clock.py
    make bench ARGS="inbox --make 2000000"  then: ARGS="inbox"
    make bench ARGS="rules"                 findings a second, see bench/rules.py
    make bench ARGS="forecast"              coverage of the forecast of approvals, see bench/forecast.py
    make bench ARGS="planner --kit DIR"     plans of all sizes beside other methods, see bench/planner.py
    make bench ARGS="national --kit DIR"    plans of 330 cities as jobs of the queue, see bench/national.py
    make bench ARGS="overlaps"              works of others on the ground of projects, see bench/overlaps.py
    make bench ARGS="gates"                 all communities at the gate into the pool, see bench/gates.py
    make bench ARGS="leader --make"         then: ARGS="leader", the leader's view over 20,000 projects
    make bench ARGS="board"                 a dragged bar on the plan board of a city, see bench/board.py

Everything else happens in the database `jiugai_bench` beside the one in DATABASE_URL, never in that one.
"""

import os
import subprocess
import sys

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

NAMES = (
    "tiles",
    "lists",
    "imports",
    "mutants",
    "rules",
    "clock",
    "inbox",
    "gates",
    "board",
    "forecast",
    "planner",
    "leader",
    "national",
    "overlaps",
)
WITHOUT_DATABASE = ("board", "clock", "forecast", "mutants", "planner", "rules")
DATABASE = "jiugai_bench"


def main() -> int:
    """Run one measurement, or say which there are."""
    name, *rest = sys.argv[1:] or [""]
    if name not in NAMES:
        print(__doc__, "Measurements:", ", ".join(NAMES), sep="\n")
        return 2 if name else 0
    env = dict(os.environ)
    if name not in WITHOUT_DATABASE:
        env["DATABASE_URL"] = own_database(os.environ.get("DATABASE_URL", ""))
        migrate = [sys.executable, "-m", "jiugai.config.command", "migrate", "--no-input", "-v0"]
        subprocess.run(migrate, check=True, env=env)
    return subprocess.run([sys.executable, "-m", f"bench.{name}", *rest], check=False, env=env).returncode


def own_database(beside: str) -> str:
    """Return the address of the measurements' database on the same server, made if need be."""
    with psycopg.connect(beside, autocommit=True) as server:
        if not server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
            server.execute(f"CREATE DATABASE {DATABASE}")
    return make_conninfo(**{**conninfo_to_dict(beside), "dbname": DATABASE})


if __name__ == "__main__":
    sys.exit(main())
