"""Plain functions that put people and places into the database for a test."""

from collections.abc import Iterable
from io import BytesIO
from itertools import count

from bihuan.kernel.files.actions import upload
from bihuan.kernel.identity import actions, roles, selectors
from bihuan.kernel.identity.actors import LEVELS, SYSTEM, Actor
from bihuan.kernel.identity.models import Role
from bihuan.kernel.store.sql import run

_number = count(1)


def make_division(name: str = "", level: str = "county", parent: int = 0, code: str = "") -> int:
    """Return the id of a new division."""
    return actions.add_division(SYSTEM, name or f"{level}{next(_number)}", level, parent, code=code)


def make_path(down_to: str = "grid") -> dict[str, int]:
    """Return ids by level of a new path from a province down to a level."""
    path: dict[str, int] = {}
    parent = 0
    for level in LEVELS[: LEVELS.index(down_to) + 1]:
        parent = path[level] = make_division(level=level, parent=parent)
    return path


def make_org(name: str = "", kind: str = "government", division: int = 0, uscc: str = "") -> int:
    """Return the id of a new organisation."""
    return actions.create_organisation(
        SYSTEM, name or f"单位{next(_number)}", kind, division=division, uscc=uscc
    )


def make_role(name: str, sees: roles.Sees = "unit", rights: Iterable[str] = ()) -> str:
    """Declare a role unless it is declared already, mirror it as a row, and return its name."""
    role = roles.get(name) or roles.register(roles.Role(name, name, sees, frozenset(rights)))
    Role.objects.get_or_create(
        name=role.name,
        defaults={"title": role.title, "sees": role.sees, "rights": sorted(role.rights), "line": role.line},
    )
    return name


def make_user(name: str = "") -> int:
    """Return the id of a new user without a password."""
    number = next(_number)
    return actions.create_user(SYSTEM, f"user{number}", name or f"用户{number}")


def make_post(role: str = "clerk", unit: int = 0, division: int = 0, user: int = 0, **period: object) -> int:
    """Return the id of a new post; what is not given is made. ``period``: valid_from, valid_until."""
    division = division or make_division()
    unit = unit or make_org(division=division)
    return actions.appoint(SYSTEM, user or make_user(), unit, make_role(role), division, **period)


def make_actor(role: str = "clerk", unit: int = 0, division: int = 0, user: int = 0) -> Actor:
    """Return an actor of a new post; what is not given is made."""
    return selectors.as_actor(selectors.post(make_post(role, unit, division, user)))


def make_party(unit: int = 0) -> Actor:
    """Return the actor of an enterprise's own account."""
    return make_actor(make_role("enterprise", "party"), unit or make_org(kind="enterprise"))


def admin_entries() -> list[str]:
    """Return the moves of the administrative chain, oldest first."""
    sql = """
        SELECT e.move FROM ledger_entry e JOIN identity_adminchain c ON c.id = e.chain_id ORDER BY e.seq"""
    return [row[0] for row in run(sql)]


def make_file(actor: Actor = SYSTEM, matter: int = 0) -> int:
    """Return the id of a small text file handed in."""
    return upload(actor, BytesIO("现场照片说明".encode()), "说明.txt", matter).id
