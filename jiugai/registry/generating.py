"""Made-up communities and buildings by the hundred thousand, for measuring. Every row says it is made up.

PostgreSQL makes the rows itself from a seeded random sequence; row triggers are off meanwhile, so that what they
would fill in (paths, search text) is filled in here.
"""

from itertools import product
from typing import Any

from django.db import connection, transaction

from jiugai.domain.intake.names import initials, normalise, pinyin
from jiugai.registry.loading.ground import load_areas
from jiugai.registry.models import Community

FIRST = "安白长崇翠东丰复古广海和红花建金景静九劲康兰乐莲龙马明南牛农平青荣三上松太天团望文五西香新幸兴永玉月展枣正中紫"
SECOND = "安宝春德丰福光桂河华家建井景康乐里林门明宁坪桥庆泉盛寺泰亭湾祥秀阳营园云泽庄"
KINDS = ("里", "北里", "南里", "东里", "西里", "小区", "家园", "苑", "社区", "大院", "胡同", "花园")
# Middle of the built-up part of each district, degrees of CGCS2000, and its share of the communities in percent.
DISTRICTS = {
    "110101": (116.416, 39.917, 9), "110102": (116.366, 39.902, 11), "110105": (116.487, 39.922, 19),
    "110106": (116.287, 39.848, 11), "110107": (116.195, 39.914, 3), "110108": (116.303, 39.964, 17),
    "110109": (116.102, 39.940, 2), "110111": (116.139, 39.735, 4), "110112": (116.658, 39.902, 5),
    "110113": (116.654, 40.130, 3), "110114": (116.231, 40.220, 6), "110115": (116.341, 39.727, 4),
    "110116": (116.632, 40.316, 1), "110117": (117.112, 40.144, 2), "110118": (116.843, 40.377, 2),
    "110119": (115.985, 40.465, 1),
}  # fmt: skip
TABLES = ("registry_community", "registry_building", "registry_communityvalue")

