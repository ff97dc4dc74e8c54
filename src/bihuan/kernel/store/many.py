"""Write many rows with one statement a table.

Rows of a batch have most of their values in common, so a column whose value is the same
in every row is written out once: into the line that COPY repeats, or as one parameter
instead of an array.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connections

from bihuan.kernel.store.sql import Row, run

_ESCAPES = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})
#: A piece of text is sent once it has grown so long, so a batch of any size takes little memory.
_LINES = 4096


def _text(value: str) -> str:
    return value if value.isalnum() else value.translate(_ESCAPES)


def _array(value: Sequence[int]) -> str:
    return "{" + ",".join(map(str, value)) + "}"


_WRITERS: dict[type, Callable[[Any], str]] = {
    str: _text,
    int: str,
    bool: lambda value: "t" if value else "f",
    bytes: lambda value: r"\\x" + value.hex(),
    datetime: datetime.isoformat,
    date: date.isoformat,
    UUID: str,
    type(None): lambda value: r"\N",
    tuple: _array,
    list: _array,
}


def _written(value: Any) -> str:
    """Return a value as the text format of COPY has it; TypeError for a type that nobody writes."""
    writer = _WRITERS.get(type(value))
    if writer is None:
        if isinstance(value, str):  # a StrEnum, or a text that is marked for translation
            return _text(str(value))
        raise TypeError(f"COPY is not told how to write {type(value).__name__}")
    return writer(value)


def _same(column: Sequence[Any]) -> bool:
    """Whether all values of a column are one; 1 and True are not."""
    first = column[0]
    return column.count(first) == len(column) and len(set(map(type, column))) == 1


def copy_rows(table: str, names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert many rows by COPY; nothing is sent when there are none."""
    given = list(rows)
    if not given:
        return
    with (
        connections["default"].cursor() as cursor,
        cursor.copy(f"COPY {table} ({', '.join(names)}) FROM STDIN") as copy,
    ):
        for first in range(0, len(given), _LINES):
            copy.write(_lines(given[first : first + _LINES]))


def _lines(rows: Sequence[Sequence[Any]]) -> str:
    columns = list(zip(*rows, strict=True))
    pattern, varying = [], []
    for column in columns:
        if _same(column):
            pattern.append(_written(column[0]).replace("%", "%%"))
        else:
            pattern.append("%s")
            kinds = set(map(type, column))
            writer = _WRITERS.get(kinds.pop(), _written) if len(kinds) == 1 else _written
            varying.append(map(writer, column))
    line = "\t".join(pattern) + "\n"
    if not varying:
        return line.replace("%%", "%") * len(rows)
    return "".join(map(line.__mod__, zip(*varying, strict=True)))


Columns = Sequence[tuple[str, str]]


def update_rows(table: str, key: Columns, changing: Columns, rows: Sequence[Sequence[Any]]) -> list[Row]:
    """Update many rows of a table: ``rows`` hold the values of ``key`` (at least one), then of ``changing``.

    Both pair a column's name with its SQL type.
    """
    if not rows:
        return []
    columns = list(zip(*rows, strict=True))
    given: list[tuple[str, str, list[Any]]] = []
    assign: list[str] = []
    params: list[Any] = []
    for (name, kind), column in zip((*key, *changing), columns, strict=True):
        if (name, kind) not in key and _same(column):
            assign.append(f"{name} = %b::{kind}" if column[0] is not None else f"{name} = NULL")
            params += [column[0]] if column[0] is not None else []
        else:
            given.append((name, kind, list(column)))
            assign += [f"{name} = n.{name}"] if (name, kind) not in key else []
    arrays = ", ".join(f"%b::{kind}[]" for _name, kind, _values in given)
    names = ", ".join(name for name, _kind, _values in given)
    found = " AND ".join(f"t.{name} = n.{name}" for name, _kind in key)
    sql = f"UPDATE {table} t SET {', '.join(assign)} FROM unnest({arrays}) AS n({names}) WHERE {found}"  # noqa: S608
    return run(sql, [*params, *(values for _name, _kind, values in given)])
