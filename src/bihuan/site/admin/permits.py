"""Who may open which page of the administration: permits named as the rights they ask for."""

from collections.abc import Callable

from django.utils.translation import gettext as _

from bihuan.kernel.errors import Refused
from bihuan.kernel.identity import rights, roles
from bihuan.kernel.identity.actors import Actor, Kind
from bihuan.kernel.identity.rights import has_right
from bihuan.kernel.identity.selectors.divisions import division
from bihuan.ui.page import register_permit

DIVISIONS = rights.DIVISIONS
ORGANISATIONS = rights.ORGANISATIONS
POSTS = rights.POSTS
CALENDAR = "admin.calendar"
LIMITS = "admin.limits"
LEDGER = "admin.ledger"
READINGS = "admin.readings"
#: What holds for the whole house (the national calendar, rows without a scope, whole tables of
#: divisions) is changed by whoever runs it, not by the administrator of one street.
HOUSE = "admin.house"

PAGES = (DIVISIONS, ORGANISATIONS, POSTS, CALENDAR, LIMITS, LEDGER, READINGS)


def _holds(right: str) -> Callable[[Actor], bool]:
    return lambda actor: has_right(actor, right)


def register() -> None:
    """Register a permit for each right that opens pages."""
    for right in PAGES:
        register_permit(right, _holds(right))
    register_permit("admin.house", _holds(HOUSE))


def sees_house(actor: Actor) -> bool:
    """Whether the actor administers the whole house rather than one part of the tree."""
    role = roles.get(actor.role)
    return (
        has_right(actor, HOUSE)
        or actor.kind is Kind.SYSTEM
        or (role is not None and role.sees == "everything")
    )


def need(actor: Actor, right: str, place: int = 0) -> None:
    """Raise :class:`Refused` unless the actor holds the right over a division, or (0) over the house."""
    rights.need(actor, right, place)
    if not place and not has_right(actor, HOUSE):
        raise Refused(
            _("This would hold for the whole house. Name a division of yours, or ask who runs it."), right
        )


def within(actor: Actor) -> tuple[str, int]:
    """Return (level, division) to which the actor's lists are limited; ("", 0) for the whole house."""
    if sees_house(actor):
        return "", 0
    place = division(actor.division) if actor.division else None
    return (place.level, place.id) if place else ("province", -1)


def inside(actor: Actor, column: str = "d") -> str:
    """Return the SQL condition that keeps a joined division table to the actor's own part of the tree."""
    level, place = within(actor)
    return f"{column}.{level}_id = {place:d}" if level else "true"
