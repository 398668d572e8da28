# ruff: noqa: E402 - Django has to be set up before our modules are imported
"""How long tiles take: our endpoint over HTTP, beside the bare ST_AsMVT query and beside tipg on the same tables.

All three take turns in one run against the database of DATABASE_URL; what counts are the ratios.

    python -m bench.tiles --make 60000          # first: adds generated buildings, marked demo, around the communities
    python -m bench.tiles                       # measures what is there
    python -m bench.tiles --tipg DIR            # beside tipg, installed in a virtual environment of its own
"""

import argparse
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from itertools import count
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jiugai.config.settings")
django.setup()

import psycopg
from django.db import connection
from django.test import Client

from jiugai.accounts.actor import SYSTEM
from jiugai.accounts.models import Membership
from jiugai.accounts.roles import Role
from jiugai.accounts.scope import scoped
from jiugai.registry.tiles.address import TileAddress

ZOOMS = range(8, 17)
TILES_PER_ZOOM = 3
OUR_PORT, TIPG_PORT = 18106, 18107
NEW = "new"  # instead of a tag: ask for a tile that is not in anybody's memory
# table, geometry, geometry's column for tipg, attributes like ours
LAYERS = {
    "buildings": (
        "registry_building",
        "coalesce(footprint, point)",
        ("point", "footprint"),
        "label, storeys, has_lift, community_id, built_year",
    ),
    "communities": ("registry_community", "point", ("point",), "name, need, ownership_group, height_class, built_year"),
}
MAKE = """
INSERT INTO registry_building (community_id, area_path, code, label, record, storeys, built_year, building_type,
    structure, ownership, ownership_classes, fire_standard, provenance, version, point, footprint)
SELECT id, '', 'BENCH-' || n, (n %% 40 + 1) || '号楼', 'surveyed', n %% 18 + 1, 1955 + n %% 45, 'slab',
    'brick_concrete', 'unknown', '{}', '', 'demo', 1, place, ST_Multi(ST_Expand(place, 0.0002, 0.00008))
FROM (
    SELECT n, c.id, ST_Translate(c.point, 0.004 * (random() - 0.5), 0.003 * (random() - 0.5)) AS place
    FROM generate_series(1, %s) AS n
    JOIN (SELECT id, point, row_number() OVER (ORDER BY id) - 1 AS i, count(*) OVER () AS of
          FROM registry_community WHERE point IS NOT NULL) AS c ON c.i = n %% c.of
) AS made
"""


class Times(NamedTuple):
    """Medians in milliseconds over the densest tiles of a zoom; `tipg` is None where not measured.

    `cold` is a tile that nobody has asked for since the data changed, `kept` one that the process still has in memory,
    `etag` one that the browser still has.
    """

    rows: int
    bare: float
    cold: float
    kept: float
    etag: float
    tipg: float | None


