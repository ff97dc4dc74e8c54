"""People, posts, standing in, tokens and the log of the doors over the API."""

from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status

from bihuan.kernel.identity import actions as identity
from bihuan.site.admin import permits
from bihuan.site.admin.calls import Key, Made, Number, Words, carried, parsed
from bihuan.site.admin.organisations.selectors import place_after
from bihuan.site.admin.people import actions, forms, selectors
from bihuan.site.admin.people.selectors import Posts
from bihuan.ui.api import Before, Cursor, Limit, operation
from bihuan.ui.page import actor_of

router = Router(tags=["admin"])
After = Annotated[str, Query(max_length=400)]


class PersonOut(Schema):
    """Somebody who can log in."""

    id: int
    username: str
    name: str
    email: str
    is_active: bool
    created_at: datetime | None
    last_login: datetime | None
    mfa: bool
    posts: int


class PostOut(Schema):
    """A post; ``state`` is valid, soon (ends within 30 days), ended or coming."""

    id: int
    user: int
    user_name: str
    role: str
    unit: int
    unit_name: str
    division: int
    division_name: str
    valid_from: datetime
    valid_until: datetime | None
    state: str
    stand_in: str


class People(Schema):
    """People by login name; ``after`` continues behind them, empty at the end."""

    rows: list[PersonOut]
    after: str


class PostsOut(Schema):
    """Posts by unit; ``after`` continues behind them, empty at the end."""

    rows: list[PostOut]
    after: str


class PersonIn(Schema):
    """Somebody to add."""

    name: str
    username: str
    email: str = ""


class Password(Schema):
    """A person with a password that is told this once; empty when the same call was made before."""

    id: int
    password: str = ""


class PostIn(Schema):
    """A post to give; ``user``, ``organisation`` and ``division`` are a name, a code, or #number."""

    user: str
    organisation: str
    role: str
    division: str
    valid_from: date
    valid_until: date | None = None


class EndIn(Schema):
    """The last day of a post, wholly counted; without one it ends now."""

    until: date | None = None


class StandIn(Schema):
    """Who stands in for a post, from a day until a last day."""

    to_user: str
    valid_from: date
    valid_until: date
    reason: str


class ComingOut(Schema):
    """Somebody came in, left, or was turned away."""

    id: int
    at: datetime
    kind: str
    username: str
    user: int
    address: str


class KeyIn(Schema):
    """A token to make for one's own post."""

    post: int
    name: str
    abilities: list[str]
    days: int = 90


class KeyOut(Schema):
    """A token without anything that could be used as one."""

    id: int
    post: int
    name: str
    prefix: str
    abilities: list[str]
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None


class Secret(Schema):
    """A token, told this once; empty when the same call was made before."""

    id: int
    token: str = ""


@router.get("/people", response=People, operation_id="admin_people_list")
@operation(permit=permits.POSTS)
def people(
    request: HttpRequest, q: Words = "", state: Words = "", after: After = "", limit: Limit = 50
) -> Any:
    """List people: active (default), closed, idle (without a valid post) or all."""
    rows, more = selectors.people(actor_of(request), q=q, state=state, after=after, limit=limit)
    return {"rows": rows, "after": more}


@router.get("/people/{user}", response=PersonOut, operation_id="admin_people_read")
@operation(permit=permits.POSTS)
def person(request: HttpRequest, user: int) -> Any:
    """Read one person."""
    return actions.find_person(actor_of(request), user)


@router.post("/people", response={201: Password}, operation_id="admin_people_add")
@operation(permit=permits.POSTS)
def add_person(request: HttpRequest, body: PersonIn, key: Key = "") -> Any:
    """Add somebody who can log in; the first password is made here and told once."""
    actor, values = actor_of(request), parsed(forms.PERSON, body)

    def act() -> dict[str, Any]:
        password = actions.new_password()
        return {"id": actions.create_person(actor, values, password), "password": password}

    return Status(201, carried(request, key, values, act, kept=("id",)))


@router.post("/people/{user}/password", response=Password, operation_id="admin_people_password")
@operation(permit=permits.POSTS)
def password(request: HttpRequest, user: int, key: Key = "") -> Any:
    """Set a new password, made here and told once."""
    actor = actor_of(request)
    row = actions.find_person(actor, user)

    def act() -> dict[str, Any]:
        fresh = actions.new_password()
        identity.set_password(actor, row.id, fresh)
        return {"id": row.id, "password": fresh}

    return carried(request, key, row.id, act, kept=("id",))


@router.post("/people/{user}/close", response=Made, operation_id="admin_people_close")
@operation(permit=permits.POSTS)
def close(request: HttpRequest, user: int) -> Any:
    """Close an account; asking twice changes nothing."""
    actor = actor_of(request)
    actions.close_account(actor, actions.find_person(actor, user))
    return {"id": user}


