"""The pieces of SQL that tiles are made of."""

from collections.abc import Iterable
from functools import partial
from typing import Any

from django.contrib.gis.db.models import PolygonField
from django.db import connection
from django.db.models import BinaryField, FloatField, Func, QuerySet
from django.db.models.sql.compiler import SQLCompiler

from jiugai.accounts.actor import Actor
from jiugai.accounts.prepared import first_row
from jiugai.accounts.scope import scope_setting, scoped
from jiugai.registry.tiles.address import BUFFER, EXTENT, Later, TileAddress, Where

Sql = tuple[str, list[Any]]
CGCS2000 = 4490


_SCOPE = "SELECT set_config('jiugai.scope', %s, true)"
_PLACED = f"ST_AsMVTGeom(ST_Transform({{}}, 3857), ST_TileEnvelope(%s, %s, %s), {EXTENT}, {BUFFER}, true)"


class TileGeometry(Func):
    """A geometry in tile coordinates: transformed to Web Mercator, clipped, with whole-number corners."""

    output_field = BinaryField()
    arity = 1

    def __init__(self, expression: Any, *, address: Where) -> None:
        super().__init__(expression)
        self.address = address

    def as_sql(self, compiler: SQLCompiler, connection: Any, *_: Any, **__: Any) -> tuple[str, tuple[Any, ...]]:
        """Write ST_AsMVTGeom around the expression."""
        inner, params = compiler.compile(self.source_expressions[0])
        return _PLACED.format(inner), (*params, *_numbers(self.address))


class Ground(Func):
    """The ground of a tile, widened by a part of its side; `&&` against it lets row level security use the index."""

    output_field = PolygonField(srid=CGCS2000)

    def __init__(self, address: Where, margin: float = BUFFER / EXTENT) -> None:
        super().__init__()
        self.address, self.margin = address, margin

    def as_sql(self, compiler: SQLCompiler, connection: Any, *_: Any, **__: Any) -> tuple[str, tuple[Any, ...]]:
        """Write four numbers, which the planner folds into one box."""
        corners = tuple(self.address.value(partial(_corner, self.margin, side)) for side in range(4))
        return f"ST_MakeEnvelope(%s, %s, %s, %s, {CGCS2000})", corners


def _corner(margin: float, side: int, address: TileAddress) -> float:
    return address.box(margin).corners()[side]


class Same(Func):
    """A geometry as it is, for use inside a larger statement: Django would cast a plain column to bytes."""

    template = "%(expressions)s"
    output_field = BinaryField()


class Longitude(Func):
    """Degrees east of a point."""

    function = "ST_X"
    output_field = FloatField()


class Latitude(Func):
    """Degrees north of a point."""

    function = "ST_Y"
    output_field = FloatField()


def rows_sql(rows: QuerySet[Any, Any]) -> Sql:
    """Return the SQL of a queryset and its parameters, without an order."""
    sql, params = rows.order_by().query.sql_with_params()
    return sql, list(params)


def place(rows: Sql, address: Where, columns: Iterable[str]) -> Sql:
    """Turn the column `shape` of rows into `geom`, after everything that thins them out; keep `columns`."""
    sql, params = rows
    placed = _PLACED.format("shape")
    text = f"SELECT {', '.join(columns)}, {placed} AS geom FROM ({sql}) AS p"  # noqa: S608 - no text from outside
    return text, [*_numbers(address), *params]


def _numbers(address: Where) -> tuple[Any, Any, Any]:
    return address.z, address.value(lambda tile: tile.x), address.value(lambda tile: tile.y)


def bound(layers: Iterable[Sql], address: TileAddress) -> list[Sql]:
    """Put the numbers of a tile into what was written for any."""
    return [(sql, [p.take(address) if isinstance(p, Later) else p for p in params]) for sql, params in layers]


def as_layer(name: str, rows: Sql, *, with_id: bool = True, geometry: str = "geom") -> Sql:
    """Wrap rows that have a tile geometry (and an `id`) as one layer of a tile."""
    sql, params = rows
    feature = ", 'id'" if with_id else ""
    text = f"SELECT ST_AsMVT(t, %s, {EXTENT}, '{geometry}'{feature}) FROM ({sql}) AS t"  # noqa: S608 - as above
    return text, [name, *params]


def run(*layers: Sql) -> bytes:
    """Run all layers in one statement and return the tile; empty when nothing is there."""
    sql, params = _together(layers)
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        found = cursor.fetchone()[0]
    return bytes(found or b"")


def run_as(actor: Actor, *layers: Sql) -> bytes:
    """Run all layers with the actor's eyes, whatever the session's scope is; it stays as it was."""
    if connection.in_atomic_block:
        with scoped(actor):
            return run(*layers)
    # One transaction, at whose end the scope falls back by itself.
    found = first_row((_SCOPE, [scope_setting(actor)]), _together(layers), binary=True)
    return bytes(found[0] or b"")


def _together(layers: Iterable[Sql]) -> Sql:
    parts = list(layers)
    return f"SELECT {' || '.join(f'({sql})' for sql, _ in parts)}", [p for _, params in parts for p in params]