def main() -> None:
    """Make rows or measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--make", type=int, default=0)
    parser.add_argument("--tipg", type=Path)
    parser.add_argument("--rounds", type=int, default=15)
    options = parser.parse_args()
    with scoped(SYSTEM):
        if options.make:
            make(options.make)
        else:
            measure(options.tipg, options.rounds)


def make(count: int) -> None:
    """Add buildings with footprints around the communities that are there."""
    with connection.cursor() as cursor:
        cursor.execute(MAKE, [count])
        cursor.execute("ANALYZE registry_building")
    print(f"{count} buildings made")


def measure(tipg: Path | None, rounds: int) -> None:
    """Print one table per layer."""
    with ours() as us, beside(tipg) as they, psycopg.connect(dsn(), autocommit=True) as bare:
        for layer in LAYERS:
            if not densest(layer, 8):
                print(f"\n{layer}: none has a place")
                continue
            print(f"\n{layer}: medians in ms over the {TILES_PER_ZOOM} densest tiles, {rounds} rounds")
            print("| zoom | objects | bare | cold | ×bare | kept | ×bare | ETag | ×bare | tipg | ×bare |")
            print("|---|---|---|---|---|---|---|---|---|---|---|")
            for zoom in ZOOMS:
                print(row(zoom, of_zoom(layer, zoom, rounds, bare, us, they)))


def row(zoom: int, t: Times) -> str:
    """Write a line of the table."""
    tipg = f"{t.tipg:.1f} | {t.tipg / t.bare:.2f}" if t.tipg is not None else " | "
    ours_ = " | ".join(f"{one:.1f} | {one / t.bare:.2f}" for one in (t.cold, t.kept, t.etag))
    return f"| z{zoom} | {t.rows} | {t.bare:.1f} | {ours_} | {tipg} |"


Getter = Callable[[str, int, TileAddress, str], str]


def of_zoom(layer: str, zoom: int, rounds: int, bare: psycopg.Connection, us: Getter, they: Getter | None) -> Times:
    """Time the densest tiles of a zoom, the contestants in turn, so that what else the machine does hits all alike."""
    found = densest(layer, zoom)
    times: dict[str, list[float]] = {"bare": [], "cold": [], "kept": [], "etag": [], "tipg": []}
    for turn in range(rounds + 2):
        for address, _ in found:
            kept: dict[str, float] = {}
            kept["bare"] = timed(lambda address=address: run_bare(bare, layer, address))
            tag = us(layer, zoom, address, "")
            kept["cold"] = timed(lambda address=address: us(layer, zoom, address, NEW))
            kept["kept"] = timed(lambda address=address: us(layer, zoom, address, ""))
            kept["etag"] = timed(lambda address=address, tag=tag: us(layer, zoom, address, tag))
            if they:
                kept["tipg"] = timed(lambda address=address: they(layer, zoom, address, ""))
            if turn > 1:  # the first two rounds warm caches
                for name, seconds in kept.items():
                    times[name].append(seconds)
    middle = {name: statistics.median(seconds) * 1000 for name, seconds in times.items() if seconds}
    objects = sum(n for _, n in found)
    return Times(objects, middle["bare"], middle["cold"], middle["kept"], middle["etag"], middle.get("tipg"))


def timed(work: Callable[[], object]) -> float:
    """Return the seconds a piece of work takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def densest(layer: str, zoom: int) -> list[tuple[TileAddress, int]]:
    """Return the fullest tiles of a zoom and how many objects lie on each."""
    sql = f"""
        SELECT floor((ST_X(point) + 180) / 360 * 2 ^ %s)::int, floor((1 - asinh(tan(radians(ST_Y(point)))) / pi()) / 2
            * 2 ^ %s)::int, count(*)
        FROM {LAYERS[layer][0]} WHERE point IS NOT NULL GROUP BY 1, 2 ORDER BY 3 DESC LIMIT %s"""
    with connection.cursor() as cursor:
        cursor.execute(sql, [zoom, zoom, TILES_PER_ZOOM])
        return [(TileAddress(zoom, x, y), n) for x, y, n in cursor.fetchall()]


def run_bare(bare: psycopg.Connection, layer: str, address: TileAddress) -> bytes:
    """Ask PostGIS for all objects on a tile with a few attributes, as one would write it by hand."""
    table, geometry, columns, attributes = LAYERS[layer]
    tile = f"ST_TileEnvelope({address.z}, {address.x}, {address.y})"
    box = f"ST_Transform(ST_TileEnvelope({address.z}, {address.x}, {address.y}, margin => 0.015625), 4490)"
    near = " OR ".join(f"{column} && {box}" for column in columns)
    sql = f"""
        SELECT ST_AsMVT(t, '{layer}', 4096, 'geom', 'id') FROM (
            SELECT id, {attributes}, ST_AsMVTGeom(ST_Transform({geometry}, 3857), {tile}, 4096, 64, true) AS geom
            FROM {table} WHERE {near}) AS t"""
    found = bare.execute(sql.encode()).fetchone()
    return found[0] if found else b""


