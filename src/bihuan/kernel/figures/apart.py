"""Figures told apart by unit, place or class within whatever place one sees: counted with the day, read at once.

The daily rollup says what a figure is in a place; here it says, for each place, what it is per group. Only for the
figures that :func:`registry.tell_apart` names, and only as of now.
"""

import json
from collections.abc import Sequence
from datetime import date, datetime

from bihuan.kernel.figures import counting, registry
from bihuan.kernel.figures.facts import SCOPES, Facts, column_of
from bihuan.kernel.figures.models import ALWAYS
from bihuan.kernel.figures.selectors import FRESH, FigureValue, made, value
from bihuan.kernel.now import now, today
from bihuan.kernel.permits.rules import Branch
from bihuan.kernel.store.sql import run
from bihuan.logic.rates import Figure, canonical, fingerprint

_READ = """
SELECT hash, counts::text, made FROM figures_apart
WHERE hash = ANY(%s) AND since = %s AND scope = %s AND scope_id = %s AND by = %s AND made >= %s
"""


def told_apart(
    figures: Sequence[Figure],
    branches: Sequence[Branch],
    by: str,
    since: date | None = None,
    using: str = "read",
) -> dict[str, list[FigureValue]]:
    """Return by figure its values as of now, one a group: one statement where they were counted ahead.

    A figure that was not, or too long ago, is counted from the spans, slowly. Groups without any case are left out.
    """
    found: dict[str, list[FigureValue]] = {}
    if len(branches) == 1 and branches[0].column in ("*", *SCOPES):
        scope, key = (branches[0].column, int(branches[0].value)) if branches[0].column != "*" else ("*", 0)
        prints = {fingerprint(canonical(one)): one for one in figures}
        rows = run(_READ, (list(prints), since or ALWAYS, scope, key, by, now() - FRESH), using)
        for print_, text, at in rows:
            figure = prints[print_]
            found[figure.name] = [
                made(figure, counts, today(), at, group) for group, counts in json.loads(text)
            ]
    return {
        one.name: found[one.name] if one.name in found else _counted(one, branches, by, since, using)
        for one in figures
    }


def _counted(
    figure: Figure, branches: Sequence[Branch], by: str, since: date | None, using: str
) -> list[FigureValue]:
    values = value(figure.name, branches, since=since, group_by=by, using=using)
    return [one for one in values if one.numerator or one.denominator or any(n for _title, n in one.excluded)]


def write(facts: Facts, figures: Sequence[Figure], day: date, at: datetime) -> None:
    """Count the figures that are told apart from the cases that are alike, in the place of what was counted before."""
    wanted = [one for one in figures if registry.apart(one.name)]
    for groups in sorted({registry.apart(one.name) for one in wanted}):
        _write(facts, [one for one in wanted if registry.apart(one.name) == groups], groups, day, at)


def _write(facts: Facts, figures: Sequence[Figure], groups: Sequence[str], day: date, at: datetime) -> None:
    cells, lines = counting.cells(facts, figures, day)
    columns = ", ".join(dict.fromkeys([*SCOPES, *map(column_of, groups)]))
    sums = ", ".join(f"sum(c.c{n}) AS c{n}" for n in range(len(cells)))
    scopes = ", ".join(f"('{name}', c.{name}::bigint)" for name in SCOPES)
    keys = ", ".join(f"('{name}', to_jsonb(c.{column_of(name)}))" for name in groups)
    run("DELETE FROM figures_apart WHERE hash = ANY(%s)", ([fingerprint(canonical(f)) for f in figures],))
    run(
        f"WITH cell AS MATERIALIZED (SELECT {columns}, {', '.join(cells)}"  # noqa: S608 - own names
        f" FROM {counting.TABLE} facts GROUP BY {columns}),"
        f" r AS MATERIALIZED (SELECT v.scope, v.id, g.by, g.key, {sums} FROM cell c"
        f" CROSS JOIN LATERAL (VALUES ('*', 0::bigint), {scopes}) AS v (scope, id)"
        f" CROSS JOIN LATERAL (VALUES {keys}) AS g (by, key)"
        " WHERE v.scope = '*' OR v.id > 0 GROUP BY 1, 2, 3, 4)"
        " INSERT INTO figures_apart (hash, since, scope, scope_id, by, counts, made)"
        " SELECT f.hash, f.since, r.scope, r.id, r.by, coalesce(jsonb_agg(jsonb_build_array(r.key, f.counts)"
        " ORDER BY r.key) FILTER (WHERE EXISTS (SELECT FROM jsonb_each_text(f.counts) n WHERE n.value::float8 <> 0)),"
        f" '[]'), {facts.add(at)}::timestamptz"
        f" FROM r CROSS JOIN LATERAL (VALUES {', '.join(lines)}) AS f (hash, since, counts)"
        " GROUP BY 1, 2, 3, 4, 5",
        facts.params,
    )
