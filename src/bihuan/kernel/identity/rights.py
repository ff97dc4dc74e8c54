"""Administrative rights: what a role's declaration opens outside any matter."""

from django.utils.translation import gettext as _

from bihuan.kernel.errors import Refused
from bihuan.kernel.identity import roles
from bihuan.kernel.identity.actors import Actor, Kind
from bihuan.kernel.identity.selectors.divisions import scope_of

POSTS = "admin.posts"
ORGANISATIONS = "admin.organisations"
DIVISIONS = "admin.divisions"
#: Give somebody without an account the way to one matter.
LINKS = "links.issue"


def rights_of(actor: Actor) -> frozenset[str]:
    """Return the rights of the actor's role; a token has only those among its abilities."""
    if actor.kind not in {Kind.POST, Kind.TOKEN}:
        return frozenset()
    role = roles.get(actor.role)
    held = role.rights if role else frozenset()
    return held & actor.abilities if actor.kind is Kind.TOKEN else held


def has_right(actor: Actor, right: str) -> bool:
    """Whether the actor holds an administrative right; the system holds all."""
    return actor.kind is Kind.SYSTEM or right in rights_of(actor)


def reaches(actor: Actor, division: int) -> bool:
    """Whether a division lies in the part of the tree the actor's post is over."""
    role = roles.get(actor.role)
    if actor.kind is Kind.SYSTEM or (role is not None and role.sees == "everything"):
        return True
    return bool(actor.division) and getattr(scope_of(division), actor.level, 0) == actor.division


def need(actor: Actor, right: str, division: int = 0) -> None:
    """Raise :class:`Refused` unless the actor holds the right, over the division when one is given."""
    if not has_right(actor, right):
        raise Refused(
            _("Your post has no permit for this. Ask your administrator if you need it."), where=right
        )
    if division and not reaches(actor, division):
        raise Refused(_("This lies outside the divisions your post is responsible for."), where=right)
