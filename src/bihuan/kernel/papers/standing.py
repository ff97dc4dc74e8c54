"""Who may draft, review, sign and void a paper. No permit given means refused."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, time
from typing import Protocol

from django.utils.translation import gettext as _

from bihuan.kernel.errors import BadInput, Refused
from bihuan.kernel.identity.actors import Actor, Kind
from bihuan.kernel.identity.selectors import posts
from bihuan.kernel.identity.selectors.posts import PostRow
from bihuan.kernel.now import LOCAL, now
from bihuan.kernel.papers.kinds import Kind as PaperKind
from bihuan.kernel.papers.rows import PaperRow


class Holder(Protocol):
    """What a post and the actor who acts as one have in common."""

    @property
    def role(self) -> str: ...

    @property
    def unit(self) -> int: ...

    @property
    def level(self) -> str: ...

    @property
    def division(self) -> int: ...


_moving: ContextVar[bool] = ContextVar("papers_moved_by_matter", default=False)


@contextmanager
def moved_by_matter() -> Iterator[None]:
    """Inside, papers that move with their matter may be drafted, signed and made void: for effects of moves."""
    token = _moving.set(True)
    try:
        yield
    finally:
        _moving.reset(token)


def _free(kind: PaperKind) -> bool:
    return not kind.by_matter or _moving.get()


def reaches(holder: Holder, row: PaperRow) -> bool:
    """Whether the paper lies in the part of the tree a post is over, or is issued by its own unit."""
    over = bool(holder.division) and getattr(row, holder.level, 0) == holder.division
    return over or (bool(holder.unit) and holder.unit == row.unit)


def may_sign(holder: Holder, kind: PaperKind, row: PaperRow) -> bool:
    """Whether a post of this role, over this place, may sign the paper."""
    return _free(kind) and holder.role in kind.signers and reaches(holder, row)


def may_draft(actor: Actor, kind: PaperKind) -> bool:
    """Whether the actor may draft such papers; the system drafts, but never signs."""
    if not _free(kind):
        return False
    if actor.kind is Kind.SYSTEM:
        return True
    return actor.kind in {Kind.POST, Kind.TOKEN} and (not kind.drafters or actor.role in kind.drafters)


def may_change(actor: Actor, kind: PaperKind, row: PaperRow) -> bool:
    """Whether the actor may change, circulate or drop the draft: its unit's drafters, or who may sign it."""
    own = actor.unit == row.unit or (bool(actor.user) and actor.user == row.creator_user)
    if not _free(kind):
        return False
    return actor.kind is Kind.SYSTEM or (may_draft(actor, kind) and own) or may_sign(actor, kind, row)


def may_review(actor: Actor, kind: PaperKind, row: PaperRow) -> bool:
    """Whether the actor may review the draft: of its unit or entitled to sign, and not who drafted it."""
    return (
        _free(kind)
        and actor.kind is Kind.POST
        and actor.user != row.creator_user
        and (actor.unit == row.unit or may_sign(actor, kind, row))
    )


def need(allowed: bool, why: str = "") -> None:
    """Raise Refused unless allowed."""
    if not allowed:
        raise Refused(why or _("Your post is not permitted to do this with the paper."))


def need_signer(actor: Actor, kind: PaperKind, row: PaperRow) -> None:
    """Raise Refused unless the actor signs on screen with a login and a post that may."""
    need(
        actor.kind is Kind.POST, _("A paper is signed by a person in a post, signed in with the own account.")
    )
    need(may_sign(actor, kind, row), _("Your post may not sign papers of this kind here."))


def signer_on_paper(post_id: int, day: date, kind: PaperKind, row: PaperRow) -> PostRow:
    """Return the post whose holder signed on paper that day; raise BadInput when it could not have signed."""
    found = posts.post(post_id)
    moment = min(datetime.combine(day, time(23, 59), LOCAL), now())
    if not found.valid(moment):
        raise BadInput(_("Nobody held this post on the day of the signature."), where="signer_post")
    if not may_sign(found, kind, row):
        raise BadInput(_("This post may not sign papers of this kind here."), where="signer_post")
    return found
