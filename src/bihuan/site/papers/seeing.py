"""Who may see a paper: its issuer and readers; once signed, whoever sees the place or matter it is about."""

from django.utils.translation import gettext as _

from bihuan.kernel.errors import NotFound
from bihuan.kernel.flow import selectors as flow
from bihuan.kernel.identity.actors import LEVELS, Actor, Kind
from bihuan.kernel.papers import kinds, selectors, standing
from bihuan.kernel.papers.rows import PaperRow
from bihuan.kernel.permits.rules import Branch, branches

_STAFF = frozenset({Kind.POST, Kind.TOKEN, Kind.SYSTEM})
_COLUMNS = {**{level: level for level in LEVELS}, "lead_unit": "unit", "creator_user": "creator_user"}


def ways(actor: Actor) -> tuple[Branch, ...]:
    """Return the indexed ways to the papers an actor finds in the register: staff only."""
    return branches(actor) if actor.kind in _STAFF else ()


def visible(actor: Actor, paper_id: int) -> PaperRow:
    """Return a paper the actor may see; raise NotFound for others."""
    row = selectors.paper(paper_id)
    if not (_inside(actor, row) or selectors.is_asked(actor, row.id) or _by_matter(actor, row)):
        raise NotFound(_("There is no such paper."), where=str(paper_id))
    return row


def _inside(actor: Actor, row: PaperRow) -> bool:
    if actor.kind not in _STAFF:
        return False
    if actor.kind is Kind.SYSTEM or (actor.unit and actor.unit == row.unit):
        return True
    if kinds.known(row.kind) and standing.may_sign(actor, kinds.get(row.kind), row):
        return True
    return any(
        way.column == "*"
        or (bool(row.number) and way.column in _COLUMNS and getattr(row, _COLUMNS[way.column]) == way.value)
        for way in branches(actor)
    )


def _by_matter(actor: Actor, row: PaperRow) -> bool:
    """Whether the paper is signed and about a matter the actor sees; the party reads what is meant for it."""
    if not row.number or not row.about:
        return False
    meant = kinds.known(row.kind) and kinds.get(row.kind).to_party
    if actor.kind not in _STAFF and not meant:
        return False
    try:
        flow.matter(actor, row.about)
    except NotFound:
        return False
    return True


def of_matter(actor: Actor, about: int) -> list[PaperRow]:
    """Return the papers about a matter that the actor, who sees the matter, may read."""
    rows = selectors.of(about)
    return [row for row in rows if _inside(actor, row) or _by_matter(actor, row)] if rows else []
