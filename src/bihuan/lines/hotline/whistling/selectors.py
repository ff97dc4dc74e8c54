"""Read whistles and what each department called owes."""

from collections.abc import Sequence

from bihuan.kernel.flow import selectors as flow
from bihuan.kernel.flow.rows import MatterRow
from bihuan.kernel.flow.selectors import Filter
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.now import now
from bihuan.kernel.store.sql import run
from bihuan.lines.hotline.contracts import CALLOUT, WHISTLE

_OF = "SELECT id FROM flow_matter WHERE parent = ANY(%s) AND parent > 0 AND kind = %s ORDER BY id"


def callouts(whistles: Sequence[int]) -> list[MatterRow]:
    """Return what the departments called by these whistles owe, oldest first."""
    rows = flow.by_ids([row[0] for row in run(_OF, (list(whistles), CALLOUT))])
    return sorted(rows.values(), key=lambda row: row.id)


def whistles(
    actor: Actor, *, is_open: bool | None = True, before: int = 0, limit: int = 50
) -> tuple[list[MatterRow], int]:
    """Return whistles the actor sees, newest first, and the id to continue before."""
    return flow.listed(actor, Filter(kind=WHISTLE, open=is_open), before=before, limit=limit)


def owed(actor: Actor, *, before: int = 0, limit: int = 50) -> tuple[list[MatterRow], int]:
    """Return the calls by whistle that are still owed and the actor sees, newest first."""
    return flow.listed(actor, Filter(kind=CALLOUT, open=True), before=before, limit=limit)


_OVER = """
SELECT m.id FROM clock_clock c JOIN flow_matter m ON m.id = c.matter_id
WHERE c.name = %s AND c.ended_at IS NULL AND c.due < %s AND m.kind = %s AND m.open
  AND coalesce(m.data ->> %s, '') = '' AND m.stage = ANY(%s) ORDER BY m.id LIMIT %s"""


def unanswered(limit: int = 500) -> list[int]:
    """Return the calls whose limit to answer is over and not on record yet."""
    return [row[0] for row in run(_OVER, ("respond", now(), CALLOUT, "answered", ["called"], limit))]


def not_arrived(limit: int = 500) -> list[int]:
    """Return the calls whose limit to be on the spot is over and not on record yet."""
    stages = ["called", "coming", "disputed"]
    return [row[0] for row in run(_OVER, ("arrive", now(), CALLOUT, "arrived", stages, limit))]
