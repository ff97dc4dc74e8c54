"""A list of a million matters as a table: how long, and in how much memory.

``python -m bench.export [--json] [--rows 1000000]``. One matter is opened through the kernel and its row copied;
a process of its own takes the list along, so that its memory is the export's and not the filling's.
The baseline reads the same columns by a server-side cursor and writes them with ``csv``, without scope, words
or names: what one would write first.
"""

import argparse
import csv
import io
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

from bench.harness import database, main, peak_mb

_COPY = """
INSERT INTO flow_matter ({names}) SELECT {values}
FROM flow_matter m CROSS JOIN generate_series(1, %s) n WHERE m.id = (SELECT min(id) FROM flow_matter)
"""
_PLAIN = (
    "SELECT m.code, m.title, m.kind, m.stage, m.clock, m.created, m.due, m.closed, m.lead_unit, m.holder_unit,"
    " m.holder_role, m.first_unit FROM flow_matter m ORDER BY m.id DESC"
)


def _fill(rows: int) -> None:
    """Copy a genuine matter; a coordinator sees them all."""
    from bihuan.kernel.flow.bulk import New, open_many
    from bihuan.kernel.flow.rows import COLUMNS
    from bihuan.kernel.identity import actions as people
    from bihuan.kernel.identity import selectors as identity
    from bihuan.kernel.identity.actors import SYSTEM
    from bihuan.kernel.store.sql import run

    people.sync_roles()
    park = people.add_division(SYSTEM, "基准园区", "park", 0)
    unit = people.create_organisation(SYSTEM, "基准中心", "government", division=park)
    user = people.create_user(SYSTEM, "bench", "基准", password=None)
    people.appoint(SYSTEM, user, unit, "coordinator", park)
    open_many(
        SYSTEM, "projects.problem", [New({"title": "基准", "category": "other"}, identity.scope_of(park))]
    )
    other = {"id": "m.id + n", "code": "m.code || '-' || n", "title": "'红线外供水管网未接通第' || n || '处'"}
    values = ", ".join(other.get(name, f"m.{name}") for name in COLUMNS)
    run(_COPY.format(names=", ".join(COLUMNS), values=values), (rows - 1,))
    run("VACUUM ANALYZE flow_matter")


def _plain() -> Iterator[str]:
    from django.db import connection, transaction

    connection.ensure_connection()
    with transaction.atomic(), connection.connection.cursor(name="plain") as cursor:
        cursor.itersize = 2000
        file = io.StringIO()
        out = csv.writer(file)
        for row in cursor.execute(_PLAIN):
            out.writerow(row)
            if file.tell() > 1 << 18:
                yield file.getvalue()
                file.seek(0)
                file.truncate()
        yield file.getvalue()


def _taken(pieces: Iterator[str]) -> tuple[float, int]:
    start, lines = time.perf_counter(), 0
    for piece in pieces:
        lines += piece.count("\n")
    return time.perf_counter() - start, lines


def take_here() -> dict[str, Any]:
    """Take the list along as the coordinator, in this process."""
    import django

    django.setup()
    from bihuan.kernel.flow.selectors import Filter
    from bihuan.kernel.identity import selectors as identity
    from bihuan.kernel.store.sql import run
    from bihuan.site.pages.downloads import written

    user, post = run("SELECT user_id, id FROM identity_post WHERE role_id = 'coordinator'")[0]
    before = peak_mb()
    took, lines = _taken(written(identity.actor_of(user, post), Filter()))
    return {
        "rows": lines - 1,
        "export_s": round(took, 1),
        "rows_per_s": round((lines - 1) / took),
        "peak_mb": peak_mb(),
        "before_mb": before,
    }


def measure(args: argparse.Namespace) -> dict[str, Any]:
    """Fill, take the list along, then the baseline."""
    with database():
        _fill(args.rows)
        child = [sys.executable, "-m", "bench.export", "--take-here"]
        done = subprocess.run(child, capture_output=True, text=True, check=True, env=os.environ)
        found: dict[str, Any] = json.loads(done.stdout)
        plain, _lines = _taken(_plain())
        return {**found, "plain_s": round(plain, 1), "ratio": round(plain / found["export_s"], 3)}


if __name__ == "__main__":
    if sys.argv[1:2] == ["--take-here"]:
        sys.stdout.write(json.dumps(take_here()))
        raise SystemExit(0)
    raise SystemExit(main("A list of matters as a table", measure, rows=1_000_000))
