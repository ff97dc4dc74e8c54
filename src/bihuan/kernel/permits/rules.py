"""Who may do what, and who sees what. No permit given means refused.

A permit is (actor kind or role) × relation to the matter × move × scope. Lists ask
:func:`branches` and read each branch by its own index; cells ask :func:`sees_field`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

from bihuan.kernel.identity import roles
from bihuan.kernel.identity.actors import Actor, Kind
from bihuan.logic.mechanism import Grant


class Scoped(Protocol):
    """The columns of a matter that say who stands how to it."""

    @property
    def id(self) -> int: ...

    @property
    def holder_unit(self) -> int: ...

    @property
    def holder_post(self) -> int: ...

    @property
    def holder_role(self) -> str: ...

    @property
    def lead_unit(self) -> int: ...

    @property
    def first_unit(self) -> int: ...

    @property
    def creator_user(self) -> int: ...

    @property
    def creator_post(self) -> int: ...

    @property
    def party(self) -> int: ...

    @property
    def supports(self) -> tuple[int, ...]: ...


def in_scope(actor: Actor, row: Any) -> bool:
    """Whether the row lies in the division the actor's post reaches over."""
    return bool(actor.division) and getattr(row, actor.level, 0) == actor.division


def relations(actor: Actor, row: Scoped) -> frozenset[str]:
    """Return every way in which the actor stands to the matter."""
    return frozenset(name for name, test in _STANDS.items() if test(actor, row))


def _holds(actor: Actor, row: Scoped) -> bool:
    if row.holder_post:
        return row.holder_post == actor.post
    if row.holder_unit:
        return row.holder_unit == actor.unit
    return bool(row.holder_role) and row.holder_role == actor.role and in_scope(actor, row)


def _created(actor: Actor, row: Scoped) -> bool:
    if row.creator_post:
        return row.creator_post == actor.post
    return bool(actor.user) and row.creator_user == actor.user


_STANDS: dict[str, Callable[[Actor, Any], bool]] = {
    "holder": _holds,
    "lead": lambda actor, row: bool(actor.unit) and row.lead_unit == actor.unit,
    "support": lambda actor, row: actor.unit in row.supports,
    "first": lambda actor, row: bool(actor.unit) and row.first_unit == actor.unit,
    "creator": _created,
    "party": lambda actor, row: bool(actor.party) and row.party == actor.party,
    "scope": in_scope,
    "link": lambda actor, row: bool(actor.matter) and row.id == actor.matter,
}


def may(actor: Actor, grants: Iterable[Grant], row: Scoped) -> bool:
    """Whether one of the grants permits the actor here. The system may do what a grant gives the system."""
    if actor.kind is Kind.LINK and actor.matter != row.id:
        return False
    kind = _kind(actor)
    return any(
        grant.kind == kind
        and _means(actor, grant)
        and (not grant.relation or _STANDS[grant.relation](actor, row))
        for grant in grants
    )


def _kind(actor: Actor) -> str:
    """A token acts as the post it was issued for."""
    return Kind.POST.value if actor.kind is Kind.TOKEN else actor.kind.value


def _means(actor: Actor, grant: Grant) -> bool:
    """Whether a grant is for the actor's role; who reads everything (审计) moves nothing unless named."""
    if grant.role or actor.kind not in {Kind.POST, Kind.TOKEN}:
        return grant.role in {"", actor.role}
    role = roles.get(actor.role)
    return role is None or role.sees != "everything"


def may_open(actor: Actor, grants: Iterable[Grant], row: Scoped) -> bool:
    """Whether the actor may open such a matter over ``row``'s place; only scope and party can hold before it exists."""
    kind = _kind(actor)
    return any(
        grant.kind == kind
        and _means(actor, grant)
        and (not grant.relation or (grant.relation in _BEFORE and _STANDS[grant.relation](actor, row)))
        for grant in grants
    )


#: Relations that can hold before the matter exists.
_BEFORE = frozenset({"party", "scope"})


@dataclass(frozen=True, slots=True)
class Branch:
    """One indexed way to what an actor may see: rows whose ``column`` equals ``value``."""

    column: str
    value: int


EVERYTHING = Branch("*", 0)

#: Columns a branch may name; anything else is a programming error, not a query.
BRANCH_COLUMNS = frozenset(
    {"*", "id", "holder_unit", "holder_post", "lead_unit", "first_unit", "support", "creator_user", "party",
     "province", "city", "county", "street", "community", "grid", "micro", "park"}
)  # fmt: skip

_UNIT_COLUMNS = ("holder_unit", "lead_unit", "first_unit", "support")


def branches(actor: Actor) -> tuple[Branch, ...]:
    """Return the branches of what the actor may see; an empty tuple sees nothing."""
    if actor.kind is Kind.SYSTEM:
        return (EVERYTHING,)
    if actor.kind is Kind.LINK:
        return (Branch("id", actor.matter),) if actor.matter else ()
    if actor.kind is Kind.PARTY:
        return (Branch("party", actor.party),) if actor.party else ()
    role = roles.get(actor.role)
    return _branches(actor, role) if role else ()


@lru_cache(maxsize=4096)
def _branches(actor: Actor, role: roles.Role) -> tuple[Branch, ...]:
    found = [Branch("creator_user", actor.user)] if actor.user else []
    if role.sees == "everything":
        return (EVERYTHING,)
    if role.sees == "scope" and actor.division:
        found.append(Branch(actor.level, actor.division))
    if role.sees in {"scope", "unit"} and actor.unit:
        found.extend(Branch(column, actor.unit) for column in _UNIT_COLUMNS)
    if role.sees == "own" and actor.post:
        found.append(Branch("holder_post", actor.post))
    return tuple(found)


def sees(actor: Actor, row: Scoped) -> bool:
    """Whether the actor may see this one row: the same answer :func:`branches` gives for lists."""
    return sees_by(branches(actor), row)


def sees_by(seen: Iterable[Branch], row: Scoped) -> bool:
    """Whether a row lies in one of the branches; for many rows they are asked for once."""
    return any(_in_branch(branch, row) for branch in seen)


def _in_branch(branch: Branch, row: Scoped) -> bool:
    if branch.column == "*":
        return True
    if branch.column == "support":
        return branch.value in row.supports
    return bool(branch.value) and getattr(row, branch.column) == branch.value


#: Which relations open a cell of each class; an open cell shows to all who see the row.
_READERS: dict[str, frozenset[str]] = {
    "personal": frozenset({"holder", "lead", "creator", "party"}),
    "sensitive": frozenset({"holder", "creator"}),
    "sealed": frozenset(),
}


def sees_field(actor: Actor, cls: str, row: Scoped) -> bool:
    """Whether a cell of this class shows in clear; a masked one shows as dots. A link can be passed on: masked."""
    if cls == "open" or actor.kind is Kind.SYSTEM:
        return True
    if actor.kind is Kind.LINK:
        return False
    return bool(_READERS[cls] & relations(actor, row))