NAMES = """
CREATE TEMP TABLE g_name (n serial, name text, norm text, pinyin text, initials text) ON COMMIT DROP;
CREATE TEMP TABLE g_place (n serial, area_id bigint, path text, lon float8, lat float8, upto float8) ON COMMIT DROP;
"""
PLACES = """
INSERT INTO g_place (area_id, path, lon, lat, upto)
SELECT id, path, lon + (random() - 0.5) * 0.1, lat + (random() - 0.5) * 0.08,
       sum(share) OVER (ORDER BY path, id) / sum(share) OVER ()
FROM (SELECT s.id, s.path, d.lon, d.lat, d.share / count(*) OVER (PARTITION BY d.code) AS share
      FROM (VALUES %s) AS d(code, lon, lat, share)
      JOIN accounts_area p ON p.code = d.code
      JOIN accounts_area s ON s.parent_id = p.id OR (s.id = p.id
        AND NOT EXISTS (SELECT 1 FROM accounts_area x WHERE x.parent_id = p.id))
      ORDER BY s.path) t
"""
COMMUNITIES = """
WITH raw AS (
  SELECT i, random() AS a, random() AS b, random() AS c, random() AS d, random() AS e, random() AS f, random() AS g,
         random() AS h, random() AS k, random() AS m, 1 + (random() * 39)::int AS house
  FROM generate_series(1, %(n)s) i),
drawn AS (
  SELECT raw.*, p.area_id, p.path, w.name AS base, w.norm, w.pinyin, w.initials,
         p.lon + (b + c + d - 1.5) * 0.03 AS lon, p.lat + (c + d + e - 1.5) * 0.03 AS lat,
         CASE WHEN f < 0.06 THEN NULL ELSE (1952 + 48 * sqrt(g))::int END AS year,
         CASE WHEN h < 0.62 THEN 'low' WHEN h < 0.85 THEN 'multi' ELSE 'high' END AS stock
  FROM raw
  CROSS JOIN LATERAL (SELECT * FROM g_place WHERE upto >= raw.a ORDER BY upto LIMIT 1) p
  JOIN g_name w ON w.n = 1 + floor(raw.k * %(names)s)::int)
INSERT INTO registry_community (
  code, name, name_norm, pinyin, initials, search_text, address, area_id, area_path, point, position_state,
  position_flags, built_year, built_year_min, built_year_max, ownership, ownership_group, ownership_classes,
  mixed_pilot, plan_mark, need, height_class, households, building_count, floors_max, share_no_lift, share_masonry,
  sales, floor_area, property_firm, developer, stage, provenance, version, created_at, updated_at)
SELECT 'G' || lpad(i::text, 8, '0'), base || house || '号院', norm || house, pinyin || house || 'haoyuan',
  initials || house || 'hy',
  registry_search_text(base || house || '号院', norm || house, pinyin || house || 'haoyuan', initials || house || 'hy',
    base || '路' || house || '号', 'G' || lpad(i::text, 8, '0')),
  base || '路' || house || '号', area_id, path,
  CASE WHEN m < 0.02 THEN NULL ELSE ST_SetSRID(ST_MakePoint(lon, lat), 4490) END,
  CASE WHEN m < 0.02 THEN 'missing' WHEN m < 0.05 THEN 'suspect' ELSE 'good' END, '{}', year,
  year - CASE WHEN b < 0.3 THEN (c * 8)::int ELSE 0 END, year + CASE WHEN b < 0.2 THEN (d * 4)::int ELSE 0 END,
  CASE WHEN e < 0.16 THEN 'central_state' WHEN e < 0.5 THEN 'commodity' WHEN e < 0.78 THEN 'sold_public'
    WHEN e < 0.84 THEN 'affordable' WHEN e < 0.85 THEN 'small' ELSE 'unknown' END,
  CASE WHEN e < 0.16 THEN 'central' WHEN e < 0.5 THEN 'commodity' WHEN e < 0.78 THEN 'unit'
    WHEN e < 0.84 THEN 'affordable' WHEN e < 0.85 THEN 'small' WHEN e < 0.92 THEN 'mixed' ELSE 'unknown' END,
  CASE WHEN e < 0.16 THEN '{central_state}'::varchar[] WHEN e < 0.5 THEN '{commodity}'
    WHEN e < 0.78 THEN '{sold_public}'
    WHEN e < 0.84 THEN '{affordable}' WHEN e < 0.85 THEN '{small}' WHEN e < 0.92 THEN '{central_state,municipal}'
    ELSE '{}' END,
  CASE WHEN e BETWEEN 0.85 AND 0.855 THEN 'pilot' ELSE 'none' END,
  CASE WHEN year <= 2000 AND c < 0.5 THEN 'needed' WHEN c < 0.6 THEN 'not_needed' ELSE 'unknown' END,
  CASE WHEN d < 0.08 THEN 'unknown' WHEN stock = 'multi' THEN 'high' WHEN stock = 'high' THEN 'mid'
    WHEN d < 0.2 THEN 'none' ELSE 'low' END,
  CASE stock WHEN 'low' THEN 'multi' WHEN 'multi' THEN 'mid_rise' ELSE 'high' END,
  CASE WHEN g < 0.07 THEN NULL ELSE 20 + (2400 * h * h)::int END, 1 + (22 * h * h)::int,
  CASE stock WHEN 'low' THEN 4 + (2 * b)::int WHEN 'multi' THEN 6 + (3 * b)::int ELSE 10 + (14 * b)::int END,
  CASE WHEN f < 0.1 THEN NULL WHEN stock = 'low' THEN 1 WHEN stock = 'multi' THEN round(b::numeric, 3) ELSE 0 END,
  CASE WHEN f < 0.1 THEN NULL ELSE round(c::numeric, 3) END, (300 * d * d)::int, round((2000 + 90000 * h)::numeric, 2),
  CASE WHEN b < 0.4 THEN '演示物业服务' || (1 + (k * 30)::int) || '公司' ELSE '' END, '', 'registered', 'demo', 1,
  now() - i * interval '1 second', now() - i * interval '1 second'
FROM drawn
"""
VALUES = """
INSERT INTO registry_communityvalue (community_id, area_path, field, value, source_id, provenance, entered_by_name,
  reason, entered_at)
SELECT c.id, c.area_path, v.field, v.value, %s, 'demo', '', '', c.created_at
FROM registry_community c CROSS JOIN LATERAL (VALUES
  ('built_year', to_jsonb(c.built_year)), ('ownership', to_jsonb(c.ownership_classes)), ('need', to_jsonb(c.need)),
  ('households', to_jsonb(c.households))) AS v(field, value)
WHERE v.value IS NOT NULL AND c.code LIKE 'G________'
"""
BUILDINGS = """
WITH home AS (
  SELECT c.*, floor((n - 1) * %(n)s::float8 / %(homes)s) AS first, floor(n * %(n)s::float8 / %(homes)s) AS last
  FROM (SELECT id, code, area_path, built_year, floors_max, point, ownership, ownership_classes,
               row_number() OVER (ORDER BY id) AS n FROM registry_community WHERE code LIKE 'G________') c)
INSERT INTO registry_building (
  community_id, area_path, code, label, record, built_year, fire_standard, storeys, building_type, structure, has_lift,
  sales, households, floor_area, ownership, ownership_classes, point, footprint, provenance, version)
SELECT home.id, home.area_path, home.code || '-' || (i - home.first), (i - home.first) || '号楼',
  'surveyed', CASE WHEN a < 0.08 THEN NULL ELSE home.built_year + (3 * b)::int END, '',
  greatest(1, home.floors_max - (2 * b)::int),
  CASE WHEN c < 0.7 THEN 'slab' WHEN c < 0.85 THEN 'tower' WHEN c < 0.93 THEN 'mixed' ELSE 'unknown' END,
  CASE WHEN d < 0.5 THEN 'brick_concrete' WHEN d < 0.7 THEN 'mixed' WHEN d < 0.92 THEN 'steel_concrete'
    WHEN d < 0.925 THEN 'steel' ELSE 'unknown' END,
  CASE WHEN e < 0.1 THEN NULL ELSE home.floors_max > 6 END, NULL, 24 + (160 * e)::int,
  round((1200 + 9000 * e)::numeric, 2), home.ownership, home.ownership_classes, spot.point,
  CASE WHEN %(footprints)s THEN ST_Multi(ST_MakeEnvelope(ST_X(spot.point) - 0.0003, ST_Y(spot.point) - 0.00006,
    ST_X(spot.point) + 0.0003, ST_Y(spot.point) + 0.00006, 4490)) END, 'demo', 1
FROM home CROSS JOIN LATERAL (
  SELECT i, random() AS a, random() AS b, random() AS c, random() AS d, random() AS e
  FROM generate_series(home.first::int + 1, home.last::int) i) raw
CROSS JOIN LATERAL (SELECT ST_Translate(home.point, (d - 0.5) * 0.003, (e - 0.5) * 0.0022) AS point) spot
"""


