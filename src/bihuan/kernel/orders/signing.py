"""Who signs for a place: leaders and principal leaders, chosen by name, by the division of work, or the only one.

The division of work (领导分工表) is kept by a room above; it hands its answer down here at start-up.
"""

from collections.abc import Callable
from datetime import datetime

from django.utils.translation import gettext as _

from bihuan.kernel.errors import NotFound
from bihuan.kernel.flow.rows import MatterRow
from bihuan.kernel.identity.actors import Scope
from bihuan.kernel.identity.selectors.posts import PostRow, find_posts, post
from bihuan.kernel.orders.words import SIGNERS

#: (place, unit, subject) → the post that signs there by the division of work, or 0.
Decider = Callable[[Scope, int, int], int]

_deciders: list[Decider] = []


def decided_by(decider: Decider) -> None:
    """Ask this division of work from now on; the latest one asked first."""
    if decider not in _deciders:
        _deciders.insert(0, decider)


def place_of(row: MatterRow) -> Scope:
    """Return the place a matter lies in."""
    return Scope(**{name: getattr(row, name) for name in Scope.__dataclass_fields__})


def signers(place: Scope, at: datetime | None = None) -> list[PostRow]:
    """Return the posts that may sign for a place, leaders before principal leaders."""
    return [row for role in SIGNERS for row in find_posts(role, place, at)]


def the_signer(place: Scope, unit: int, subject: int) -> int:
    """Return the post an order for ``unit`` goes to when nobody is named; 0 when that is not clear."""
    for decider in _deciders:
        if found := decider(place, unit, subject):
            return found
    for role in SIGNERS:
        rows = find_posts(role, place)
        if len(rows) == 1:
            return rows[0].id
        if rows:
            return 0
    return 0


def may_sign(post_id: int, place: Scope, at: datetime) -> bool:
    """Whether a post has the right of signing over the place at a moment."""
    try:
        row = post(post_id)
    except NotFound:
        return False
    return row.role in SIGNERS and row.valid(at) and getattr(place, row.level, 0) == row.division


def why_not(post_id: int, place: Scope) -> str:
    """Return why a post can't sign here, naming those who can."""
    able = "、".join(f"{row.unit_name} {row.user_name}" for row in signers(place))
    if not able:
        return _(
            "Nobody holds a post with the right of signing here. Ask your administrator to appoint a leader."
        )
    return _("This post has no right of signing here. Orders of this place are signed by: %(who)s.") % {
        "who": able
    }
