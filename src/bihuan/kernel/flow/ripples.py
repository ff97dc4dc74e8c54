"""Matters follow when a changed calendar moves their main clock: due is a projection, no entry of the matter."""

from collections.abc import Sequence

from bihuan.kernel.clock.actions.rippling import Moved
from bihuan.kernel.store.sql import run


class Matters:
    """Keeps flow_matter.due true to the main clock."""

    def lock(self, matter_ids: Sequence[int]) -> None:
        """Lock the matters before their clocks are, in the order in which a move takes them."""
        run(
            "SELECT id FROM flow_matter WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE",
            (sorted(matter_ids),),
        )

    def moved(self, rows: Sequence[Moved]) -> None:
        """Take over the new due instants with one statement."""
        main = [row for row in rows if row.main]
        run(
            "UPDATE flow_matter m SET due = n.due FROM unnest(%s::bigint[], %s::timestamptz[]) AS n(id, due)"
            " WHERE m.id = n.id",
            ([row.matter_id for row in main], [row.due for row in main]),
        )
