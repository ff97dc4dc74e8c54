"""Plain SQL on Django's connection, prepared and bound by the server.

The hot paths of the kernel speak to PostgreSQL in whole statements; this is the
one place that knows how. Reads of a GET go through the ``read`` alias, whose
sessions refuse to write.
"""

from collections.abc import Iterable, Sequence
from typing import Any, cast

from django.db import connections, transaction
from psycopg import Connection

from bihuan.kernel.store.reading import alias

Row = tuple[Any, ...]


def run(sql: str, params: Sequence[Any] | dict[str, Any] = (), using: str = "default") -> list[Row]:
    """Execute one prepared statement and return its rows ([] when it has none)."""
    wrapper = connections[alias(using)]
    wrapper.ensure_connection()
    with wrapper.wrap_database_errors:
        cursor = cast("Connection[Row]", wrapper.connection).execute(sql, params, prepare=True)
        # Not ``description``: it would build an object for every column of every statement.
        result = cursor.pgresult
        return cursor.fetchall() if result is not None and result.nfields else []


def new_ids(count: int = 1) -> list[int]:
    """Draw ``count`` ids from the sequence all chained rows share."""
    rows = run("SELECT nextval('bihuan_chain') FROM generate_series(1, %s)", (count,))
    return [row[0] for row in rows]


def copy_rows(table: str, names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert many rows by COPY; nothing is sent when there are none."""
    lines = iter(rows)
    first = next(lines, None)
    if first is None:
        return
    with (
        connections["default"].cursor() as cursor,
        cursor.copy(f"COPY {table} ({', '.join(names)}) FROM STDIN") as copy,
    ):
        copy.write_row(first)
        for line in lines:
            copy.write_row(line)


def atomic(using: str = "default") -> Any:
    """One transaction; nested calls join the outer one as savepoints."""
    return transaction.atomic(using=alias(using))
