"""Roles are declared by lines in Python and looked up by name; posts hold them."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

Sees = Literal["everything", "scope", "unit", "own", "party"]


@dataclass(frozen=True, slots=True)
class Role:
    """What a post in this role may see in lists, and its administrative rights.

    ``sees``: everything; what lies in the post's division (scope); what its unit
    leads, holds, first received or supports (unit); what the user opened or holds
    (own); what the party asked for (party). ``rights`` are dotted names such as
    ``admin.limits`` or ``projects.import``; ``line`` names the line that declares it.
    """

    name: str
    title: str
    sees: Sees = "unit"
    rights: frozenset[str] = frozenset()
    line: str = ""
    #: Opens what it may see and changes nothing there, whichever permit opens it.
    reads_only: bool = False


_roles: dict[str, Role] = {}


def register(role: Role) -> Role:
    """Make a role known; a second, different one of that name is refused."""
    if _roles.setdefault(role.name, role) != role:
        raise ValueError(f"two roles named {role.name}")
    return role


def entitle(name: str, rights: Iterable[str]) -> Role:
    """Give a declared role further rights; LookupError when there is no such role."""
    role = _roles.get(name)
    if role is None:
        raise LookupError(f"no role named {name}")
    _roles[name] = replace(role, rights=role.rights | frozenset(rights))
    return _roles[name]


def get(name: str) -> Role | None:
    """Return the role of that name, or None: an unknown role has no rights."""
    return _roles.get(name)


def all_roles() -> tuple[Role, ...]:
    """Return every declared role, by name."""
    return tuple(_roles[name] for name in sorted(_roles))
