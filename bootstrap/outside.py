"""Is the server of DATABASE_URL fit for the platform? Asked through psycopg of our own environment."""

from __future__ import annotations

import subprocess

from bootstrap.places import Places
from bootstrap.problems import OutsideServerUnfit
from bootstrap.say import notice
from bootstrap.tools import plain_environment

# Runs in .venv, where the driver is. Prints one complaint per line; a leading ? makes it advice.
QUESTIONS = """
import os, sys
import psycopg
try:
    link = psycopg.connect(os.environ["DATABASE_URL"], connect_timeout=10, autocommit=True)
except psycopg.Error as problem:
    print("连不上 cannot connect: " + " ".join(str(problem).split()))
    sys.exit()
def one(sql):
    return link.execute(sql).fetchone()[0]
if link.info.server_version < 150000:
    print("PostgreSQL 低于 15: older than 15")
for name in ("postgis", "pg_trgm", "btree_gist", "pgcrypto"):
    if not one(f"SELECT count(*) FROM pg_extension WHERE extname = '{name}'"):
        print(f"缺少扩展 missing extension: {name}")
if one("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"):
    print("登录角色会绕过行级权限（超级用户或 BYPASSRLS）: this role bypasses row level security")
if not one("SELECT proleakproof FROM pg_proc WHERE oid = 'textlike(text,text)'::regprocedure"):
    print("?比较函数未标记 LEAKPROOF，列表和地图会很慢: run bootstrap/leakproof.sql, else lists are slow")
"""


def check(places: Places, *, url: str) -> None:
    """Raise OutsideServerUnfit with everything that is wrong; give advice for what is only slow."""
    done = subprocess.run(
        [places.python, "-c", QUESTIONS],
        env=plain_environment() | {"DATABASE_URL": url, "PYTHONUTF8": "1"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    if done.returncode != 0:
        raise OutsideServerUnfit(said=done.stderr.strip())
    lines = done.stdout.splitlines()
    for advice in (line[1:] for line in lines if line.startswith("?")):
        notice(advice)
    wrong = [line for line in lines if not line.startswith("?")]
    if wrong:
        raise OutsideServerUnfit(said="\n".join(wrong))
