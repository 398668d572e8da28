"""The typed columns of the register follow from the values beside it: resolve, derive, write, in bulk (ADR 0003)."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib.gis.db.models import PointField
from django.db import connection
from django.db.models import Model

from jiugai.accounts.models import Area
from jiugai.domain.precedence import Claim
from jiugai.registry.actions.deriving import Row, building_row, community_row
from jiugai.registry.models import Building, BuildingValue, Community, CommunityValue
from jiugai.registry.resolving import FIELDS, Facts, claim, newest_order, settle

CHUNK = 2000
# Columns that stay as they are when no source says anything: a record cannot be without them.
KEPT = {"name", "name_norm", "pinyin", "initials", "area", "label"}
COMMUNITY_COLUMNS = (
    "name", "name_norm", "pinyin", "initials", "address", "area", "point", "position_state", "position_flags",
    "built_year", "built_year_min", "built_year_max", "ownership", "ownership_group", "ownership_classes",
    "mixed_pilot", "plan_mark", "need", "height_class", "households", "building_count", "floors_max",
    "share_no_lift", "share_masonry", "sales", "floor_area", "plot_ratio", "green_rate", "property_fee",
    "property_firm", "developer",
)  # fmt: skip
BUILDING_COLUMNS = (
    "label", "point", "built_year", "fire_standard", "storeys", "building_type", "structure", "has_lift",
    "lift_share", "sales", "households", "floor_area", "ownership", "ownership_classes",
)  # fmt: skip


def refresh(*, community_ids: Iterable[int] = (), building_ids: Iterable[int] = ()) -> int:
    """Recompute the columns of these records from their values; return how many records changed.

    Two or three queries per 2,000 records, whatever the number of their fields. Records whose columns already fit
    are not touched, so that versions and history show real changes only. Sees what the session's scope lets it see.
    """
    changed = 0
    for chunk in _chunks(community_ids):
        rows = [community_row(facts) | {"id": pk} for pk, facts in _facts(CommunityValue, "community_id", chunk)]
        changed += _write(Community, COMMUNITY_COLUMNS, _with_areas(rows))
    for chunk in _chunks(building_ids):
        rows = [building_row(facts) | {"id": pk} for pk, facts in _facts(BuildingValue, "building_id", chunk)]
        changed += _write(Building, BUILDING_COLUMNS, rows)
    return changed


def _chunks(ids: Iterable[int]) -> Iterator[list[int]]:
    wanted = sorted(set(ids))
    for start in range(0, len(wanted), CHUNK):
        yield wanted[start : start + CHUNK]


def _facts(
    model: type[CommunityValue] | type[BuildingValue], owner: str, ids: list[int]
) -> Iterator[tuple[int, Facts]]:
    """Yield each record with what its sources settle on; records without any value come with nothing."""
    claims: dict[int, list[Claim]] = defaultdict(list)
    live = model.objects.filter(**{f"{owner}__in": ids}, withdrawn_at__isnull=True).order_by()
    for pk, *rest in live.values_list(owner, *FIELDS):
        claims[pk].append(claim(*rest))
    order = newest_order()
    for pk in ids:
        yield pk, settle(claims.get(pk, ()), order=order)


def _with_areas(rows: list[Row]) -> list[Row]:
    """Replace area codes by keys, in one query, and in none when no source names an area."""
    codes = {row["area_code"] for row in rows if "area_code" in row}
    keys = dict(Area.objects.filter(code__in=codes).values_list("code", "id")) if codes else {}
    for row in rows:
        row["area"] = keys.get(row.pop("area_code", None))
    return rows


def _write(model: type[Model], columns: tuple[str, ...], rows: list[Row]) -> int:
    """Update all rows that differ, in one statement."""
    if not rows:
        return 0
    blanks = {name: _blank(model, name) for name in columns if name not in KEPT}
    statement = _statement(model, columns)
    with connection.cursor() as cursor:
        cursor.execute(statement, [json.dumps([blanks | row for row in rows], ensure_ascii=False)])
        return int(cursor.rowcount)


def _blank(model: type[Model], name: str) -> Any:
    """Return what a column holds when nothing is known."""
    field = model._meta.get_field(name)  # noqa: SLF001 - Django's documented API
    return None if field.null else field.get_default()  # type: ignore[union-attr]


def _statement(model: type[Model], columns: tuple[str, ...]) -> str:
    """Build the update: rows travel as one JSON text, and PostgreSQL gives each column its type."""
    meta = model._meta  # noqa: SLF001 - Django's documented API
    fields = [meta.get_field(name) for name in columns]
    types = ", ".join(f'"{f.name}" {_type(f)}' for f in fields)
    new = {f.column: _new(f) for f in fields}  # type: ignore[union-attr]
    sets = ", ".join(f'"{column}" = {value}' for column, value in new.items())
    if any(f.name == "updated_at" for f in meta.get_fields()):
        sets += ", updated_at = now()"
    old = ", ".join(f't."{column}"' for column in new)
    return (
        f"UPDATE {meta.db_table} t SET {sets} "  # noqa: S608 - names come from the model
        f"FROM jsonb_to_recordset(%s::jsonb) AS d(id bigint, {types}) "
        f"WHERE t.id = d.id AND ({old}) IS DISTINCT FROM ({', '.join(new.values())})"
    )


def _type(field: Any) -> str:
    return "float8[]" if isinstance(field, PointField) else str(field.db_type(connection))


def _new(field: Any) -> str:
    if field.name in KEPT:
        return f'coalesce(d."{field.name}", t."{field.column}")'
    if isinstance(field, PointField):
        return f'ST_SetSRID(ST_MakePoint(d."{field.name}"[1], d."{field.name}"[2]), 4490)'
    return f'd."{field.name}"'
