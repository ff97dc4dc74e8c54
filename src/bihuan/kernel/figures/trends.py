"""What figures said at the ends of past months, as far as they were counted then."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from bihuan.kernel.figures.models import ALWAYS
from bihuan.kernel.figures.selectors import made
from bihuan.kernel.now import today
from bihuan.kernel.permits.rules import Branch
from bihuan.kernel.store.sql import run
from bihuan.logic.rates import Figure, canonical, fingerprint


@dataclass(frozen=True, slots=True)
class Point:
    """A value of a figure at a time, None where there is none."""

    at: date
    value: Decimal | None
    small: bool = False


_DAILY = """SELECT hash, day, counts::text, made FROM figures_daily
WHERE hash = ANY(%s) AND day = ANY(%s) AND since = %s AND scope = %s AND scope_id = %s ORDER BY day"""


def of_months(
    figures: Sequence[Figure], branch: Branch, months: int = 6, using: str = "read"
) -> dict[str, list[Point]]:
    """Return by figure its values over all time at the ends of past months; one statement."""
    ends: list[date] = []
    day = today().replace(day=1)
    while len(ends) < months:
        ends.append(day - date.resolution)
        day = ends[-1].replace(day=1)
    by_hash = {fingerprint(canonical(figure)): figure for figure in figures}
    key = 0 if branch.column == "*" else branch.value
    rows = run(_DAILY, (list(by_hash), ends, ALWAYS, branch.column, key), using)
    found: dict[str, list[Point]] = {}
    for print_, at, counts, moment in rows:
        figure = by_hash[print_]
        value = made(figure, json.loads(counts), at, moment)
        found.setdefault(figure.name, []).append(Point(at, value.value, value.small))
    return found
