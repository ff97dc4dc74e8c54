"""Write many rows with one statement a table, from one array a column.

Rows of a batch have most of their values in common, so a column whose value is the same
in every row is one parameter instead of an array. Within ``sql.behind()`` nobody waits
for the statement: that is what COPY could not do.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from struct import Struct
from typing import Any, NamedTuple
from uuid import UUID

from bihuan.kernel.store.sql import Packed, run, send

#: So many rows go in one statement, so a batch of any size takes little memory.
_ROWS = 4096
_HEAD = Struct("!5i")
_LENGTH = Struct("!i")
_NULL = _LENGTH.pack(-1)
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class _Element(NamedTuple):
    """How PostgreSQL takes the elements of an array of one type: its number, and how values become bytes."""

    oid: int
    pack: Callable[[Sequence[Any]], bytes]


@lru_cache(maxsize=64)
def _form(letter: str, count: int) -> Struct:
    return Struct("!" + f"i{letter}" * count)


def _fixed(letter: str) -> Callable[[Sequence[Any]], bytes]:
    """Return what packs values of one width, all at once: the length before each value is the same."""
    size = Struct("!" + letter).size

    def pack(values: Sequence[Any]) -> bytes:
        pairs = [size] * (2 * len(values))
        pairs[1::2] = values
        return _form(letter, len(values)).pack(*pairs)

    return pack


def _bytes(values: Sequence[bytes]) -> bytes:
    pairs: list[bytes] = [b""] * (2 * len(values))
    pairs[::2] = map(_LENGTH.pack, map(len, values))
    pairs[1::2] = values
    return b"".join(pairs)


def _texts(values: Sequence[Any]) -> bytes:
    return _bytes([_said(value).encode() for value in values])


def _moments(values: Sequence[datetime]) -> bytes:
    return _wide([(value - _EPOCH) // _MICROSECOND for value in values])


def _said(value: Any) -> str:
    """Return a text as it is, be it of a kind of its own (StrEnum); TypeError for what is none."""
    if not isinstance(value, str):
        raise TypeError(f"no text is made of {type(value).__name__}")
    return str(value)


_wide = _fixed("q")
_ELEMENTS = {
    "bigint": _Element(20, _wide),
    "integer": _Element(23, _fixed("i")),
    "smallint": _Element(21, _fixed("h")),
    "boolean": _Element(16, _fixed("?")),
    "bytea": _Element(17, _bytes),
    "text": _Element(25, _texts),
    "timestamp with time zone": _Element(1184, _moments),
}
#: What of other types is sent as text, to be read by the database.
_WRITERS: dict[type, Callable[[Any], str]] = {
    str: str,
    int: str,
    float: repr,
    bool: str,
    date: date.isoformat,
    UUID: str,
    tuple: lambda value: "{" + ",".join(map(str, value)) + "}",
    list: lambda value: "{" + ",".join(map(str, value)) + "}",
}


def _written(value: Any) -> str | None:
    """Return a value as the database reads it; TypeError for a type that nobody writes."""
    if value is None:
        return None
    writer = _WRITERS.get(type(value))
    if writer is None:
        raise TypeError(f"no column is told how to keep {type(value).__name__}")
    return writer(value)


def _packed(kind: str, column: Sequence[Any]) -> Packed:
    """Return an array in PostgreSQL's binary form."""
    oid, pack = _ELEMENTS[kind]
    nulls = None in column
    head = _HEAD.pack(1, nulls, oid, len(column), 1)
    if not nulls:
        return Packed(head + pack(column))
    return Packed(head + b"".join(_NULL if value is None else pack((value,)) for value in column))


@lru_cache(maxsize=256)
def _types(table: str) -> dict[str, str]:
    """Return the SQL type of each column, without its length."""
    sql = "SELECT attname, format_type(atttypid, NULL) FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0"
    return {name: "text" if kind.startswith("character") else kind for name, kind in run(sql, (table,))}


def _same(column: Sequence[Any]) -> bool:
    """Whether all values of a column are one; 1 and True are not."""
    first = column[0]
    return column.count(first) == len(column) and len(set(map(type, column))) == 1


class _Source:
    """The columns of a batch as SQL: an expression a column, the arrays they are read from, the parameters."""

    def __init__(
        self, table: str, names: Sequence[str], rows: Sequence[Sequence[Any]], given: int = 0
    ) -> None:
        """Take the rows apart; the first ``given`` columns are arrays even if all their values are one."""
        types = _types(table)
        self.says: list[str] = []
        constants: list[Any] = []
        arrays: list[Packed] = []
        lists: list[str] = []
        named: list[str] = []
        for place, (name, column) in enumerate(zip(names, zip(*rows, strict=True), strict=True)):
            kind = types[name]
            sent = kind if kind in _ELEMENTS else "text"
            values = column if kind in _ELEMENTS else tuple(map(_written, column))
            if place >= given and _same(values):
                self.says.append(f"%s::{sent}::{kind}" if sent != kind else f"%s::{kind}")
                constants.append(_said(values[0]) if sent == "text" and values[0] is not None else values[0])
            else:
                self.says.append(f"n.{name}::{kind}" if sent != kind else f"n.{name}")
                arrays.append(_packed(sent, values))
                lists.append(f"%b::{sent}[]")
                named.append(name)
        self.rows = f"unnest({', '.join(lists)}) AS n({', '.join(named)})"
        self.params: list[Any] = [*constants, *arrays]
        if not arrays:
            self.rows = "generate_series(1, %s)"
            self.params.append(len(rows))


def insert_rows(table: str, names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert many rows; nothing is sent when there are none."""
    given = rows if isinstance(rows, list) else list(rows)
    for first in range(0, len(given), _ROWS):
        source = _Source(table, names, given[first : first + _ROWS])
        sql = f"INSERT INTO {table} ({', '.join(names)}) SELECT {', '.join(source.says)} FROM {source.rows}"  # noqa: S608
        send(sql, source.params)


def update_rows(
    table: str, key: Sequence[str], changing: Sequence[str], rows: Sequence[Sequence[Any]]
) -> None:
    """Update many rows of a table: ``rows`` hold the values of ``key`` (at least one), then of ``changing``."""
    if not rows:
        return
    source = _Source(table, (*key, *changing), rows, given=len(key))
    assign = ", ".join(
        f"{name} = {says}" for name, says in zip(changing, source.says[len(key) :], strict=True)
    )
    found = " AND ".join(f"t.{name} = n.{name}" for name in key)
    send(f"UPDATE {table} t SET {assign} FROM {source.rows} WHERE {found}", source.params)  # noqa: S608