@router.get("/posts", response=PostsOut, operation_id="admin_posts_list")
@operation(permit=permits.POSTS)
def posts_list(
    request: HttpRequest,
    state: Words = "valid",
    role: Words = "",
    unit: Number = 0,
    user: Number = 0,
    within: Number = 0,
    q: Words = "",
    after: After = "",
    limit: Limit = 50,
) -> Any:
    """List posts by unit: valid (default), soon (ending), ended, coming, delegated or all."""
    what = Posts(state=state, role=role, unit=unit, user=user, within=within, q=q)
    rows, more = selectors.posts(actor_of(request), what, after=place_after(after), limit=limit)
    return {"rows": rows, "after": more}


@router.post("/posts", response={201: Made}, operation_id="admin_posts_appoint")
@operation(permit=permits.POSTS)
def appoint(request: HttpRequest, body: PostIn, key: Key = "") -> Any:
    """Give somebody a post."""
    actor = actor_of(request)
    values = parsed(forms.appoint(actions.grantable(actor)), body)
    return Status(201, carried(request, key, values, lambda: {"id": actions.give_post(actor, values)}))


@router.get("/posts/{post}", response=PostOut, operation_id="admin_posts_read")
@operation(permit=permits.POSTS)
def post(request: HttpRequest, post: int) -> Any:
    """Read one post."""
    return actions.find_post(actor_of(request), post)


@router.post("/posts/{post}/end", response=Made, operation_id="admin_posts_end")
@operation(permit=permits.POSTS)
def end(request: HttpRequest, post: int, body: EndIn, key: Key = "") -> Any:
    """End a post, and with it who stands in."""
    actor = actor_of(request)
    row = actions.find_post(actor, post)

    def act() -> dict[str, int]:
        identity.end_post(actor, row.id, body.until)
        return {"id": row.id}

    return carried(request, key, body.until, act)


@router.post("/posts/{post}/standing", response={201: Made}, operation_id="admin_posts_delegate")
@operation(permit="signed_in")
def delegate(request: HttpRequest, post: int, body: StandIn, key: Key = "") -> Any:
    """Let somebody stand in for a post: its holder, or whoever administers it."""
    actor, values = actor_of(request), parsed(forms.DELEGATE, body)
    row = actions.find_post(actor, post)
    return Status(201, carried(request, key, values, lambda: {"id": actions.stand_in(actor, row.id, values)}))


@router.post("/standing/{standing}/end", response=Made, operation_id="admin_standing_end")
@operation(permit="signed_in")
def end_standing(request: HttpRequest, standing: int, key: Key = "") -> Any:
    """End standing in: the holder is back."""
    actor = actor_of(request)
    actions.of_standing(actor, standing)

    def act() -> dict[str, int]:
        identity.end_delegation(actor, standing)
        return {"id": standing}

    return carried(request, key, standing, act)


@router.get("/comings", response=Cursor[ComingOut], operation_id="admin_comings_list")
@operation(permit=permits.POSTS)
def comings(
    request: HttpRequest,
    kind: Words = "",
    user: Number = 0,
    q: Words = "",
    before: Before = 0,
    limit: Limit = 50,
) -> Any:
    """List who came in (login), left (logout) or was turned away (refused), newest first."""
    rows, more = selectors.comings(actor_of(request), kind=kind, user=user, q=q, before=before, limit=limit)
    return {"rows": rows, "before": more}


@router.get("/tokens", response=list[KeyOut], operation_id="admin_tokens_mine")
@operation(permit="signed_in")
def tokens(request: HttpRequest) -> Any:
    """List the tokens of one's own posts."""
    return selectors.keys([row.id for row in actions.own_posts(actor_of(request))])


@router.post("/tokens", response={201: Secret}, operation_id="admin_tokens_make")
@operation(permit="signed_in")
def make_token(request: HttpRequest, body: KeyIn, key: Key = "") -> Any:
    """Make a token for one's own post (logged in, not with a token); it is told once."""
    actor = actor_of(request)

    def act() -> dict[str, Any]:
        made, raw = actions.make_token(actor, body.post, body.name, body.abilities, body.days)
        return {"id": made, "token": raw}

    return Status(201, carried(request, key, body.dict(), act, kept=("id",)))


@router.post("/tokens/{token}/revoke", response=Made, operation_id="admin_tokens_revoke")
@operation(permit="signed_in")
def revoke(request: HttpRequest, token: int, key: Key = "") -> Any:
    """Revoke a token of one's own post, or of one that one administers."""
    actor = actor_of(request)
    row, _post = actions.find_key(actor, token)

    def act() -> dict[str, int]:
        identity.revoke_token(actor, row.id)
        return {"id": row.id}

    return carried(request, key, row.id, act)