def dsn() -> str:
    """Return the address of the database, seeing the whole city through row level security."""
    parts = connection.get_connection_params()
    kept = {name: parts[name] for name in ("host", "port", "dbname", "user", "password") if parts.get(name)}
    return psycopg.conninfo.make_conninfo(**kept, options="-c jiugai.scope=*")


@contextmanager
def ours() -> Iterator[Getter]:
    """Serve our pages as `make run` does, with one worker, and ask with the session of somebody of the city."""
    command = [sys.executable, "-m", "gunicorn", "-c", "python:bootstrap.gunicorn_conf", "jiugai.config.wsgi"]
    variables = {"JIUGAI_LISTEN": f"127.0.0.1:{OUR_PORT}", "JIUGAI_WEB_WORKERS": "1"}
    unlike = count()
    with serving(command, OUR_PORT, os.environ | variables), session() as cookie:
        http = HTTPConnection("127.0.0.1", OUR_PORT)

        def get(layer: str, zoom: int, address: TileAddress, tag: str) -> str:
            known = bool(tag) and tag != NEW
            headers = {"Cookie": cookie, "Accept-Encoding": "gzip"} | ({"If-None-Match": tag} if known else {})
            # An unknown legend draws like the usual one, but under a key of its own.
            query = f"?by=new{next(unlike)}" if tag == NEW else ""
            http.request("GET", f"/tiles/{layer}/{zoom}/{address.x}/{address.y}.mvt{query}", headers=headers)
            response = http.getresponse()
            response.read()
            assert response.status == (304 if known else 200), response.status
            return response.headers["ETag"]

        yield get


@contextmanager
def session() -> Iterator[str]:
    """Log somebody of the city in, and out again."""
    somebody = Membership.objects.filter(role=Role.CITY_LEAD).select_related("user").first()
    assert somebody, "this database has no log-ins: jiugai demo-users"
    client = Client()
    client.force_login(somebody.user)
    try:
        yield f"sessionid={client.cookies['sessionid'].value}"
    finally:
        client.logout()


@contextmanager
def beside(home: Path | None) -> Iterator[Getter | None]:
    """Serve the same tables with tipg, if it is installed in `home`."""
    if home is None:
        yield None
        return
    parts = connection.get_connection_params()
    who = f"{parts['user']}:{parts.get('password') or 'none'}@{quote(parts['host'], safe='')}"
    url = f"postgresql://{who}/{parts['dbname']}?jiugai.scope=*"
    variables = {"DATABASE_URL": url, "TIPG_MAX_FEATURES_PER_TILE": "100000"}
    command = [str(home / "bin" / "uvicorn"), "tipg.main:app", "--port", str(TIPG_PORT), "--log-level", "warning"]
    with serving(command, TIPG_PORT, os.environ | variables):
        http = HTTPConnection("127.0.0.1", TIPG_PORT)

        def get(layer: str, zoom: int, address: TileAddress, tag: str) -> str:
            table, _, columns, attributes = LAYERS[layer]
            where = f"/collections/public.{table}/tiles/WebMercatorQuad/{zoom}/{address.x}/{address.y}"
            names = attributes.replace(" ", "")
            http.request("GET", f"{where}?geom-column={columns[-1]}&properties={names}")
            response = http.getresponse()
            response.read()
            assert response.status in (200, 204), response.status
            return ""

        yield get


@contextmanager
def serving(command: list[str], port: int, variables: dict[str, str]) -> Iterator[None]:
    """Run a server until the block ends."""
    server = subprocess.Popen(command, env=variables, stdout=subprocess.DEVNULL)
    try:
        for _ in range(100):
            try:
                HTTPConnection("127.0.0.1", port, timeout=1).connect()
                break
            except OSError:
                time.sleep(0.2)
        yield
    finally:
        server.terminate()
        server.wait(10)


if __name__ == "__main__":
    main()
