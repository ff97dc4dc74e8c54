"""Keep definitions and rollups: nothing a figure says is decided here."""

import json
import time
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from psycopg.types.json import Jsonb

from bihuan.kernel.figures import apart, counting, listing, registry, tallies
from bihuan.kernel.figures.facts import Facts
from bihuan.kernel.figures.models import ALWAYS
from bihuan.kernel.figures.selectors import definition, is_past, moment
from bihuan.kernel.now import now, today
from bihuan.kernel.permits.rules import EVERYTHING
from bihuan.kernel.store.sql import atomic, run
from bihuan.logic.rates import Figure, Tally, canonical, fingerprint

_LATEST = "SELECT DISTINCT ON (name) name, hash FROM figures_definition ORDER BY name, since DESC"
_RECORD = """
INSERT INTO figures_definition (name, since, hash, text, title, definition, exclusions)
VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT (name, since) DO NOTHING
"""


_COUNTED = """
INSERT INTO figures_counted (id, began, took) VALUES (1, %s, %s)
ON CONFLICT (id) DO UPDATE SET began = excluded.began, took = excluded.took
"""
_SHARE = 20
#: What was counted is read for an hour: the next count must be there before (seconds).
_REST = 2400


def record_definitions() -> list[str]:
    """Write down every declared figure whose definition has changed; return the names. Run at start-up."""
    latest: dict[str, str] = dict(run(_LATEST))
    changed = []
    declared: list[tuple[Figure | Tally, str]] = [(one, canonical(one)) for one in registry.all_figures()]
    declared += [(one, one.text) for one in tallies.all_tallies()]
    for figure, text in declared:
        if latest.get(figure.name) == fingerprint(text):
            continue
        words = _exclusions(figure)
        run(
            _RECORD,
            (figure.name, now(), fingerprint(text), text, figure.title, figure.definition, Jsonb(words)),
        )
        changed.append(figure.name)
    return changed


def _exclusions(figure: Figure | Tally) -> list[str]:
    """Return how what is left out is called."""
    if isinstance(figure, Tally):
        return [str(title) for _part, title in figure.exclusions]
    return [str(title) for title, _count in figure.exclusions]


def count_today() -> bool:
    """Count the day so far unless that has taken its part of the time already; return whether it was counted.

    Counting takes about one part in :data:`_SHARE` of the time, whichever machine does it and whenever it started:
    what is counted in a large house is a little older there, and the house stays quick.
    """
    began, clock = now(), time.monotonic()
    rest = timedelta(seconds=_REST)
    for last, took in run("SELECT began, took FROM figures_counted"):
        if last <= began < last + min(took * _SHARE * timedelta(seconds=1), rest):
            return False
    refresh_daily()
    run(_COUNTED, (began, time.monotonic() - clock))
    return True


def refresh_daily(day: date | None = None, figures: Iterable[Figure] | None = None) -> int:
    """Count every figure for a day (default: today so far), in all places at once; return the rows written.

    Over all time and over the year so far. The spans are read once for all figures; cases that no figure tells
    apart are put together per finest place first, and only those few rows are counted. The newest cases of every
    part are listed.
    """
    day = day or today()
    chosen = (
        [definition(f.name, day, "default") for f in registry.all_figures()]
        if figures is None
        else [*figures]
    )
    if not chosen:
        return 0
    columns = sorted({name for one in chosen for name in registry.apart(one.name)})
    facts = Facts(chosen, moment(day), [EVERYTHING], past=is_past(day), groups=columns)
    made = now()
    with atomic():
        run("SET LOCAL work_mem = '64MB'")
        # All matters are read: looking each up by its index costs twice as much as reading the tables through.
        run("SET LOCAL enable_nestloop = off")
        run("DELETE FROM figures_daily WHERE day = %s AND hash = ANY(%s)", (day, [_print(f) for f in chosen]))
        run(f"CREATE TEMP TABLE {listing.TABLE} AS WITH {facts.sql} SELECT * FROM facts", facts.params)  # noqa: S608
        run("SET LOCAL enable_nestloop = on")
        counting.alike(facts, chosen, columns, date(day.year, 1, 1))
        rows = counting.roll(facts, chosen, day, made)
        if day == today():
            apart.write(facts, chosen, day, made)
        listing.write(facts, chosen, day, made, _empty(rows))
        listing.forget(day)
        run(f"DROP TABLE {listing.TABLE}, {counting.TABLE}")
    return len(rows)


def _empty(rows: Iterable[tuple[Any, ...]]) -> set[tuple[str, str]]:
    """Return (hash, part) of what counts no case anywhere, ever."""
    whole = [
        (print_, json.loads(text)) for print_, since, scope, text in rows if (since, scope) == (ALWAYS, "*")
    ]
    return {(print_, part) for print_, counts in whole for part, count in counts.items() if not count}


def _print(figure: Figure) -> str:
    return fingerprint(canonical(figure))
