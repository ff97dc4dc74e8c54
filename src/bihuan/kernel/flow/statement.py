"""Build the one data-modifying statement of a move.

Every part selects from ``w``, the matter row that was won by compare-and-swap: when
another move was first, ``w`` is empty and nothing at all is written. The final SELECT
reads every part, because PostgreSQL skips a function call that nothing reads.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from bihuan.kernel.store.sql import run

Columns = tuple[tuple[str, str], ...]

SPAN: Columns = (
    ("matter_id", "bigint"),
    ("n", "int"),
    ("stage", "text"),
    ("holder_unit", "bigint"),
    ("holder_post", "bigint"),
    ("holder_role", "text"),
    ("clock", "text"),
    ("episode", "smallint"),
    ("move", "text"),
    ("since", "timestamptz"),
)
KEY: Columns = (
    ("actor", "text"),
    ("key", "text"),
    ("payload", "bytea"),
    ("matter_id", "bigint"),
    ("seq", "int"),
    ("at", "timestamptz"),
)
SEAT: Columns = (("matter_id", "bigint"), ("unit", "bigint"), ("since", "timestamptz"))


@lru_cache(maxsize=256)
def _insert(table: str, columns: Columns, count: int) -> str:
    names = ", ".join(name for name, _kind in columns)
    values = ", ".join(kind if "%s" in kind else f"%s::{kind}" for _name, kind in columns)
    return f"INSERT INTO {table} ({names}) {' UNION ALL '.join([f'SELECT {values} FROM w'] * count)}"  # noqa: S608


class Statement:
    """Collects the parts and runs them as one."""

    __slots__ = ("_params", "_parts", "_reads")

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._params: list[Any] = []
        self._reads: list[str] = []

    def win(self, sql: str, params: Sequence[Any]) -> None:
        """Set the part all others hang on; it must return ``id``."""
        self._parts.append(f"w AS ({sql})")
        self._params.extend(params)

    def insert(self, table: str, columns: Columns, rows: Iterable[Sequence[Any]]) -> None:
        """Insert rows into a table if the matter was won; a column's kind is a type, or an expression with %s."""
        count = 0
        for row in rows:
            self._params.extend(row)
            count += 1
        if count:
            self._parts.append(f"p{len(self._parts)} AS ({_insert(table, columns, count)})")

    def update(self, table: str, assign: str, where: str, params: Sequence[Any]) -> None:
        """Update rows of another table if the matter was won."""
        name = f"p{len(self._parts)}"
        self._parts.append(
            f"{name} AS (UPDATE {table} SET {assign} WHERE {where} AND EXISTS (SELECT 1 FROM w))"  # noqa: S608
        )
        self._params.extend(params)

    def defer(self, task: str, args: str) -> None:
        """Queue a job in the same transaction, through procrastinate's own SQL function."""
        name = f"p{len(self._parts)}"
        self._parts.append(
            f"{name} AS (SELECT procrastinate_defer_jobs_v1(ARRAY[ROW('default', %s::text, 0, NULL, NULL,"  # noqa: S608
            " %s::jsonb, NULL)::procrastinate_job_to_defer_v1]) FROM w)"
        )
        self._reads.append(name)
        self._params.extend((task, args))

    def run(self) -> bool:
        """Execute; return whether the matter was won."""
        reads = "".join(f", (SELECT count(*) FROM {name})" for name in self._reads)  # noqa: S608
        rows = run(f"WITH {', '.join(self._parts)} SELECT (SELECT count(*) FROM w){reads}", self._params)  # noqa: S608
        return bool(rows[0][0])
