"""Writing who people are: users, posts and delegations."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.utils import translation
from django.utils.translation import gettext as _

from bihuan.kernel.errors import BadInput, Conflict, NotFound, Refused
from bihuan.kernel.identity import rights, roles
from bihuan.kernel.identity.actions.record import record
from bihuan.kernel.identity.actors import Actor, Kind
from bihuan.kernel.identity.failures import ExpiredPost
from bihuan.kernel.identity.models import Delegation, Division, Organisation, Post, User
from bihuan.kernel.identity.selectors.posts import PostRow, post, posts_of
from bihuan.kernel.now import LOCAL, now
from bihuan.kernel.store.sql import atomic, run

Moment = date | datetime


def starts(moment: Moment | None) -> datetime:
    """Return when a period begins: now, the moment itself, or the first of a day in Beijing time."""
    if moment is None:
        return now()
    return moment if isinstance(moment, datetime) else datetime.combine(moment, time(), LOCAL)


def ends(moment: Moment) -> datetime:
    """Return when a period is over: the moment itself, or after the whole of a day in Beijing time."""
    return moment if isinstance(moment, datetime) else starts(moment + timedelta(days=1))


def sync_roles() -> int:
    """Mirror the declared roles as rows, others become inactive; return how many rows changed."""
    declared = roles.all_roles()
    gone = "UPDATE identity_role SET is_active = false WHERE is_active AND name <> ALL(%s) RETURNING name"
    with atomic():
        return _mirror(declared) + len(run(gone, ([role.name for role in declared],)))


def _mirror(declared: Sequence[roles.Role]) -> int:
    with translation.override(None):
        titles = [str(role.title) for role in declared]
    columns = (
        [role.name for role in declared],
        titles,
        [role.line for role in declared],
        [role.sees for role in declared],
        ["[" + ",".join(f'"{right}"' for right in sorted(role.rights)) + "]" for role in declared],
    )
    sql = """
        INSERT INTO identity_role AS r (name, title, line, sees, rights, is_active)
        SELECT t.*, true FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::jsonb[]) AS t
        ON CONFLICT (name) DO UPDATE SET (title, line, sees, rights, is_active) =
            (excluded.title, excluded.line, excluded.sees, excluded.rights, true)
        WHERE (r.title, r.line, r.sees, r.rights, r.is_active) IS DISTINCT FROM
            (excluded.title, excluded.line, excluded.sees, excluded.rights, true)
        RETURNING name"""
    return len(run(sql, columns))


def create_user(
    actor: Actor,
    username: str,
    name: str,
    *,
    password: str | None = None,
    language: str = "",
    email: str = "",
) -> int:
    """Create somebody who can log in and return the user's id; a post gives rights later.

    A password given by somebody else has to be changed at the first login. Raises :class:`Conflict` for a
    taken login name, :class:`BadInput` for a weak password.
    """
    rights.need(actor, rights.POSTS)
    username, name = username.strip(), name.strip()
    if not username or not name:
        raise BadInput(_("Login name and name are needed."), where="name" if username else "username")
    user = User(username=username, name=name, language=language, email=email, created_at=now())
    _set_password(user, password)
    user.must_change = password is not None and actor.kind is not Kind.SYSTEM
    try:
        with atomic():
            user.save(force_insert=True)
            record(actor, "user.create", {"user": user.id})
    except IntegrityError as error:
        text = _("Somebody else already logs in as %(name)s.") % {"name": username}
        raise Conflict(text, where="username") from error
    return user.id


def _set_password(user: User, password: str | None) -> None:
    if password is not None:
        try:
            validate_password(password, user)
        except ValidationError as error:
            raise BadInput(" ".join(error.messages), where="password") from error
    user.set_password(password)


def set_password(actor: Actor, user_id: int, password: str) -> None:
    """Set a password: one's own, or, as an administrator over all posts of the user, somebody's.

    Whoever got it from somebody else changes it before anything is done.
    """
    user = _user(user_id)
    if actor.user != user_id or actor.kind is Kind.TOKEN:
        _need_over(actor, user_id)
    _set_password(user, password)
    user.must_change = actor.user != user_id
    with atomic():
        user.save(update_fields=["password", "must_change"])
        record(actor, "user.password", {"user": user_id})


def close_user(actor: Actor, user_id: int) -> None:
    """Let a user log in no more; the user's posts and history stay."""
    _need_over(actor, user_id)
    with atomic():
        User.objects.filter(id=user_id).update(is_active=False)
        record(actor, "user.close", {"user": user_id})


def _user(user_id: int) -> User:
    user = User.objects.filter(id=user_id, is_active=True).first()
    if user is None:
        raise NotFound(_("There is no such user."), where="user")
    return user


def _need_over(actor: Actor, user_id: int) -> None:
    """Refuse whoever could reach beyond the own rights by becoming this user."""
    rights.need(actor, rights.POSTS)
    for row in posts_of(user_id):
        _need_grant(actor, row.role, row.division)


def _need_grant(actor: Actor, role: str, division: int) -> None:
    """Refuse to give or take a post outside the actor's divisions, or with rights the actor lacks."""
    rights.need(actor, rights.POSTS, division)
    declared = roles.get(role)
    beyond = (declared.rights if declared else frozenset()) - rights.rights_of(actor)
    if beyond and actor.kind is not Kind.SYSTEM:
        raise Refused(_("This role carries rights your own post does not have."), where="role")


