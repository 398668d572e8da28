"""Statements that are asked so often that reading and planning them is most of their time.

The server keeps them prepared, and several go in one round trip. Django's cursor writes values into the text, so that
nothing can be prepared; these go past it, to the connection itself.
"""

from collections.abc import Sequence
from typing import Any

import psycopg
from django.db import connection

Statement = tuple[str, Sequence[Any]]
# Django tells the connection to prepare nothing; so many uses are never reached, and what asks for it is prepared.
NEVER_BY_ITSELF = 1 << 62


def first_row(*statements: Statement, binary: bool = False) -> Any:
    """Run statements in one round trip and one transaction; return the first row of the last.

    What the others set for their transaction is forgotten at its end. Raises psycopg.Error.
    """
    connection.ensure_connection()
    raw = connection.connection
    raw.prepare_threshold = NEVER_BY_ITSELF
    with raw.pipeline():
        for sql, params in statements:
            cursor = psycopg.Cursor(raw)
            cursor.execute(sql.encode(), params, prepare=True, binary=binary)
    return cursor.fetchone()
