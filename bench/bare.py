"""What bare psycopg with COPY reaches for the rows of batches: the same rows under the same triggers and indexes.

The rows are those the kernel wrote, read out in the database's own binary form, deleted, and copied in again, so
nothing is decided, sealed or put together in the measured time: it is what this machine's database can do at all.
"""

import time
from collections.abc import Sequence
from typing import Any

import psycopg

#: Tables of a batch, the column that names the matter, and what counts within it.
_TABLES = (
    ("flow_matter", "id", "seq"),
    ("ledger_entry", "chain_id", "seq"),
    ("content_value", "chain_id", "seq"),
    ("content_key", "chain_id", "seq"),
    ("flow_span", "matter_id", "n"),
)
#: What a move without a form changes.
_MOVED = ("id", "seq", "head", "ver", "stage", "span", "moved")
_SET = ", ".join(f"{name} = n.{name}" for name in _MOVED[1:])
_UPDATES = (
    f"UPDATE flow_matter m SET {_SET} FROM moved n WHERE n.id = m.id AND m.seq = n.seq - 1",
    "UPDATE flow_span s SET until = n.moved FROM moved n WHERE s.matter_id = n.id AND s.n = n.span - 1",
)

Frame = list[tuple[str, bytes]]
_Connection = psycopg.Connection[Any]


def opened(connection: _Connection, ids: Sequence[int], size: int) -> tuple[float, list[Frame]]:
    """Return how many matters a second are opened, ``size`` a transaction, and the rows, which stand as before."""
    frames = [
        [_taken(connection, table, key, part) for table, key, _seq in _TABLES] for part in _parts(ids, size)
    ]
    _forget(connection, ids)
    return len(ids) / _copied(connection, frames, ()), frames


def moved(connection: _Connection, ids: Sequence[int], size: int, before: list[Frame]) -> float:
    """Return how many matters, moved once by now, are moved a second from the rows ``before``, lying as close."""
    frames = []
    for part in _parts(ids, size):
        written = [one for one in _TABLES if one[0] in {"ledger_entry", "flow_span"}]
        frames.append([_taken(connection, table, key, part, f"{seq} = 2") for table, key, seq in written])
        frames[-1].append(("moved", _out(connection, "flow_matter", "id", _MOVED, part, "TRUE")))
    _forget(connection, ids)
    _copied(connection, before, ())
    connection.execute(f"CREATE TEMP TABLE moved AS SELECT {', '.join(_MOVED)} FROM flow_matter LIMIT 0")
    return len(ids) / _copied(connection, frames, _UPDATES)


def _parts(ids: Sequence[int], size: int) -> list[list[int]]:
    return [list(ids[first : first + size]) for first in range(0, len(ids), size)]


def _taken(
    connection: _Connection, table: str, key: str, ids: list[int], where: str = "TRUE"
) -> tuple[str, bytes]:
    """Return a table with its columns, and its rows of these matters as COPY takes them."""
    found = connection.execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped"
        " AND attname <> 'xact' ORDER BY attnum",
        (table,),
    )
    names = [name for (name,) in found]
    return f"{table} ({', '.join(names)})", _out(connection, table, key, names, ids, where)


def _out(
    connection: _Connection, table: str, key: str, names: Sequence[str], ids: list[int], where: str
) -> bytes:
    rows = f"SELECT {', '.join(names)} FROM {table} WHERE {key} BETWEEN {ids[0]} AND {ids[-1]} AND {where} ORDER BY 1"
    with connection.cursor().copy(f"COPY ({rows}) TO STDOUT (FORMAT binary)") as copy:
        return b"".join(bytes(block) for block in copy)


def _forget(connection: _Connection, ids: Sequence[int]) -> None:
    """Delete the matters' rows although their tables only grow, and clear away what that leaves."""
    connection.execute("SET session_replication_role = replica")
    for table, key, _seq in _TABLES:
        connection.execute(f"DELETE FROM {table} WHERE {key} = ANY(%s)", (list(ids),))
    connection.execute("SET session_replication_role = DEFAULT")
    for table, _key, _seq in _TABLES:
        connection.execute(f"VACUUM {table}")


def _copied(connection: _Connection, frames: list[Frame], then: Sequence[str]) -> float:
    """Return the seconds it takes to copy the frames in, one a transaction, and to carry out what follows each."""
    start = time.perf_counter()
    for frame in frames:
        with connection.transaction(), connection.cursor() as cursor:
            for target, rows in frame:
                with cursor.copy(f"COPY {target} FROM STDIN (FORMAT binary)") as copy:
                    copy.write(rows)
            for update in then:
                cursor.execute(update)
            if then:
                cursor.execute("TRUNCATE moved")
    return time.perf_counter() - start
