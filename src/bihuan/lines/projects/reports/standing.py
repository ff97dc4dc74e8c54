"""Who had to report for a period, who did and when: one SQL source for lists, figures and notices.

Where each project stands for a period: ``on_time``, ``late`` (reported), ``missing`` (the cut-off has
passed), ``waiting`` (still time), or why nothing is asked for: ``paused``, ``ended``, ``withdrawn``,
``produced`` (before the period began), ``later`` (entered into the register after the cut-off),
``no_rule`` (no cut-off at this place). One that reported stands by its report alone.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.now import now
from bihuan.kernel.store.sql import run
from bihuan.lines.projects.reports.cutoffs import Deadlines, places
from bihuan.lines.projects.reports.periods import Period
from bihuan.lines.projects.timetables.rows import all_visible, visible_ids

REPORTED = ("on_time", "late")
DUE = ("on_time", "late", "missing")
EXCUSED = ("paused", "ended", "withdrawn", "produced", "later", "no_rule")
STANDINGS = (*DUE, "waiting", *EXCUSED)

#: Where project ``p`` stands with report ``r`` for the period of ``d``; one parameter: the present moment.
_CASE = """CASE WHEN r.id IS NOT NULL THEN
       CASE WHEN d.until IS NULL OR r.created_at < d.until THEN 'on_time' ELSE 'late' END
     WHEN p.state NOT IN ('', 'normal') THEN p.state
     WHEN p.produced < d.first THEN 'produced'
     WHEN d.until IS NULL THEN 'no_rule'
     WHEN p.created_at >= d.until THEN 'later'
     WHEN d.until <= %s THEN 'missing' ELSE 'waiting' END"""

_LIVE_PROJECT = """SELECT m.id, m.division, m.lead_unit, m.state, m.produced, m.created_at FROM projects_project m
 WHERE {seen}"""
_LIVE_REPORT = """SELECT id, project_id, period_kind, period, period_last, year_plan_wan, done_wan, cumulative_wan,
 created_at FROM projects_report WHERE withdrawn_at IS NULL AND period BETWEEN %s AND %s"""

#: A register as it was known at a moment, from its amends: the last code of every field.
_PAST = """SELECT a.chain_id AS id, min(a.recorded) AS created_at,
 jsonb_object_agg(f.key, f.value -> 'new' ORDER BY a.seq) FILTER (WHERE f.key IS NOT NULL) AS code
 FROM registers_amend a LEFT JOIN LATERAL jsonb_each(a.changes) f ON true
 WHERE a.register = %s AND a.recorded < %s GROUP BY a.chain_id HAVING NOT bool_or(a.move = 'withdraw')"""
_PAST_PROJECT = """SELECT v.id, v.division, v.lead_unit, coalesce(k.code ->> 'state', '') AS state,
 left((k.code ->> 'produced') || '-01-01', 10)::date AS produced, k.created_at
 FROM projects_project v JOIN known_project k ON k.id = v.id WHERE v.id IN ({ids})"""
_PAST_REPORT = """SELECT k.id, v.project_id, v.period_kind, v.period, v.period_last,
 ltrim(k.code ->> 'year_plan_wan', '~')::numeric AS year_plan_wan,
 ltrim(k.code ->> 'done_wan', '~')::numeric AS done_wan,
 ltrim(k.code ->> 'cumulative_wan', '~')::numeric AS cumulative_wan, k.created_at
 FROM projects_report v JOIN known_report k ON k.id = v.id WHERE v.period BETWEEN %s AND %s"""


@dataclass(slots=True)
class Source:
    """The common table expressions ``p`` (projects), ``r`` (reports), ``d`` (deadlines) and their parameters.

    ``at`` is the present of the question: what was recorded later is not known to a ``past`` one.
    """

    at: datetime
    deadlines: Deadlines
    sql: str = ""
    params: list[Any] = field(default_factory=list)

    @property
    def case(self) -> str:
        """Return the expression of where ``p`` stands; takes :attr:`at` as its parameter."""
        return _CASE


def source(
    actor: Actor, periods: Sequence[Period], *, at: datetime | None = None, unit: int | None = None
) -> Source | None:
    """Return the source over the projects the actor sees, None when there are none.

    ``at``: a past moment asks for what was known then. ``unit`` narrows to one lead unit.
    """
    where, given = (["m.lead_unit = %s"], [unit]) if unit is not None else ([], [])
    made = Source(at or now(), Deadlines())
    first, last = min(p.first for p in periods), max(p.first for p in periods)
    if at is None:
        seen, values = all_visible(actor, where, given)
        if not seen:
            return None
        parts = [f"p AS ({_LIVE_PROJECT.format(seen=seen)})", f"r AS ({_LIVE_REPORT})"]
        made.params = [*values, first, last]
    else:
        ids, values = visible_ids(actor, where, given)
        if not ids:
            return None
        parts = [f"known_project AS ({_PAST})", f"known_report AS ({_PAST})"]
        parts += [f"p AS ({_PAST_PROJECT.format(ids=ids)})", f"r AS ({_PAST_REPORT})"]
        made.params = ["projects", at, "projects.reports", at, *values, first, last]
    parts.append(
        "d AS (SELECT * FROM unnest(%s::bigint[], %s::text[], %s::date[], %s::timestamptz[])"
        " AS d(division, kind, first, until))"
    )
    made.params += _deadlines(made.deadlines, periods)
    made.sql = f"WITH {', '.join(parts)}"
    return made


def _deadlines(deadlines: Deadlines, periods: Sequence[Period]) -> list[list[Any]]:
    """Return, for every place projects lie at and every period, until when reports are in time."""
    found = places(row[0] for row in run("SELECT DISTINCT division FROM projects_project"))
    rows = [
        (division, str(period.kind), period.first, deadlines.until(period, scope))
        for division, scope in found.items()
        for period in periods
    ]
    return [list(column) for column in zip(*rows, strict=True)] if rows else [[], [], [], []]


#: Every project with every period asked about, and its report if there is one.
JOINED = """FROM p JOIN d ON d.division = p.division
 LEFT JOIN r ON r.project_id = p.id AND r.period_kind = d.kind AND r.period = d.first"""


def counts(made: Source | None) -> dict[date, dict[str, int]]:
    """Return by period (its first day) how many projects stand where."""
    if made is None:
        return {}
    sql = f"{made.sql} SELECT d.first, {made.case} AS standing, count(*) {JOINED} GROUP BY 1, 2 ORDER BY 1"
    found: dict[date, dict[str, int]] = {}
    for first, standing, count in run(sql, (*made.params, made.at)):
        found.setdefault(first, {})[standing] = count
    return found


def by_unit(made: Source | None) -> dict[int, dict[str, int]]:
    """Return by lead unit how many projects stand where, for a source of one period."""
    if made is None:
        return {}
    sql = f"{made.sql} SELECT p.lead_unit, {made.case} AS standing, count(*) {JOINED} GROUP BY 1, 2"
    found: dict[int, dict[str, int]] = {}
    for unit, standing, count in run(sql, (*made.params, made.at)):
        found.setdefault(unit, {})[standing] = count
    return found


def ids(
    made: Source | None, wanted: Iterable[str], *, before: int = 0, limit: int = 50
) -> list[tuple[int, str]]:
    """Return (project, where it stands) of those that stand so, newest project first, for one period."""
    if made is None:
        return []
    stands = f"SELECT p.id, {made.case} AS standing {JOINED}"
    sql = f"""{made.sql} SELECT * FROM ({stands}) s
              WHERE s.standing = ANY(%s) AND (%s = 0 OR s.id < %s) ORDER BY s.id DESC LIMIT %s"""  # noqa: S608 - own names
    return [
        (key, standing)
        for key, standing in run(sql, (*made.params, made.at, list(wanted), before, before, limit))
    ]
