"""Count all figures of a day from the table of facts: cases that no figure tells apart are one row with a number."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from bihuan.kernel.figures import listing
from bihuan.kernel.figures.facts import SCOPES, Facts, column_of
from bihuan.kernel.figures.models import ALWAYS
from bihuan.kernel.figures.selectors import start
from bihuan.kernel.store.sql import run
from bihuan.logic.rates import Figure, canonical, fingerprint

#: The temporary table of cases that are alike.
TABLE = "figures_alike"
#: Whether a case belongs to the year so far, by what places it in a period.
_IN = {"": "true", "opened": "facts.opened_in", "ended": "facts.ended_in"}


def alike(facts: Facts, figures: Sequence[Figure], groups: Iterable[str], year: date) -> None:
    """Put together the cases of one place, unit and group that every test of the figures answers alike."""
    tested = {test.column for one in figures for count in one.parts().values() for test in count.tests}
    names = [*SCOPES, *(column_of(one) for one in groups if one not in SCOPES), *sorted(tested)]
    names += facts.answers.values()
    columns = ", ".join(f"facts.{name}" for name in dict.fromkeys(names))
    begun = facts.add(start(year))
    sums = "".join(f", sum(facts.{name}) AS {name}" for name in facts.measures.values())
    run(
        f"CREATE TEMP TABLE {TABLE} AS SELECT {columns}, facts.opened >= {begun} AS opened_in,"  # noqa: S608
        f" facts.ended_at IS NULL OR facts.ended_at >= {begun} AS ended_in, count(*) AS n{sums}"
        f" FROM {listing.TABLE} facts GROUP BY {columns}, opened_in, ended_in",
        facts.params,
    )


def cells(facts: Facts, figures: Sequence[Figure], day: date) -> tuple[list[str], list[str]]:
    """Return the counts as columns c0, c1 …, and per figure and period the row that names them again."""
    found: list[str] = []
    lines: list[str] = []
    for figure in figures:
        for since in (None, date(day.year, 1, 1)):
            within = _IN[figure.period] if since else "true"
            pairs = []
            for part, count in figure.parts().items():
                pairs.append(f"'{part}', r.c{len(found)}")
                found.append(f"{facts.counted(count, within, 'n')} AS c{len(found)}")
            key = f"{facts.add(fingerprint(canonical(figure)))}::text, {facts.add(since or ALWAYS)}::date"
            lines.append(f"({key}, jsonb_build_object({', '.join(pairs)}))")
    return found, lines


def roll(facts: Facts, figures: Sequence[Figure], day: date, made: datetime) -> list[tuple[Any, ...]]:
    """Write the rollup of a day from the cases that are alike; return (hash, since, scope, counts) of every row."""
    counts, lines = cells(facts, figures, day)
    named = " ".join(f"WHEN grouping({name}) = 0 THEN '{name}'" for name in SCOPES)
    sums = ", ".join(f"coalesce(sum(c{n}), 0) AS c{n}" for n in range(len(counts)))
    scopes = ", ".join(SCOPES)
    sets = ", ".join(f"({name})" for name in SCOPES)
    return run(
        f"WITH cell AS (SELECT {scopes}, {', '.join(counts)} FROM {TABLE} facts GROUP BY {scopes}),"  # noqa: S608
        f" rolled AS (SELECT CASE {named} ELSE '*' END AS scope, coalesce({scopes}, 0) AS scope_id, {sums}"
        f" FROM cell GROUP BY GROUPING SETS ((), {sets}))"
        " INSERT INTO figures_daily (hash, day, since, scope, scope_id, counts, made)"
        f" SELECT f.hash, {facts.add(day)}::date, f.since, r.scope, r.scope_id, f.counts,"
        f" {facts.add(made)}::timestamptz"
        f" FROM rolled r CROSS JOIN LATERAL (VALUES {', '.join(lines)}) AS f (hash, since, counts)"
        " RETURNING hash, since, scope, counts::text",
        facts.params,
    )
