"""What was written about an order, told apart by the move it was written with.

An order's own basis, a return's and an answer's are fields of one name and stand beside each other: none
takes another's place.
"""

from dataclasses import dataclass

from bihuan.kernel.content.selectors import open_values
from bihuan.kernel.store.sql import run

#: Moves that say what an order asks for and on what basis.
_WRITTEN = ("open", "revise")


@dataclass(frozen=True, slots=True)
class Texts:
    """What an order asks for and what it rests on, as last revised; '' where nothing was said."""

    demand: str = ""
    basis: str = ""


def texts_of(order: int) -> Texts:
    """Return the texts of an order (or of a supporting unit's part of one)."""
    values = open_values(order, ["demand", "basis"])
    if not values:
        return Texts()
    rows = run("SELECT seq FROM ledger_entry WHERE chain_id = %s AND move = ANY(%s)", (order, list(_WRITTEN)))
    written = {row[0] for row in rows}
    said = {ref.field: value.text for ref, value in values.items() if ref.seq in written}
    return Texts(demand=said.get("demand", ""), basis=said.get("basis", ""))
