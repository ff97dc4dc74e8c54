"""What was recorded after the day it is of: which past days it may have changed, and what these are as known now."""

from collections.abc import Sequence
from datetime import date, timedelta

from bihuan.kernel.figures.selectors import FigureValue, computed_together, moment, start
from bihuan.kernel.permits.rules import Branch
from bihuan.kernel.permits.walk import condition
from bihuan.kernel.store.sql import run
from bihuan.logic.rates import PERIODS, Figure

_LATE = """
SELECT s.since, k.recorded FROM flow_span s JOIN flow_matter m ON m.id = s.matter_id
JOIN ledger_entry k ON k.chain_id = s.matter_id AND k.seq = s.n
WHERE s.since >= %s AND s.since < %s AND m.kind = %s AND ({where})
  AND k.recorded > ((s.since AT TIME ZONE 'Asia/Shanghai')::date + 1)::timestamp AT TIME ZONE 'Asia/Shanghai'"""


def days(
    kind: str,
    branch: Branch,
    asked: Sequence[date],
    reach: timedelta = timedelta(days=31),
    using: str = "read",
) -> set[date]:
    """Return those of past days whose figures something recorded after their end may have changed.

    It counts at matters of one kind, and may have happened at most ``reach`` before the first of these days.
    """
    if not asked:
        return set()
    where, params = condition(branch)
    sql = _LATE.format(where=where)
    rows = run(sql, (start(min(asked) - reach), moment(max(asked)), kind, *params), using)
    return {day for day in asked if any(since < moment(day) < recorded for since, recorded in rows)}


def known_now(
    figures: Sequence[Figure], branch: Branch, since: date, until: date, using: str = "read"
) -> dict[str, FigureValue]:
    """Return figures of a period that is over, with all that was recorded since, by name in the order given."""
    found: dict[str, FigureValue] = {}
    for period in PERIODS:
        mine = [one for one in figures if one.period == period]
        if mine:
            counted = computed_together(mine, [branch], until, since, None, using, known_now=True)
            found |= {one.name: values[0] for one, values in zip(mine, counted, strict=True)}
    return {one.name: found[one.name] for one in figures}
