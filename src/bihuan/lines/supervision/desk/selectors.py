"""What supervision has beside it from the first hour: what is overdue, what is watched, what waits for it."""

from dataclasses import dataclass

from bihuan.kernel.flow import registry
from bihuan.kernel.flow import selectors as flow
from bihuan.kernel.flow.rows import SELECT, SUPPORTS, MatterRow, from_sql
from bihuan.kernel.identity.actors import LEVELS, Actor
from bihuan.kernel.now import now
from bihuan.kernel.store.sql import run

#: Matters of supervision itself stand in its own lists.
OWN = "supervision"


@dataclass(frozen=True, slots=True)
class Watched:
    """An open matter with whether it is watched, and the open watch or urge over it (code, or '')."""

    row: MatterRow
    watched: bool
    watch: str


_WATCH = """(SELECT w.code FROM flow_matter w WHERE w.parent = m.id AND w.parent > 0 AND w.kind = 'supervision.watch'
    AND w.open ORDER BY w.id DESC LIMIT 1)"""
_STATES = {
    "late": "m.clock = 'running' AND m.due < %(now)s",
    "watched": f"(coalesce((m.data ->> 'watched')::boolean, false) OR {_WATCH} IS NOT NULL)",
    "all": f"((m.clock = 'running' AND m.due < %(now)s)"
    f" OR coalesce((m.data ->> 'watched')::boolean, false) OR {_WATCH} IS NOT NULL)",
}


def beside(actor: Actor, state: str = "all", kind: str = "", limit: int = 100) -> list[Watched]:
    """Return the open matters of the actor's place that are overdue or watched, the longest overdue first."""
    if actor.level not in LEVELS or not actor.division:
        return []
    sql = f"""SELECT {SELECT}, {SUPPORTS}, coalesce((m.data ->> 'watched')::boolean, false), {_WATCH}
              FROM flow_matter m WHERE m.open AND m.line <> %(own)s AND m.{actor.level} = %(division)s
              AND m.{actor.level} > 0 AND {_STATES[state]} AND (%(kind)s = '' OR m.kind = %(kind)s)
              ORDER BY m.due NULLS LAST, m.id LIMIT %(limit)s"""  # noqa: S608 - own names
    params = {"own": OWN, "division": actor.division, "now": now(), "kind": kind, "limit": limit}
    found = [
        Watched(from_sql(row), bool(row[-2]) or row[-1] is not None, row[-1] or "")
        for row in run(sql, params, "read")
    ]
    return [one for one in found if registry.may_open(actor, one.row)]


def counts(actor: Actor) -> dict[str, int]:
    """Return how many of the place are overdue, are watched, and how many kinds of things wait for supervision."""
    if actor.level not in LEVELS or not actor.division:
        return {"late": 0, "watched": 0, "appeals": 0, "cards": 0}
    sql = f"""SELECT count(*) FILTER (WHERE m.line <> %(own)s AND {_STATES["late"]}),
                     count(*) FILTER (WHERE m.line <> %(own)s AND {_STATES["watched"]}),
                     count(*) FILTER (WHERE m.kind = 'supervision.appeal'),
                     count(*) FILTER (WHERE m.kind IN ('supervision.card', 'supervision.mention'))
              FROM flow_matter m WHERE m.open AND m.{actor.level} = %(division)s AND m.{actor.level} > 0"""  # noqa: S608
    row = run(sql, {"own": OWN, "division": actor.division, "now": now()}, "read")[0]
    return dict(zip(("late", "watched", "appeals", "cards"), row, strict=True))


def waiting(actor: Actor) -> list[MatterRow]:
    """Return supervision's own matters that wait for the actor: appeals, cards, answers to urges, drafts."""
    return [row for row in flow.held(actor, limit=200, using="read") if row.line == OWN]


def kinds_beside(actor: Actor) -> list[str]:
    """Return the kinds of open matters of the place that are overdue or watched."""
    return sorted({one.row.kind for one in beside(actor, limit=500)})
