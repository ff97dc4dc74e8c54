"""Matters follow what other rooms change: a calendar moves their main clock, an erasure takes their title."""

from collections.abc import Sequence

from bihuan.kernel.clock.actions.rippling import Moved
from bihuan.kernel.content.values import Ref
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


def forget_title(chain_id: int, gone: list[Ref]) -> None:
    """Blank the title of a matter whose latest title was erased: the column only repeats the content."""
    erased = [ref.seq for ref in gone if ref.field == "title"]
    run(
        "UPDATE flow_matter SET title = '' WHERE id = %s AND (SELECT max(seq) FROM content_value"
        " WHERE chain_id = %s AND field = 'title') = ANY(%s::int[])",
        (chain_id, chain_id, erased),
    )
