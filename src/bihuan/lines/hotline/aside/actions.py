"""Set orders aside on heaps, and carry out what was decided of a heap.

An order and its place on a heap are written together, with the heap locked: a decision either finds the order there or
stands already, and then the heap is taken up again. So none lies aside where nobody looks.
"""

from collections.abc import Sequence

from django.conf import settings
from django.db import IntegrityError
from django.utils import translation
from django.utils.translation import gettext as _

from bihuan.kernel.content.selectors import SHOWN, open_many
from bihuan.kernel.errors import Conflict
from bihuan.kernel.flow import actions as flow
from bihuan.kernel.flow import bulk
from bihuan.kernel.flow import selectors as matters
from bihuan.kernel.identity.actors import SYSTEM
from bihuan.kernel.identity.selectors import scope_of
from bihuan.kernel.now import today
from bihuan.kernel.store.sql import atomic, run
from bihuan.lines.hotline.aside import selectors
from bihuan.lines.hotline.aside.reasons import TITLES
from bihuan.lines.hotline.contracts import ASIDE, HEAP

#: Orders moved in one transaction: a heap of thousands is carried out in parts, and goes on where it stood.
BATCH = 500


def set_aside(order: int, place: int, why: str, mark: bytes, follows: str = "") -> None:
    """Set an order aside on the heap of what came together with it. Called in the transaction that opened it."""
    with atomic():
        heap = _heap(place, why, mark)
        said = {"why": why, "code": follows} if follows else {"why": why}
        flow.move(SYSTEM, order, "set_aside", said)
        run(
            "INSERT INTO hotline_aside (matter, heap, decision, done) VALUES (%s, %s, '', false)",
            (order, heap),
        )


_FIND = "SELECT matter FROM hotline_heap WHERE place = %s AND why = %s AND day = %s AND mark = %s"
_ADD = "INSERT INTO hotline_heap (matter, place, why, day, mark) VALUES (%s, %s, %s, %s, %s)"


def _heap(place: int, why: str, mark: bytes) -> int:
    """Return the heap of this place, reason and day, locked and open."""
    about = (place, why, today(), mark)
    rows = run(_FIND, about)
    if not rows:
        try:
            with atomic():
                rows = [(_opened(place, why),)]
                run(_ADD, (rows[0][0], *about))
        except IntegrityError:  # somebody else's order began it at the same moment
            rows = run(_FIND, about)
    key = int(rows[0][0])
    run("SELECT FROM flow_matter WHERE id = %s FOR UPDATE", (key,))
    if not matters.by_ids([key])[key].open:
        flow.move(SYSTEM, key, "more", {})
    return key


def _opened(place: int, why: str) -> int:
    with translation.override(settings.LANGUAGE_CODE):  # not that of whoever happens to send the first
        title = _("%(why)s, %(day)s") % {"why": _(dict(TITLES)[why]), "day": today().isoformat()}
        return flow.open(SYSTEM, HEAP, {"title": title, "why": why}, scope=scope_of(place)).matter


def carry_out(heaps: Sequence[int] | None = None) -> int:
    """Do what was decided of heaps (none: of all), part by part; return how many orders were moved.

    What somebody decided on its own before stays as it is.
    """
    moved, last = 0, 0
    while True:
        with atomic():
            rows = selectors.decided(heaps, last, BATCH)
            moved += _carried_out(rows)
        if len(rows) < BATCH:
            return moved
        last = rows[-1][0]


def _carried_out(rows: Sequence[tuple[int, int, str, str]]) -> int:
    words = _replies({heap for _order, heap, _decision, _stage in rows})
    by_move: dict[str, list[tuple[int, dict[str, str]]]] = {}
    for order, heap, decision, stage in rows:
        # Brought back before it was discarded: it lies there still.
        name = "take_in" if decision == "bring_back" and stage == ASIDE else decision
        said = {"discard": {"reply": words.get(heap, "")}, "bring_back": {"reason": _("With its heap.")}}
        by_move.setdefault(name, []).append((order, said.get(name, {})))
    done, own = [], []
    for name, given in sorted(by_move.items()):
        for (order, _said), one in zip(given, bulk.move_many(SYSTEM, name, given), strict=True):
            if one.receipt:
                done.append(order)
            elif isinstance(one.error, Conflict):
                own.append(order)
    run("UPDATE hotline_aside SET done = true WHERE matter = ANY(%s)", (done,))
    run("UPDATE hotline_aside SET done = true, decision = 'hand' WHERE matter = ANY(%s)", (own,))
    return len(done)


def _replies(heaps: set[int]) -> dict[int, str]:
    """Return why heaps were discarded, as last said."""
    found = sorted(open_many(sorted(heaps), ["reply"]).items())
    said = {ref.chain_id: value.text for ref, value in found if value.state == SHOWN}
    return {heap: said.get(heap) or _("Looked at, and found to be no concern of a caller.") for heap in heaps}


def forget() -> None:
    """Forget what told the senders of past days apart."""
    run("UPDATE hotline_heap SET mark = NULL WHERE mark IS NOT NULL AND day < %s", (today(),))
