"""How the issuer stands to the addressee, which says what the paper is and whether the answer is scored.

A dated row says it outright; without one it follows from what is known of the two bodies: one that is no
government body is outside; a body of the issuer's own place, or of a place within it, is the issuer's own; one of a
place above is a superior; any other an equal.
"""

from datetime import date

from bihuan.kernel.identity.selectors.divisions import scope_of
from bihuan.kernel.identity.selectors.units import unit
from bihuan.kernel.now import today
from bihuan.kernel.orders.words import EQUAL, OUTSIDE, OWN, UP
from bihuan.kernel.store.sql import run

_ROW = """
SELECT relation FROM orders_relation
WHERE issuer = %s AND addressee = %s AND valid_from <= %s AND (valid_until IS NULL OR valid_until > %s)
ORDER BY valid_from DESC, id DESC LIMIT 1
"""


def relation_of(issuer: int, addressee: int, on: date | None = None) -> str:
    """Return how the issuer stands to the addressee: own, equal, up or outside."""
    day = on or today()
    rows = run(_ROW, (issuer, addressee, day, day))
    return str(rows[0][0]) if rows else _known(issuer, addressee)


def _known(issuer: int, addressee: int) -> str:
    ours, theirs = unit(issuer), unit(addressee)
    if theirs is None or theirs.kind != "government":
        return OUTSIDE
    if ours is None or not ours.division or not theirs.division or ours.division == theirs.division:
        return OWN
    if ours.division in _path(theirs.division):
        return OWN
    return UP if theirs.division in _path(ours.division) else EQUAL


def _path(division: int) -> frozenset[int]:
    """Return the divisions a division lies in, itself included."""
    place = scope_of(division)
    return frozenset(getattr(place, name) for name in place.__dataclass_fields__) - {0}
