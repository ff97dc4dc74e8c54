"""The demonstration's park, loaded once a run and put back from memory after that.

Loading it walks every line's doors and takes its time; the rows it leaves are the same
each time of a day, so tests that need the whole park copy them.
"""

from datetime import date
from typing import NamedTuple

from django.db import connection

from bihuan.kernel.identity.selectors.divisions import forget_scopes
from bihuan.kernel.now import today
from bihuan.site import demo


class _Rows(NamedTuple):
    """What a table held: its name, the columns somebody writes, its rows as COPY says them."""

    table: str
    columns: str
    said: bytes


_rows: list[_Rows] = []
#: The day they are of: a run that goes on past midnight loads the park of the next one.
_days: list[date] = []
_sequences: list[tuple[str, int]] = []
#: Tables that do not belong to the park: what the database knows of itself.
_OWN = ("django_migrations",)
_TABLES = """
    SELECT c.relname, string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum)
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND NOT c.relname = ANY(%s)
      AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
    GROUP BY c.relname"""
_LAST = "SELECT schemaname || '.' || sequencename, last_value FROM pg_sequences WHERE last_value IS NOT NULL"


def demonstration() -> None:
    """Fill the test's database with the demonstration's park."""
    day = today()
    if _rows and _days == [day]:
        _put_back()
        return
    _rows.clear()
    _sequences.clear()
    _days[:] = [day]
    demo.load()
    with connection.cursor() as cursor:
        cursor.execute(_TABLES, [list(_OWN)])
        for table, columns in cursor.fetchall():
            with cursor.copy(f"COPY {table} ({columns}) TO STDOUT") as copy:
                _rows.append(_Rows(table, columns, b"".join(map(bytes, copy))))
        cursor.execute(_LAST)
        _sequences.extend(cursor.fetchall())


def _put_back() -> None:
    with connection.cursor() as cursor:
        # The ledger's guards refuse to empty it, and a row may come before the one it points to.
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(f"TRUNCATE {', '.join(one.table for one in _rows)}")
        for one in _rows:
            with cursor.copy(f"COPY {one.table} ({one.columns}) FROM STDIN") as copy:
                copy.write(one.said)
        cursor.execute("SET session_replication_role = DEFAULT")
        for name, last in _sequences:
            cursor.execute("SELECT setval(%s, %s)", [name, last])
    forget_scopes()  # numbers that other tests gave to other divisions come again
