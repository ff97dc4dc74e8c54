"""Read what was set aside: heaps that wait, their orders, and why an order lies there."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from bihuan.kernel.content.selectors import SHOWN, open_values
from bihuan.kernel.flow import registry
from bihuan.kernel.flow import selectors as flow
from bihuan.kernel.flow.rows import MatterRow
from bihuan.kernel.flow.selectors import Filter
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.store.sql import run
from bihuan.lines.hotline.aside.reasons import LINKS
from bihuan.lines.hotline.contracts import ASIDE, HEAP, ORDER


def heaps(
    actor: Actor, *, is_open: bool | None = True, before: int = 0, limit: int = 50
) -> tuple[list[MatterRow], int]:
    """Return heaps the actor sees, newest first, and the id to continue before."""
    return flow.listed(actor, Filter(kind=HEAP, open=is_open), before=before, limit=limit)


def orders(actor: Actor, heap: int, *, before: int = 0, limit: int = 30) -> tuple[list[MatterRow], int]:
    """Return the orders of a heap that its reader may open, newest first, and the id to continue before."""
    where, params = registry.narrowed(actor, ORDER)
    sql = f"""SELECT m.id FROM hotline_aside a JOIN flow_matter m ON m.id = a.matter
              WHERE {" AND ".join(("a.heap = %s", "(%s = 0 OR a.matter < %s)", *where))}
              ORDER BY a.matter DESC LIMIT %s"""  # noqa: S608 - own conditions
    ids = [row[0] for row in run(sql, [heap, before, before, *params, limit + 1])]
    rows = flow.by_ids(ids[:limit])
    return [rows[key] for key in ids[:limit]], ids[limit - 1] if len(ids) > limit else 0


def waiting(actor: Actor, heaps_: Sequence[int]) -> dict[int, int]:
    """Return how many orders still wait on each of these heaps, of those the actor may open."""
    where, params = registry.narrowed(actor, ORDER)
    sql = f"""SELECT a.heap, count(*)::int FROM hotline_aside a JOIN flow_matter m ON m.id = a.matter
              WHERE {" AND ".join(("a.heap = ANY(%s)", "m.stage = %s", *where))} GROUP BY 1"""  # noqa: S608
    return dict(run(sql, [list(heaps_), ASIDE, *params]))


def heap_of(order: int) -> int:
    """Return the heap an order was set aside on; 0 for none."""
    rows = run("SELECT heap FROM hotline_aside WHERE matter = %s", (order,))
    return int(rows[0][0]) if rows else 0


_DECIDED = """
SELECT a.matter, a.heap, a.decision, m.stage FROM hotline_aside a JOIN flow_matter m ON m.id = a.matter
WHERE NOT a.done AND a.decision <> '' AND a.matter > %s AND (%s::bigint[] IS NULL OR a.heap = ANY(%s))
ORDER BY a.matter LIMIT %s FOR UPDATE OF a SKIP LOCKED"""


def decided(heaps_: Sequence[int] | None, after: int, limit: int) -> list[tuple[int, int, str, str]]:
    """Return (order, heap, decision, stage) of what is decided and not carried out; held against others doing so."""
    chosen = None if heaps_ is None else list(heaps_)
    return [(row[0], row[1], row[2], row[3]) for row in run(_DECIDED, (after, chosen, chosen, limit))]


def follows(order: int) -> str:
    """Return the code of the order whoever sent this one wished to follow; "" for none."""
    found = open_values(order, ["code"])
    return next((value.text for _ref, value in sorted(found.items()) if value.state == SHOWN), "")


def notice(row: MatterRow) -> str:
    """Return what whoever sent an order in is told while it lies aside; "" for others."""
    if row.kind != ORDER or row.stage != ASIDE:
        return ""
    if row.value("why") == LINKS:
        return _("It was received. As it holds many links, somebody looks at it before it is handled.")
    return _(
        "It was received. As much came in from there at once, somebody looks at it before it is handled."
    )
