"""How many rows a list has: exact while that is cheap, else estimated from a sample and called 约."""

from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import OperationalError, connection, transaction
from django.db.models import Model, QuerySet

M = TypeVar("M", bound=Model)
EXACT_UP_TO = 10_000
SMALL_TABLE = 50_000
SAMPLE_ROWS = 10_000
PATIENCE_MS = 120


@dataclass(frozen=True)
class Total:
    """A number of rows."""

    number: int
    exact: bool = True

    @property
    def words(self) -> str:
        """The number with its 约 where it is estimated."""
        return f"{self.number:,}" if self.exact else f"约 {self.number:,}"

    def __bool__(self) -> bool:
        """Tell whether there are any."""
        return self.number > 0


def total(rows: QuerySet[M]) -> Total:
    """Count the rows: exactly up to 10,000 and in small tables, by sample beyond.

    An exact count of a rare condition in a huge table may have to read all of it; it is given up after 120 ms.
    """
    size = table_size(rows.model)
    if size < SMALL_TABLE:
        return Total(rows.order_by().count())
    sampled = sample(rows, size)
    if sampled > 3 * EXACT_UP_TO:
        return Total(rounded(sampled), exact=False)
    counted = _patient_count(rows)
    if counted is None or counted > EXACT_UP_TO:
        return Total(rounded(max(sampled, counted or 0)), exact=False)
    return Total(counted)


def table_size(model: type[Model]) -> int:
    """Return PostgreSQL's own note of how many rows the table has."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT greatest(reltuples, 0)::bigint FROM pg_class WHERE oid = %s::regclass",
            [model._meta.db_table],  # noqa: SLF001
        )
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def sample(rows: QuerySet[M], size: int) -> int:
    """Estimate the number of rows from a fixed share of the table's pages (always the same ones)."""
    percent = min(100.0, 100 * SAMPLE_ROWS / max(size, 1))
    sql, params = _sampled(rows.order_by().values("pk"), percent)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM ({sql}) s", params)  # noqa: S608 - SQL written by the ORM
        (found,) = cursor.fetchone()
    return int(found * 100 / percent)


def _sampled(rows: QuerySet[M, Any], percent: float) -> tuple[str, tuple[Any, ...]]:
    """Return the query reading only a share of the table: TABLESAMPLE, which the ORM cannot write."""
    sql, params = rows.query.sql_with_params()
    source = f'FROM "{rows.model._meta.db_table}"'  # noqa: SLF001
    return sql.replace(source, f"{source} TABLESAMPLE SYSTEM ({percent:.6f}) REPEATABLE (1)", 1), params


def _patient_count(rows: QuerySet[Any]) -> int | None:
    """Count up to one more than the cap, or return None when it takes too long."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL statement_timeout = {PATIENCE_MS}")
            found = rows.order_by()[: EXACT_UP_TO + 1].count()
            cursor.execute("SET LOCAL statement_timeout = 0")
        return int(found)
    except OperationalError:
        return None


def rounded(number: int) -> int:
    """Round to two figures: an estimate shall not look like a count."""
    step: int = 10 ** max(len(str(number)) - 2, 0)
    return round(number / step) * step
