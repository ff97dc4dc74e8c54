"""Reading time limits and reminders for their administration: every dated row, and who runs on it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext

from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.identity.selectors.divisions import scope_of
from bihuan.kernel.store.sql import run
from bihuan.site.admin.permits import within


@dataclass(frozen=True, slots=True)
class Row:
    """A limit from a day on: ``state`` is in force, coming, or past (another row holds now)."""

    id: int
    rule: str
    title: str
    value: int
    unit: str
    roll: bool
    source: str
    verified_on: date | None
    division: int
    valid_from: date
    at: datetime
    version: int
    state: str


@dataclass(frozen=True, slots=True)
class Reminder:
    """When reminders are given, from a day on."""

    id: int
    kind: str
    side: str
    value: int
    unit: str
    upto_days: int
    over_days: int
    digest: bool
    active: bool
    source: str
    valid_from: date
    state: str


_ROWS = """
    SELECT id, rule, title, value, unit, roll, source, verified_on, division, valid_from, at, version,
        CASE WHEN valid_from > %(day)s THEN 'coming'
             WHEN row_number() OVER (PARTITION BY rule, division, valid_from <= %(day)s
                ORDER BY valid_from DESC, id DESC) = 1 THEN 'holds' ELSE 'past' END
    FROM clock_limitrow"""


def rows(day: date, *, rule: str = "", state: str = "") -> list[Row]:
    """Return limit rows by rule and scope, latest day first: of one rule, of one state, or all."""
    sql = f"""
        SELECT * FROM ({_ROWS} WHERE %(rule)s::text = '' OR rule = %(rule)s::text) AS r
        WHERE %(state)s::text = '' OR "case" = %(state)s::text
        ORDER BY rule, division, valid_from DESC, id DESC"""  # noqa: S608 - constants
    return [Row(*row) for row in run(sql, {"day": day, "rule": rule, "state": state})]


def titles(found: list[Row]) -> Mapping[str, str]:
    """Return the title of each rule in the reader's language: of its latest row that has one."""
    named = sorted((row for row in found if row.title), key=lambda row: row.version)
    return {row.rule: gettext(row.title) for row in named}


def may_edit(actor: Actor, division: int) -> bool:
    """Whether rows of a scope lie in the actor's own part of the tree."""
    level, own = within(actor)
    return not level or (division != 0 and getattr(scope_of(division), level, 0) == own)


def running(rule: str) -> dict[int, int]:
    """Return how many open clocks run on each row of a rule."""
    sql = """
        SELECT limit_id, count(*) FROM clock_clock
        WHERE ended_at IS NULL AND limit_id IN (SELECT id FROM clock_limitrow WHERE rule = %s)
        GROUP BY limit_id"""
    return dict(run(sql, (rule,)))


def reminders() -> list[Reminder]:
    """Return reminder rows: those that count first, then those they replaced."""
    sql = """
        SELECT id, kind, side, value, unit, upto_days, over_days, digest, active, source, valid_from,
            CASE WHEN row_number() OVER (PARTITION BY kind, upto_days, over_days
                ORDER BY valid_from DESC, id DESC) = 1 THEN 'holds' ELSE 'past' END AS state
        FROM clock_reminderrow"""
    order = {"before": 0, "at": 1, "after": 2}
    found = [Reminder(*row) for row in run(sql)]
    return sorted(
        found, key=lambda r: (r.state != "holds", order[r.side], -r.value if r.side == "before" else r.value)
    )
