"""Plain SQL on Django's connection, prepared and bound by the server.

The hot paths of the kernel speak to PostgreSQL in whole statements; this is the
one place that knows how. Reads of a GET go through the ``read`` alias, whose
sessions refuse to write.
"""

import asyncio
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import lru_cache
from typing import Any, cast
from weakref import WeakKeyDictionary

from django.db import DatabaseError, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg import Connection, Cursor, Pipeline, _queries

from bihuan.kernel.store.asking import MANY, Packed, Row, asker
from bihuan.kernel.store.reading import alias

__all__ = [
    "Packed",
    "Row",
    "ask",
    "atomic",
    "behind",
    "in_transaction",
    "new_ids",
    "planned_once",
    "run",
    "send",
]

# psycopg reads the placeholders of a long statement anew at every call, because those of object mappers
# rarely come twice. Ours are few and come all the time; it has no setting for this.
_queries.MAX_CACHED_STATEMENT_LENGTH, _queries.MAX_CACHED_STATEMENT_PARAMS = 1 << 15, 500
_queries._query2pg = lru_cache(maxsize=1024)(_queries._query2pg_nocache)


def run(
    sql: str, params: Sequence[Any] | dict[str, Any] = (), using: str = "default", *, binary: bool = False
) -> list[Row]:
    """Execute one prepared statement and return its rows ([] when it has none).

    ``binary`` lets rows with many moments come over in the form that costs least to read; jsonb then
    comes as what it says, else as its text.
    """
    wrapper = _wrapper(alias(using))
    if wrapper.connection is None:
        wrapper.ensure_connection()
    with wrapper.wrap_database_errors:
        connection = cast("Connection[Row]", wrapper.connection)
        one = asker(connection)
        if one.ready:
            return one.ask(sql, params, binary)
        cursor = _cursor(connection)
        cursor.execute(sql, params, prepare=True, binary=binary)
        if pipeline := _pipelines.get(connection):
            pipeline.sync()
        # Not ``description``: it would build an object for every column of every statement.
        result = cursor.pgresult
        if result is None or not result.nfields:
            return []
        rows = cursor.fetchall()
        if len(rows) > MANY:
            del _cursors[cursor.connection]
        return rows


_here = threading.local()


def _wrapper(name: str) -> BaseDatabaseWrapper:
    """Return Django's connection of this thread, which it keeps for the thread's life; asking Django costs more.

    Where an event loop runs Django keeps one for each context, and is asked.
    """
    if asyncio._get_running_loop() is not None:
        return connections[name]
    found: BaseDatabaseWrapper | None = vars(_here).get(name)
    if found is None:
        found = vars(_here)[name] = connections[name]
    return found


def in_transaction() -> bool:
    """Whether what is written now is committed by somebody further up."""
    return _wrapper("default").in_atomic_block


def send(sql: str, params: Sequence[Any]) -> None:
    """Execute one prepared statement whose answer nobody reads; within :func:`behind` nobody waits for it."""
    wrapper = _wrapper("default")
    wrapper.ensure_connection()
    with wrapper.wrap_database_errors:
        _cursor(cast("Connection[Row]", wrapper.connection)).execute(sql, params, prepare=True)


def ask(sql: str, params: Sequence[Any], *, binary: bool = False) -> Callable[[], list[Row]]:
    """Execute one prepared statement and return what fetches its rows; within :func:`behind` nobody waits before."""
    wrapper = _wrapper("default")
    wrapper.ensure_connection()
    with wrapper.wrap_database_errors:
        cursor = cast("Connection[Row]", wrapper.connection).cursor()
        cursor.execute(sql, params, prepare=True, binary=binary)
    return cursor.fetchall


@contextmanager
def behind() -> Iterator[None]:
    """Let the database carry out what is sent within while the caller goes on; at the end all of it is done.

    A fault shows at the next reading or at the end. Object mappers must not write
    within: they ask for a count that has not come yet.
    """
    wrapper = _wrapper("default")
    wrapper.ensure_connection()
    connection = cast("Connection[Row]", wrapper.connection)
    with wrapper.wrap_database_errors, connection.pipeline() as pipeline:
        _pipelines[connection] = pipeline
        try:
            yield
        finally:
            del _pipelines[connection]


_pipelines: WeakKeyDictionary[Connection[Row], Pipeline] = WeakKeyDictionary()


#: One cursor a connection serves all statements, which come one after the other: making one costs as much
#: as a small statement. A cursor keeps its last answer, so that of a large one is let go.
_cursors: WeakKeyDictionary[Connection[Row], Cursor[Row]] = WeakKeyDictionary()


def _cursor(connection: Connection[Row]) -> Cursor[Row]:
    cursor = _cursors.get(connection)
    if cursor is None or cursor.closed:
        asker(connection)  # it teaches the connection our kinds of values
        cursor = _cursors[connection] = connection.cursor()
    return cursor


@contextmanager
def planned_once(using: str) -> Iterator[None]:
    """Let each statement within be planned once for all values, where planning would cost more than carrying out.

    Without it PostgreSQL plans a statement anew whenever its values make it look cheap, however cheap it is.
    """
    run("SET plan_cache_mode = force_generic_plan", (), using)
    try:
        yield
    finally:
        with suppress(DatabaseError):  # what has failed undoes the setting itself
            run("RESET plan_cache_mode", (), using)


def new_ids(count: int = 1) -> list[int]:
    """Draw ``count`` ids from the sequence all chained rows share."""
    if count == 1:
        return [run("SELECT nextval('bihuan_chain')")[0][0]]
    rows = run("SELECT nextval('bihuan_chain') FROM generate_series(1, %s)", (count,))
    return [row[0] for row in rows]


def atomic(using: str = "default") -> Any:
    """One transaction; nested calls join the outer one as savepoints."""
    return transaction.atomic(using=alias(using))
