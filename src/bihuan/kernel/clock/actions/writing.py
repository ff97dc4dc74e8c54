"""Carry out clock operations that are not part of a move, and mark what the applicant was told."""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from bihuan.kernel.clock.rows import Writes
from bihuan.kernel.errors import Conflict
from bihuan.kernel.now import now
from bihuan.kernel.store.sql import atomic, run


def write(done: Iterable[Writes]) -> None:
    """Write worked-out operations in one transaction; Conflict when a clock has changed meanwhile."""
    with atomic():
        for one in done:
            for update in one.updates:
                sql = f"UPDATE {update.table} SET {update.assign} WHERE {update.where} RETURNING id"  # noqa: S608
                if not run(sql, update.params):
                    raise Conflict(
                        _("Somebody was first: the clock has changed. Reload and try again."), where=one.name
                    )
            for insert in one.inserts:
                names = ", ".join(name for name, _kind in insert.columns)
                holes = ", ".join(f"%s::{kind}" for _name, kind in insert.columns)
                for row in insert.rows:
                    run(f"INSERT INTO {insert.table} ({names}) VALUES ({holes})", row)  # noqa: S608


def mark_extensions_told(ids: Sequence[int]) -> int:
    """Note that the applicant was told how their extension was decided; return how many were new."""
    return len(
        run(
            "UPDATE clock_extension SET told = %s WHERE id = ANY(%s) AND told IS NULL AND state <> 'asked'"
            " RETURNING id",
            (now(), list(ids)),
        )
    )


def mark_stops_told(ids: Sequence[int]) -> int:
    """Note that the applicant was told in writing of a stop; return how many were new."""
    sql = "UPDATE clock_stop SET told = %s WHERE id = ANY(%s) AND told IS NULL RETURNING id"
    return len(run(sql, (now(), list(ids))))
