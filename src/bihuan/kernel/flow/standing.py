"""How many open matters stand at each stage: counted live where few are seen, else from a rollup of the place."""

from datetime import datetime, timedelta
from typing import Any

from bihuan.kernel.identity import roles
from bihuan.kernel.identity.actors import LEVELS, Actor, Kind
from bihuan.kernel.now import now
from bihuan.kernel.permits.rules import branches
from bihuan.kernel.permits.walk import condition
from bihuan.kernel.store.sql import atomic, run

#: A rollup serves this long, and only where at least so many matters would have to be counted.
_FRESH = timedelta(minutes=15)
_MANY = 2000

_PLACES = ", ".join(f"('{level}', g.{level})" for level in LEVELS)
_COUNT = f"""
INSERT INTO flow_standing (kind, scope, scope_id, stage, count, made)
SELECT g.kind, v.scope, v.id, g.stage, sum(g.n), %s
FROM (SELECT kind, stage, {", ".join(LEVELS)}, count(*) AS n FROM flow_matter WHERE open
      GROUP BY kind, stage, {", ".join(LEVELS)}) g
CROSS JOIN LATERAL (VALUES ('*', 0), {_PLACES}) v (scope, id)
WHERE v.scope = '*' OR v.id > 0 GROUP BY 1, 2, 3, 4
"""  # noqa: S608


def count_standing() -> None:
    """Count every kind, stage and place anew; readers see the old rollup until the new one stands."""
    with atomic():
        run("DELETE FROM flow_standing")
        run(_COUNT, (now(),))


def stage_counts(actor: Actor, kind: str, using: str = "default") -> tuple[dict[str, int], datetime]:
    """Return how many open matters of the kind the actor sees stand at each stage, and when that was counted.

    A post that sees a whole place with many matters reads the rollup, which does not know the few matters
    elsewhere that the post sees for other reasons.
    """
    moment = now()
    if place := _place(actor):
        rows = run(
            "SELECT stage, count, made FROM flow_standing"
            " WHERE kind = %s AND scope = %s AND scope_id = %s AND made > %s",
            (kind, *place, moment - _FRESH),
            using,
        )
        if sum(count for _stage, count, _made in rows) >= _MANY:
            return {stage: count for stage, count, _made in rows}, rows[0][2]
    return _live(actor, kind, using), moment


def _place(actor: Actor) -> tuple[str, int] | None:
    role = roles.get(actor.role)
    if actor.kind is Kind.SYSTEM or (role and role.sees == "everything"):
        return ("*", 0)
    return (actor.level, actor.division) if role and role.sees == "scope" and actor.division else None


def _live(actor: Actor, kind: str, using: str) -> dict[str, int]:
    parts: list[str] = []
    params: list[Any] = []
    for branch in branches(actor):
        sql, extra = condition(branch)
        parts.append(f"SELECT m.id FROM flow_matter m WHERE {sql} AND m.kind = %s AND m.open")  # noqa: S608
        params += [*extra, kind]
    if not parts:
        return {}
    rows = run(
        f"SELECT m.stage, count(*) FROM flow_matter m WHERE m.id IN ({' UNION '.join(parts)}) GROUP BY m.stage",  # noqa: S608
        params,
        using,
    )
    return dict(rows)
