"""A sweep over a million running clocks of which some are due: none skipped, oldest first.

``python -m bench.sweep [--json] [--clocks 1000000] [--due 20000]``. One matter is opened through the kernel and
its clock copied; the moments at which reminders are due are spread over the hour before the sweep. The
baseline is what one would write first: read every clock and ask each whether it is due.
"""

import argparse
import resource
import time
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bench.harness import database, main

#: A Monday morning: on a day of rest reminders are put off.
_AT = datetime(2026, 3, 2, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
_COPY = """
INSERT INTO clock_clock ({names}) SELECT {values}
FROM clock_clock c CROSS JOIN generate_series(1, %s) n WHERE c.id = (SELECT min(id) FROM clock_clock)
"""


def _fill(clocks: int, due: int) -> None:
    """Copy a genuine clock: the first ``due`` copies are due within the hour before, the others next week."""
    from bihuan.kernel.clock.models import Clock
    from bihuan.kernel.flow.bulk import New, open_many
    from bihuan.kernel.identity import actions as people
    from bihuan.kernel.identity import selectors as identity
    from bihuan.kernel.identity.actors import SYSTEM
    from bihuan.kernel.now import travel
    from bihuan.kernel.store.sql import run

    people.sync_roles()
    park = people.add_division(SYSTEM, "基准园区", "park", 0)
    with travel(_AT - timedelta(days=3)):
        new = New({"title": "基准", "category": "other"}, identity.scope_of(park))
        open_many(SYSTEM, "projects.problem", [new])
    names = [f.column for f in Clock._meta.concrete_fields if f.column != "id"]
    spread = f"CASE WHEN n <= {due} THEN interval '1 hour' * (n * 7919 %% {due}) / {due} ELSE interval '-7 days' END"
    at = f"%s::timestamptz - {spread}"
    changed = {"matter_id": "c.matter_id + n", "due": at, "next_kind": "'due'", "next_alarm_at": at}
    values = ", ".join(changed.get(name, f"c.{name}") for name in names)
    moments = [_AT] * values.count("%s::")
    run(_COPY.format(names=", ".join(names), values=values), (*moments, clocks))
    run("DELETE FROM clock_clock WHERE id = (SELECT min(id) FROM clock_clock)")
    run("VACUUM ANALYZE clock_clock")


def measure(args: argparse.Namespace) -> dict[str, Any]:
    """Fill, sweep once, and look at what was raised."""
    with database():
        from bihuan.kernel.clock.actions.alarms import sweep
        from bihuan.kernel.store.sql import run

        _fill(args.clocks, args.due)
        found = run("SELECT count(*) FROM clock_clock WHERE next_alarm_at <= %s", (_AT,))[0][0]
        start = time.perf_counter()
        told = sweep(_AT)
        took = time.perf_counter() - start
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        raised = [row[0] for row in run("SELECT at FROM clock_alarm ORDER BY id")]
        clocks = run("SELECT count(DISTINCT clock_id) FROM clock_alarm")[0][0]
        start = time.perf_counter()
        sum(at is not None and at <= _AT for (at,) in run("SELECT next_alarm_at FROM clock_clock"))
        naive = time.perf_counter() - start
        return {
            "clocks": args.clocks,
            "due": found,
            "sweep_s": round(took, 2),
            "swept": told["clocks"],
            "raised_for": clocks,
            "skipped": found - told["clocks"],
            "oldest_first": raised == sorted(raised),
            "reading_all_s": round(naive, 2),
            "peak_mb": round(peak),
        }


if __name__ == "__main__":
    raise SystemExit(main("A sweep over running clocks", measure, clocks=1_000_000, due=20_000))