class RealRowsPresent(RuntimeError):
    """Made-up rows do not go into a register that speaks of the real city."""


@transaction.atomic
def generate(*, communities: int, buildings: int, seed: int, footprints: bool = False) -> None:
    """Fill an empty register with made-up rows; the same seed makes the same rows. Raises RealRowsPresent."""
    if Community.objects.exists():
        raise RealRowsPresent("this register already has communities")
    load_areas()
    with connection.cursor() as cursor:
        _switch_triggers(cursor, "DISABLE")
        cursor.execute("SELECT setseed(%s)", [(seed % 1000) / 1000])
        _names_and_places(cursor)
        cursor.execute(COMMUNITIES, {"n": communities, "names": len(FIRST) * len(SECOND) * len(KINDS)})
        cursor.execute(VALUES, [_source(cursor)])
        if buildings:
            cursor.execute(BUILDINGS, {"n": buildings, "homes": communities, "footprints": footprints})
        _switch_triggers(cursor, "ENABLE")


def _switch_triggers(cursor: Any, way: str) -> None:
    """Checks put off to the end of the transaction would stand in the way: have them done now."""
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    for table in TABLES:
        cursor.execute(f"ALTER TABLE {table} {way} TRIGGER USER")


def _names_and_places(cursor: Any) -> None:
    execute = cursor.execute
    execute(NAMES)
    names = ["".join(parts) for parts in product(FIRST, SECOND, KINDS)]
    with cursor.copy("COPY g_name (name, norm, pinyin, initials) FROM STDIN") as copy:
        for name in names:
            copy.write_row((name, normalise(name), pinyin(name), initials(name)))
    execute("CREATE INDEX ON g_name (n)")
    rows = ", ".join(f"('{code}', {lon}, {lat}, {share}::float8)" for code, (lon, lat, share) in DISTRICTS.items())
    execute(PLACES % rows)
    execute("ANALYZE g_name; ANALYZE g_place")


def _source(cursor: Any) -> int:
    cursor.execute(
        "INSERT INTO registry_source (key, name, mark, observed, licence, label, url)"
        " VALUES ('generated', '生成数据', 'demo', '', '', '演示数据，不是真实情况', '')"
        " ON CONFLICT (key) DO UPDATE SET name = excluded.name RETURNING id"
    )
    return int(cursor.fetchone()[0])
