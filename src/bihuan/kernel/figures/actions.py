"""Keep definitions and rollups: nothing a figure says is decided here."""

from collections.abc import Iterable
from datetime import date, datetime, time

from psycopg.types.json import Jsonb

from bihuan.kernel.figures import registry
from bihuan.kernel.figures.facts import SCOPES, Facts
from bihuan.kernel.figures.models import ALWAYS
from bihuan.kernel.figures.selectors import counts_sql, definition, moment
from bihuan.kernel.now import LOCAL, now, today
from bihuan.kernel.permits.rules import EVERYTHING
from bihuan.kernel.store.sql import atomic, run
from bihuan.logic.rates import Figure, canonical, fingerprint

_LATEST = "SELECT DISTINCT ON (name) name, hash FROM figures_definition ORDER BY name, since DESC"
_RECORD = """
INSERT INTO figures_definition (name, since, hash, text, title, definition, exclusions)
VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT (name, since) DO NOTHING
"""


def record_definitions() -> list[str]:
    """Write down every declared figure whose definition has changed; return the names. Run at start-up."""
    latest: dict[str, str] = dict(run(_LATEST))
    changed = []
    for figure in registry.all_figures():
        text = canonical(figure)
        if latest.get(figure.name) == fingerprint(text):
            continue
        words = [str(title) for title, _ in figure.exclusions]
        run(
            _RECORD,
            (figure.name, now(), fingerprint(text), text, figure.title, figure.definition, Jsonb(words)),
        )
        changed.append(figure.name)
    return changed


def refresh_daily(day: date | None = None, figures: Iterable[Figure] | None = None) -> int:
    """Count every figure for a day (default: today so far), in all places at once; return the rows written.

    Over all time and over the year so far, each in one statement.
    """
    day = day or today()
    written = 0
    for declared in registry.all_figures() if figures is None else figures:
        figure = definition(declared.name, day, "default") if figures is None else declared
        for since in (None, date(day.year, 1, 1)):
            written += _refresh(figure, day, since)
    return written


def _refresh(figure: Figure, day: date, since: date | None) -> int:
    begin = datetime.combine(since, time(), LOCAL) if since else None
    facts = Facts(figure, moment(day), begin, [EVERYTHING])
    counts = counts_sql(figure, facts)
    named = " ".join(f"WHEN grouping({name}) = 0 THEN '{name}'" for name in SCOPES)
    sets = ", ".join(f"({name})" for name in SCOPES)
    key = [fingerprint(canonical(figure)), day, since or ALWAYS]
    keyed = f"{facts.add(key[0])}::text, {facts.add(key[1])}::date, {facts.add(key[2])}::date"
    with atomic():
        run("DELETE FROM figures_daily WHERE hash = %s AND day = %s AND since = %s", key)
        rows = run(
            f"WITH {facts.sql}"  # noqa: S608 - own names
            " INSERT INTO figures_daily (hash, day, since, scope, scope_id, counts, made)"
            f" SELECT {keyed}, CASE {named} ELSE '*' END, coalesce({', '.join(SCOPES)}, 0), {counts},"
            f" {facts.add(now())} FROM facts WHERE {facts.period}"
            f" GROUP BY GROUPING SETS ((), {sets}) RETURNING scope",
            facts.params,
        )
    return len(rows)
