"""Take a stuck matter to a chair: what is stuck only proposes, the chair decides."""

from typing import Any

from django.utils.translation import gettext as _

from bihuan.kernel.errors import BadInput, Conflict
from bihuan.kernel.flow import actions as flow
from bihuan.kernel.flow import selectors
from bihuan.kernel.flow.rows import MatterRow, Receipt
from bihuan.kernel.flow.selectors import by_ids
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.meetings import climbing
from bihuan.kernel.meetings.about import about, scope_of
from bihuan.kernel.meetings.selectors.deciding import Decider, Deciders
from bihuan.kernel.meetings.selectors.rules import Rung


def propose(
    actor: Actor, matter_id: int, *, why: str = "", place: int = 0, skip: str = "", key: str = ""
) -> Receipt:
    """Propose a stuck matter for a meeting and return the receipt of the item, or of the 报请 a rung needs.

    ``place`` is the rung's number, 0 for the next one; passing one over needs the reason ``skip``. The
    chair is read from the 领导分工表. Conflict while it is proposed already, BadInput when no chair is there.
    """
    row = selectors.matter(actor, matter_id)
    if not row.open or row.line == "meetings":
        raise BadInput(_("Only an open matter can be proposed for a meeting."), where="matter")
    steps = climbing.steps_of([row.id]).get(row.id, [])
    deciders = Deciders.load()
    wanted = place or climbing.next_place(steps, deciders.rungs(scope_of(row)))
    rung = deciders.rung(scope_of(row), wanted)
    if rung is None:
        raise BadInput(_("There is no rung above this one."), where="place")
    if steps and steps[-1].until is None and not key:
        raise Conflict(_("This matter is proposed for a meeting already."), where="matter")
    kind, data = item_of(deciders, row, rung, why=why, skip=skip)
    return flow.open(actor, kind, data, scope=scope_of(row), subject=row.subject, parent=row.id, key=key)


def item_of(
    deciders: Deciders, row: MatterRow, rung: Rung, *, why: str = "", skip: str = ""
) -> tuple[str, dict[str, Any]]:
    """Return the kind of matter a rung needs and its opening form; BadInput when its chair is vacant."""
    kind = "meetings.request" if rung.request else "meetings.item"
    chair = _chair(deciders, row, rung.place - 1 if rung.request else rung.place)
    data = {"title": row.title or row.code, "place": rung.place, "unit": chair.unit, "post": chair.post}
    return kind, {**data, **{name: text for name, text in (("why", why), ("skip", skip)) if text}}


def _chair(deciders: Deciders, row: MatterRow, place: int) -> Decider:
    found = deciders.find(scope_of(row), place, about(row))
    if found is None:
        raise BadInput(
            _("Nobody holds the chair of rung %(n)s here. Appoint somebody, or enter the portfolios.")
            % {"n": place},
            where="place",
        )
    return found


def carry_up(actor: Actor, request: MatterRow) -> Receipt:
    """Bring an approved 报请 before its chair as an agenda item: the second half of its approval."""
    row = by_ids([request.parent])[request.parent]
    deciders, place = Deciders.load(), int(request.value("place", 0))
    chair = _chair(deciders, row, place)
    data = {"title": request.title or row.code, "place": place, "unit": chair.unit, "post": chair.post}
    return flow.open(actor, "meetings.item", data, scope=scope_of(row), subject=row.subject, parent=row.id)


def reroute(actor: Actor, item: MatterRow, note: str = "") -> Receipt | None:
    """Pass an item or request to whoever decides now; None when that is who has it."""
    row = by_ids([item.parent])[item.parent]
    place = int(item.value("place", 0)) - (item.kind == "meetings.request")
    chair = _chair(Deciders.load(), row, place)
    if chair.post == item.holder_post:
        return None
    data = {"unit": chair.unit, "post": chair.post, **({"note": note} if note else {})}
    return flow.move(actor, item.id, "reroute", data)
