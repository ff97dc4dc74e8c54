"""What comes with the program: the national calendar, default limits and reminders."""

import json
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from django.apps import apps

from bihuan.kernel.clock.actions.record import new_version
from bihuan.kernel.clock.actions.tables import PUT_LIMIT, PUT_NOTICE, PUT_REMINDER, DayChange, put_days
from bihuan.kernel.identity.actors import SYSTEM, Actor
from bihuan.kernel.jobs import defer
from bihuan.kernel.now import now
from bihuan.kernel.store.sql import atomic, run
from bihuan.logic.workdays import packaged_notices

#: Default rows hold from long ago, so that a row set by hand always comes later.
_SINCE = date(2000, 1, 1)


def is_installed() -> bool:
    """Whether the tables of this room and of the ledger stand (a migration may stop halfway)."""
    names = ["clock_almanac", "clock_alarm", "ledger_entry", "procrastinate_jobs", "bihuan_chain"]
    return bool(
        run("SELECT bool_and(to_regclass(n) IS NOT NULL) FROM unnest(%s::text[]) AS n", (names,))[0][0]
    )


def load_defaults(actor: Actor = SYSTEM) -> None:
    """Bring in what is missing of everything packaged; what an administrator has set stays."""
    with atomic():
        load_national(actor)
        load_limits(_packaged_limits(), actor)
        _load_reminders(actor)


def load_national(actor: Actor = SYSTEM) -> list[int]:
    """Load the packaged notices of years nobody has announced here yet; return those years."""
    known = {row[0] for row in run("SELECT year FROM clock_calendarnotice")}
    fresh = [notice for notice in packaged_notices() if notice.year not in known]
    if not fresh:
        return []
    years = [notice.year for notice in fresh]
    first, last = date(min(years), 1, 1), date(max(years), 12, 31)
    with new_version(actor, "days", {"years": years}, first=first, last=last) as version:
        for notice in fresh:
            put_days([DayChange(d.day, d.working, d.name, d.source) for d in notice.days], 0, version)
            run(PUT_NOTICE, (notice.year, notice.source, notice.address, notice.published))
        if run("SELECT 1 FROM clock_clock LIMIT 1"):
            defer("clock.ripple", once="clock.ripple")
        else:
            run("UPDATE clock_calendarversion SET rippled = at WHERE rippled IS NULL")
    return years


def load_limits(rows: Iterable[Mapping[str, Any]], actor: Actor = SYSTEM) -> list[str]:
    """Add default rows of rules that have none yet; return those rules.

    A row is ``{"rule", "title", "value", "unit", "source", "verified_on", "roll"}``.
    """
    known = {row[0] for row in run("SELECT DISTINCT rule FROM clock_limitrow")}
    fresh = [row for row in rows if row["rule"] not in known]
    if not fresh:
        return []
    names = [row["rule"] for row in fresh]
    with new_version(actor, "limit", {"defaults": names}) as version:
        for row in fresh:
            verified = row.get("verified_on")
            run(
                PUT_LIMIT,
                (
                    row["rule"], row.get("title", ""), row["value"], row["unit"], row.get("roll", True),
                    row["source"], date.fromisoformat(verified) if verified else None, 0, _SINCE, now(),
                    version,
                ),
            )  # fmt: skip
    return names


def _packaged_limits() -> list[dict[str, Any]]:
    """Read ``limits.json`` of every installed room and line that has one."""
    rows: list[dict[str, Any]] = []
    for app in apps.get_app_configs():
        file = Path(app.path) / "limits.json"
        if file.exists():
            rows += json.loads(file.read_text(encoding="utf-8"))
    return rows


def _load_reminders(actor: Actor) -> None:
    if run("SELECT 1 FROM clock_reminderrow LIMIT 1"):
        return
    file = Path(__file__).parent.parent / "reminders.json"
    rows = json.loads(file.read_text(encoding="utf-8"))
    with new_version(actor, "reminder", {"defaults": [row["kind"] for row in rows]}) as version:
        for row in rows:
            run(
                PUT_REMINDER,
                (
                    row["kind"], row["side"], row["value"], row["unit"], row["upto_days"], row["over_days"],
                    row["digest"], True, row["source"], _SINCE, version,
                ),
            )  # fmt: skip
