"""Who acts. An actor is built once per request, command or job and passed down explicitly."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """The five kinds of actor, and nobody."""

    POST = "post"
    PARTY = "party"
    LINK = "link"
    TOKEN = "token"  # noqa: S105 - a kind, not a secret
    SYSTEM = "system"
    NOBODY = "nobody"


#: Levels of the division tree from the country's provinces down, and the parks that cut across it.
LEVELS = ("province", "city", "county", "street", "community", "grid", "micro", "park")


@dataclass(frozen=True, slots=True)
class Scope:
    """The divisions a thing lies in, one id a level (0 = none), and its own division."""

    division: int = 0
    province: int = 0
    city: int = 0
    county: int = 0
    street: int = 0
    community: int = 0
    grid: int = 0
    micro: int = 0
    park: int = 0


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who may act: rights come from the post (role, unit, scope) or the party.

    ``level`` and ``division`` say over which part of the tree the post reaches;
    ``delegated_by`` is the absent holder's user id when acting for another.
    ``abilities`` limits a token to what it was issued for (empty = no limit). A link has
    ``matter``, the one it was issued for; its ``role`` is the purpose and its ``unit`` the
    party, so that grants name them as they name a post's.
    """

    kind: Kind
    user: int = 0
    post: int = 0
    role: str = ""
    unit: int = 0
    level: str = ""
    division: int = 0
    party: int = 0
    matter: int = 0
    link: int = 0
    delegated_by: int = 0
    abilities: frozenset[str] = frozenset()
    title: str = ""


SYSTEM = Actor(Kind.SYSTEM, title="系统")
NOBODY = Actor(Kind.NOBODY)
