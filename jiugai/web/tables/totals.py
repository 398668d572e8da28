"""How many rows a list has: exact while that is cheap, else estimated from a sample and called 约."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Any, TypeVar

from django.db import OperationalError, connection, transaction
from django.db.models import Count, IntegerField, Model, Q, QuerySet, Value

M = TypeVar("M", bound=Model)
EXACT_UP_TO = 10_000
SMALL_TABLE = 50_000
SAMPLE_ROWS = 10_000
PATIENCE_MS = 100
LATELY_SECONDS = 60
MOST_LATELY = 1_000


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

    An exact count of a rare condition may have to read all of a huge table; it is given up after a tenth of a second.
    """
    size = table_size(rows.model)
    if size < SMALL_TABLE:
        return Total(rows.order_by().count())
    sampled = _lately.get(rows, size)
    if sampled > 1.3 * EXACT_UP_TO:
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
    return sample_each(rows, [Q()], size)[0]


def sample_each(rows: QuerySet[M], conditions: Sequence[Q], size: int) -> list[int]:
    """Estimate, in one query, how many of the rows meet each condition."""
    if rows.query.is_empty():
        return [0] * len(conditions)
    percent = min(100.0, 100 * SAMPLE_ROWS / max(size, 1))
    asked = {f"n{i}": Count("pk", filter=q or None) for i, q in enumerate(conditions)}
    one = Value(1, output_field=IntegerField())  # a group of all rows: only so does the ORM hand out an aggregate's SQL
    sql, params = _sampled(rows.order_by().values(all_rows=one).annotate(**asked).values(*asked), percent)
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        found = cursor.fetchone() or [0] * len(asked)
    return [int(number * 100 / percent) for number in found]


def _sampled(rows: QuerySet[M, Any], percent: float) -> tuple[str, tuple[Any, ...]]:
    """Return the query reading only a share of the table: TABLESAMPLE, which the ORM cannot write."""
    sql, params = rows.query.sql_with_params()
    source = f'FROM "{rows.model._meta.db_table}"'  # noqa: SLF001
    return sql.replace(source, f"{source} TABLESAMPLE SYSTEM ({percent:.6f}) REPEATABLE (1)", 1), params


class Lately:
    """Estimates of the last minute, for the lists that everybody opens: what is called 约 may be as old as that.

    The key is the whole statement with the actor's scope in it, so nobody sees an estimate of rows he may not count.
    """

    def __init__(self) -> None:
        self._kept: dict[Hashable, tuple[float, int]] = {}

    def get(self, rows: QuerySet[Any], size: int) -> int:
        """Return the estimate, made if there is none of the last minute."""
        if rows.query.is_empty():
            return 0
        sql, params = rows.order_by().query.sql_with_params()
        key, now = (connection.settings_dict["NAME"], sql, repr(params)), monotonic()
        made, number = self._kept.get(key, (0.0, 0))
        if now - made > LATELY_SECONDS or not made:
            number = sample(rows, size)
            if len(self._kept) >= MOST_LATELY:
                self._kept.clear()
            self._kept[key] = (now, number)
        return number


_lately = Lately()


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
