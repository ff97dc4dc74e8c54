"""One statement and its answer on one connection, prepared by libpq, without a cursor.

psycopg's cursors read placeholders, look for a prepared statement and build an answer that can be scrolled, in
Python and for every statement anew: more than PostgreSQL takes for a small one. Here are the same parts of
psycopg (how values are written and read, how it waits and is interrupted) and nothing between them.
"""

import os
import socket
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, cast

import orjson
from psycopg import Connection, _queries, errors, generators
from psycopg.adapt import Buffer, Dumper, Loader, PyFormat, Transformer
from psycopg.pq import ExecStatus, Format, TransactionStatus
from psycopg.pq.abc import PGresult

Row = tuple[Any, ...]

#: So many statements stay prepared on a connection.
PREPARED = 500
#: An answer larger than this is not kept until the next.
MANY = 1000
#: So many bytes may be on their way to a database on this machine, as far as it allows: a part of a batch
#: and more, so that whoever sends one goes on while the database still reads it.
_ON_THE_WAY = 2 * 1024 * 1024


class Packed(bytes):
    """A parameter in PostgreSQL's own binary form, of the type the statement casts it to."""

    __slots__ = ()


class _AsItIs(Dumper):
    """Sends what is packed already."""

    format = Format.BINARY

    def dump(self, obj: Packed) -> bytes:
        return obj


class _Json(Loader):
    """Reads binary jsonb, whose first byte is the version of its form; numbers wider than 64 bits nobody keeps."""

    format = Format.BINARY

    def load(self, data: Buffer) -> Any:
        return orjson.loads(memoryview(data)[1:])


@lru_cache(maxsize=1024)
def _read(sql: str) -> tuple[bytes, list[PyFormat], list[str] | None]:
    """Return a statement with numbered placeholders, how its values are sent, and their names if they have any."""
    text, formats, names, _parts = _queries._query2pg_nocache(sql.encode(), "utf-8")
    return text, formats, names


class Asker:
    """Asks on one connection, with which it lives and ends; what is prepared stands in psycopg's own list."""

    __slots__ = ("_connection", "_transformer")

    def __init__(self, connection: Connection[Row]) -> None:
        connection.prepared_max = PREPARED
        connection.adapters.register_dumper(Packed, _AsItIs)
        connection.adapters.register_loader("jsonb", _Json)
        self._connection = connection
        self._transformer = Transformer(connection)
        _widen(connection)

    @property
    def ready(self) -> bool:
        """Whether a statement may be sent as it is: outside a pipeline, and with no transaction to begin before it."""
        pgconn = self._connection.pgconn
        return not pgconn.pipeline_status and (
            self._connection.autocommit or pgconn.transaction_status != TransactionStatus.IDLE
        )

    def ask(self, sql: str, params: Sequence[Any] | dict[str, Any], binary: bool) -> list[Row]:
        """Execute one statement and return its rows ([] when it has none)."""
        text, formats, names = _read(sql)
        values = [cast("dict[str, Any]", params)[name] for name in names] if names else params
        transformer = self._transformer
        with self._connection.lock:
            sent = transformer.dump_sequence(cast("Sequence[Any]", values), formats)
            name = self._prepared(text, transformer.types or ())
            form = Format.BINARY if binary else Format.TEXT
            self._connection.pgconn.send_query_prepared(name, sent, transformer.formats, form)
            result = self._wait()
            if result.status != ExecStatus.TUPLES_OK:
                return []
            transformer.set_pgresult(result, set_loaders=True, format=form)
            rows: list[Row] = transformer.load_rows(0, result.ntuples, tuple)
            if result.ntuples > MANY:
                transformer.set_pgresult(None)
            return rows

    def _wait(self) -> PGresult:
        (result,) = self._connection.wait(generators.execute(self._connection.pgconn))
        if result.status == ExecStatus.FATAL_ERROR:
            raise errors.error_from_result(result, encoding=self._connection.info.encoding)
        return cast("PGresult", result)

    def _prepared(self, text: bytes, types: tuple[int, ...]) -> bytes:
        """Return the name of the prepared statement; the one not asked for longest makes room for a new one."""
        connection = self._connection
        known = connection._prepared
        if known._to_flush:
            connection.wait(known.maintain_gen(connection))
        key = (text, types)
        name = known._names.get(key)
        if name is not None:
            known._names.move_to_end(key)
            return name
        name = b"_pg3_%d" % known._prepared_idx
        known._prepared_idx += 1
        connection.pgconn.send_prepare(name, text, param_types=types)
        self._wait()
        known._names[key] = name
        known._rotate()
        return name


def _widen(connection: Connection[Row]) -> None:
    """Let much be on its way; a network's connection does so by itself, a socket of this machine when it is told to."""
    with socket.socket(fileno=os.dup(connection.fileno())) as end:
        if end.family == socket.AF_UNIX:
            end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _ON_THE_WAY)


def asker(connection: Connection[Row]) -> Asker:
    """Return the one that asks on this connection."""
    found = vars(connection).get("_bihuan_asker")
    if found is None:
        found = vars(connection)["_bihuan_asker"] = Asker(connection)
    return cast("Asker", found)