def appoint(
    actor: Actor,
    user: int,
    organisation: int,
    role: str,
    division: int,
    *,
    valid_from: Moment | None = None,
    valid_until: Moment | None = None,
) -> int:
    """Give a user a post and return its id. A day as end counts wholly.

    Raises :class:`Conflict` when the user holds the same post at the same time already.
    """
    _need_grant(actor, role, division)
    declared = roles.get(role)
    if declared is None:
        raise BadInput(_("There is no such role."), where="role")
    if not Division.objects.filter(id=division, valid_until=None).exists():
        raise NotFound(_("There is no such living division."), where="division")
    if not Organisation.objects.filter(id=organisation, is_active=True).exists():
        raise NotFound(_("There is no such organisation."), where="organisation")
    _user(user)
    begin, until = starts(valid_from), ends(valid_until) if valid_until else None
    if until is not None and until <= begin:
        raise BadInput(_("A post must end after it begins."), where="valid_until")
    row = Post(user_id=user, organisation_id=organisation, role_id=role, division_id=division,
               valid_from=begin, valid_until=until)  # fmt: skip
    try:
        with atomic():
            # two at once would wait for each other inside the exclusion constraint: a deadlock
            run("SELECT 1 FROM identity_user WHERE id = %s FOR NO KEY UPDATE", (user,))
            _mirror([declared])
            row.save(force_insert=True)
            record(actor, "post.appoint", {"post": row.id, "user": user, "unit": organisation, "role": role,
                                           "division": division, **_period(begin, until)})  # fmt: skip
    except IntegrityError as error:
        raise Conflict(_("This user already holds this post at that time."), where="valid_from") from error
    return row.id


def _period(begin: datetime, until: datetime | None) -> dict[str, str]:
    found = {"from": begin.isoformat()}
    return found | ({"until": until.isoformat()} if until else {})


def end_post(actor: Actor, post_id: int, at: Moment | None = None) -> None:
    """End a post at a moment (default: now), and with it its delegations."""
    with atomic():
        row = _locked(post_id)
        _need_grant(actor, row.role, row.division)
        until = max(ends(at) if at else now(), row.valid_from)
        if row.valid_until is not None and row.valid_until <= until:
            raise Conflict(_("This post has already ended."), where="valid_until")
        run("UPDATE identity_post SET valid_until = %s WHERE id = %s", (until, post_id))
        run(
            """UPDATE identity_delegation SET valid_until = greatest(valid_from, %(until)s)
               WHERE post_id = %(post)s AND valid_until > %(until)s""",
            {"until": until, "post": post_id},
        )
        record(actor, "post.end", {"post": post_id, "until": until.isoformat()})


def _locked(post_id: int) -> PostRow:
    run("SELECT 1 FROM identity_post WHERE id = %s FOR UPDATE", (post_id,))
    return post(post_id)


def delegate(
    actor: Actor,
    post_id: int,
    to_user: int,
    *,
    valid_from: Moment | None = None,
    valid_until: Moment,
    reason: str,
) -> int:
    """Let another user act as a post while its holder is away; return the delegation's id.

    The holder (not who acts for the holder) or an administrator may do it, inside the
    post's own time, to one person at a time.
    """
    begin, until = starts(valid_from), ends(valid_until)
    if not reason.strip():
        raise BadInput(_("Say why the post is delegated."), where="reason")
    if until <= begin:
        raise BadInput(_("A delegation must end after it begins."), where="valid_until")
    with atomic():
        row = _locked(post_id)
        _need_holder(actor, row)
        _check_delegate(row, to_user, begin, until)
        entry = Delegation(post_id=post_id, from_user_id=row.user, to_user_id=to_user, valid_from=begin,
                           valid_until=until, reason=reason.strip()[:200])  # fmt: skip
        try:
            with atomic():
                entry.save(force_insert=True)
        except IntegrityError as error:
            text = _("This post is already delegated at that time. End that delegation first.")
            raise Conflict(text, where="valid_from") from error
        record(actor, "post.delegate", {"delegation": entry.id, "post": post_id, "from_user": row.user,
                                        "to_user": to_user, **_period(begin, until)})  # fmt: skip
    return entry.id


def _need_holder(actor: Actor, row: PostRow) -> None:
    """Pass the holder of a post, never who acts for the holder, and administrators over it."""
    if actor.kind is not Kind.TOKEN and actor.user == row.user and not actor.delegated_by:
        return
    if actor.delegated_by == row.user and actor.post == row.id:
        raise Refused(_("A delegated post cannot be delegated again."), where="post")
    _need_grant(actor, row.role, row.division)


def _check_delegate(row: PostRow, to_user: int, begin: datetime, until: datetime) -> None:
    if to_user == row.user:
        raise BadInput(_("A post cannot be delegated to its own holder."), where="to_user")
    _user(to_user)
    if not row.valid(begin):
        raise ExpiredPost(_("The post is not valid when the delegation begins."), where="valid_from")
    if row.valid_until is not None and until > row.valid_until:
        raise BadInput(_("The delegation would outlast the post."), where="valid_until")


def end_delegation(actor: Actor, delegation_id: int, at: Moment | None = None) -> None:
    """End a delegation at a moment (default: now): the holder is back."""
    with atomic():
        found = Delegation.objects.select_for_update().filter(id=delegation_id).first()
        if found is None:
            raise NotFound(_("There is no such delegation."), where="delegation")
        _need_holder(actor, post(found.post_id))
        until = max(ends(at) if at else now(), found.valid_from)
        if found.valid_until <= until:
            raise Conflict(_("This delegation has already ended."), where="valid_until")
        found.valid_until = until
        found.save(update_fields=["valid_until"])
        record(actor, "post.delegation_end", {"delegation": found.id, "until": until.isoformat()})
