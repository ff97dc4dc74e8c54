"""Changing people, posts, who stands in, and tokens, as a form or call says."""

import secrets
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from bihuan.kernel.errors import BadInput, Conflict, NotFound
from bihuan.kernel.identity import actions, rights, roles
from bihuan.kernel.identity.actors import SYSTEM, Actor, Kind
from bihuan.kernel.identity.rights import has_right, reaches
from bihuan.kernel.now import now, today
from bihuan.site.admin import permits
from bihuan.site.admin.people import selectors
from bihuan.site.admin.people.selectors import Key, Person, PostLine
from bihuan.site.admin.places import read_place, read_unit, read_user
from bihuan.site.discovery import lines

#: Without letters and digits that are mistaken for one another on paper.
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


def find_person(actor: Actor, user: int) -> Person:
    """Return a person the actor administers; NotFound otherwise."""
    row = selectors.person(actor, user)
    if row is None:
        raise NotFound(_("There is no such person."), where="user")
    return row


def new_password() -> str:
    """Return a password that is easy to read out and hard to guess (74 bits)."""
    return "-".join("".join(secrets.choice(_LETTERS) for _n in range(5)) for _part in range(3))


def create_person(actor: Actor, values: dict[str, Any], password: str) -> int:
    """Create somebody who can log in as the form says and return the user's id."""
    login = values["username"].lower()
    if not all(char.isascii() and (char.isalnum() or char in ".-_") for char in login):
        raise BadInput(_("A login name has letters, digits, dot and hyphen only."), where="username")
    return actions.create_user(actor, login, values["name"], password=password, email=values.get("email", ""))


def close_account(actor: Actor, row: Person) -> None:
    """Close an account that is open; one's own is a conflict."""
    if row.id == actor.user:
        raise Conflict(_("You cannot close your own account."), where="user")
    if row.is_active:
        actions.close_user(actor, row.id)


def find_post(actor: Actor, post: int) -> PostLine:
    """Return a post the actor administers or holds; NotFound otherwise."""
    row = selectors.post_line(post)
    own = row is not None and row.user == actor.user
    if row is None or not (own or (has_right(actor, permits.POSTS) and _over(actor, row))):
        raise NotFound(_("There is no such post."), where="post")
    return row


def _over(actor: Actor, row: PostLine) -> bool:
    return permits.sees_house(actor) or reaches(actor, row.division)


def grantable(actor: Actor) -> list[tuple[str, str]]:
    """Return (name, title) of the roles whose rights the actor holds too: others cannot be given."""
    own = rights.rights_of(actor)
    every = actor.kind is Kind.SYSTEM
    return [(role.name, str(role.title)) for role in roles.all_roles() if every or role.rights <= own]


def give_post(actor: Actor, values: dict[str, Any]) -> int:
    """Appoint as the form says and return the post's id."""
    if values["role"] not in dict(grantable(actor)):
        raise BadInput(_("This role carries rights your own post does not have."), where="role")
    return actions.appoint(
        actor,
        read_user(values["user"]),
        read_unit(values["organisation"]),
        values["role"],
        read_place(values["division"]),
        valid_from=first_moment(values["valid_from"]),
        valid_until=date.fromisoformat(values["valid_until"]) if values.get("valid_until") else None,
    )


def first_moment(text: str) -> Any:
    """Return when a period from a day on begins: today means now, so that nothing holds before it was said."""
    day = date.fromisoformat(text)
    return now() if day == today() else day


def stand_in(actor: Actor, post: int, values: dict[str, Any]) -> int:
    """Delegate a post as the form says and return the delegation's id."""
    return actions.delegate(
        actor,
        post,
        read_user(values["to_user"], "to_user"),
        valid_from=first_moment(values["valid_from"]),
        valid_until=date.fromisoformat(values["valid_until"]),
        reason=values["reason"],
    )


def of_standing(actor: Actor, standing: int) -> PostLine:
    """Return the post somebody stands in for, if the actor holds or administers it; NotFound otherwise."""
    found = selectors.post_of_standing(standing)
    if not found:
        raise NotFound(_("There is no such delegation."), where="delegation")
    return find_post(actor, found)


def own_posts(actor: Actor) -> list[PostLine]:
    """Return the posts that are the actor's own and valid now."""
    what = selectors.Posts(state="valid", user=actor.user)
    return selectors.posts(SYSTEM, what, limit=100)[0] if actor.user else []


def abilities(posts: list[PostLine]) -> list[tuple[str, str]]:
    """Return (value, title) of what tokens for these posts may be given: lines, and the roles' rights."""
    declared = [role for post in posts if (role := roles.get(post.role))]
    rights = sorted({right for role in declared for right in role.rights})
    return [*((line.name, _(line.title)) for line in lines()), *((right, right) for right in rights)]


def make_token(actor: Actor, post: int, name: str, wanted: list[str], days: int) -> tuple[int, str]:
    """Make a token and return (id, token); an ability the post cannot have is BadInput."""
    row = next((one for one in own_posts(actor) if one.id == post), None)
    if row is None:
        raise NotFound(_("This post is not yours. Choose one of your own posts."), where="post")
    beyond = set(wanted) - dict(abilities([row])).keys()
    if beyond or not wanted:
        raise BadInput(_("Choose what the token may do, not more than its post may."), where="abilities")
    return actions.issue_token(actor, post, name, wanted, days=days)


def find_key(actor: Actor, token: int) -> tuple[Key, PostLine]:
    """Return a token of one's own post, or of one the actor administers; NotFound otherwise."""
    row = selectors.key(token)
    if row is None:
        raise NotFound(_("There is no such token."), where="token")
    return row, find_post(actor, row.post)
