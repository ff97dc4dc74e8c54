"""Count what the wall shows; running it twice does no harm."""

from datetime import date

from bihuan.kernel.figures import registry
from bihuan.kernel.figures import selectors as figures
from bihuan.kernel.flow.registry import guarded
from bihuan.kernel.identity.actors import LEVELS
from bihuan.kernel.now import now, today
from bihuan.kernel.permits.rules import EVERYTHING, Branch
from bihuan.kernel.store.sql import atomic, run
from bihuan.lines.wall.selectors import RANKED, ROLES, near_untils

_SCOPE = ", ".join(("division", *LEVELS))
_OF_MATTER = ", ".join(f"m.{name}" for name in ("division", *LEVELS))

#: One pass over the open matters; the moment until which a limit is near depends on the place's working days.
_LOADS = f"""
INSERT INTO wall_load (kind, {_SCOPE}, open, late, near, paused, watched, made)
SELECT m.kind, {_OF_MATTER}, count(*),
  count(*) FILTER (WHERE m.clock = 'running' AND m.due < %s),
  count(*) FILTER (WHERE m.clock = 'running' AND m.due >= %s AND m.due < coalesce(u.until, %s)),
  count(*) FILTER (WHERE m.clock = 'paused'),
  count(*) FILTER (WHERE m.data ->> 'watched' = 'true'), %s
FROM flow_matter m LEFT JOIN unnest(%s::bigint[], %s::timestamptz[]) AS u(division, until) ON u.division = m.division
WHERE m.open AND m.kind <> ALL(%s) GROUP BY m.kind, {_OF_MATTER}
"""  # noqa: S608 - our own names


def refresh_loads() -> None:
    """Count the open matters of every place anew."""
    moment = now()
    untils, usual = near_untils(
        [row[0] for row in run("SELECT DISTINCT division FROM flow_matter WHERE open")]
    )
    with atomic():
        run("SELECT pg_advisory_xact_lock(hashtext('wall.loads'))")
        run("DELETE FROM wall_load")
        run(_LOADS, [moment, moment, usual, moment, list(untils), list(untils.values()), guarded()])


#: The places some post with a wall reaches over.
_PLACES = """
SELECT DISTINCT d.level, d.id FROM identity_post p JOIN identity_division d ON d.id = p.division_id
WHERE p.role_id = ANY(%s) AND p.valid_from <= %s AND (p.valid_until IS NULL OR p.valid_until > %s)
"""
_WRITE = """
INSERT INTO wall_rank (level, division, unit, figure, part, whole, least, made)
SELECT v.*, %s FROM unnest(%s::text[], %s::bigint[], %s::bigint[], %s::text[], %s::int[], %s::int[], %s::int[]) AS v
"""


def refresh_ranks() -> None:
    """Count anew which unit did how many of its cases in time since the year began, for every place with a wall."""
    moment = now()
    lines = []
    for level, division in run(_PLACES, (list(ROLES), moment, moment)):
        for name in RANKED:
            lines += [(level, division, *line) for line in _ranked(name, level, division)]
    with atomic():
        run("SELECT pg_advisory_xact_lock(hashtext('wall.ranks'))")
        run("DELETE FROM wall_rank")
        if lines:
            run(_WRITE, [moment, *(list(column) for column in zip(*lines, strict=True))])


def _ranked(name: str, level: str, division: int) -> list[tuple[int, str, int, int, int]]:
    """Return (unit, figure, part, whole, least cases to be ranked) for a place."""
    branch = Branch(level, division) if level else EVERYTHING
    try:
        least = registry.get(name).min_cases
    except KeyError:
        return []
    found = figures.value(
        name, (branch,), since=date(today().year, 1, 1), group_by="lead_unit", using="default"
    )
    return [
        (int(one.group), name, int(one.numerator), one.denominator, least)
        for one in found
        if one.group and one.denominator
    ]
