"""What the desk and its callers do; going on is the kernel's own ``flow.move``."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any

from django.utils.translation import gettext as _

from bihuan.kernel.clock.ground import ground
from bihuan.kernel.clock.ground import place_of as clock_place
from bihuan.kernel.content.selectors import SHOWN, open_many
from bihuan.kernel.flow import actions as flow
from bihuan.kernel.flow import bulk
from bihuan.kernel.flow import selectors as matters
from bihuan.kernel.flow.rows import MatterRow, Receipt
from bihuan.kernel.identity import actions as identity
from bihuan.kernel.identity.actors import SYSTEM, Actor, Scope
from bihuan.kernel.identity.selectors import scope_of
from bihuan.kernel.now import LOCAL, today
from bihuan.kernel.store.sql import atomic
from bihuan.lines.hotline import selectors
from bihuan.lines.hotline.callers import actions as callers
from bihuan.lines.hotline.contracts import CONFIDENTIAL, OPEN, ORDER, PART, REPORT
from bihuan.lines.hotline.duties import selectors as duties
from bihuan.lines.hotline.forms import CONSOLE
from bihuan.lines.hotline.grids import selectors as grids
from bihuan.lines.hotline.joining import selectors as joining

#: Fields of the console that say who called; they never become values of the order.
_WHO = ("phone", "caller")
#: For how many days a caller can follow an order by its code.
FOLLOWED = 90
#: How long ago, beyond the days of the archive, an order may have been closed to be looked at in every round.
LATELY = timedelta(days=30)


def take(actor: Actor, data: Mapping[str, Any], key: str = "", **more: Any) -> Receipt:
    """Open one order from a call, a form or a message; the same ``key`` does so once.

    The grid follows from the address, the limit from class and type, unless they are given.
    """
    values = CONSOLE.parse(data)
    who = {name: values.pop(name, "") for name in _WHO}
    evidence = values.pop("evidence", None)
    scope = place_of(actor, str(values.get("address", "")))
    said = _told({**values, **more}, scope)
    secrecy = str(said.get("secrecy", OPEN))
    with atomic():
        made = flow.open(actor, ORDER, said, scope=scope, key=key)
        if evidence and not made.again:
            # A page sent twice brings its pictures twice, under other numbers: they are no part of what the key names.
            flow.move(actor, made.matter, "evidence", {"evidence": evidence})
        against = int(said.get("against", 0) or 0)
        callers.keep(actor, made.matter, who["caller"], who["phone"], secrecy, against)
        look_up(made.matter)
    return made


def look_up(matter: int) -> str:
    """Return the code by which the caller follows the order without an account; the same one each time."""
    until = datetime.combine(today() + timedelta(days=FOLLOWED), time(23, 59, 59), LOCAL)
    return identity.issue_link(SYSTEM, matter, purpose="track", valid_until=until, key=f"hotline:{matter}")


def place_of(actor: Actor, address: str) -> Scope:
    """Return the grid an address, or the point in it, lies in; where none is known, the actor's own place."""
    own = scope_of(actor.division)
    found = grids.locate(address, own) if address else None
    return scope_of(found.place) if found and found.place else own


def _told(values: dict[str, Any], scope: Scope) -> dict[str, Any]:
    """Return what the order itself holds: what was told, its secrecy, and the limit it runs under."""
    said = {
        **values,
        "secrecy": values.get("secrecy") or (CONFIDENTIAL if values["type"] == REPORT else OPEN),
    }
    said["channel"] = values.get("channel") or "phone"
    chosen = values.get("about") or []
    duty = duties.by_ids(chosen).get(chosen[0]) if chosen else None
    said["tier"] = values.get("tier") or duties.tier_for(str(values["type"]), duty, scope)
    return said


def push(order_ids: list[int]) -> None:
    """Ask the grid and every supporting unit of these orders for their part, each once."""
    rows = [row for row in matters.by_ids(order_ids).values() if row.kind == ORDER and row.open]
    places = grids.by_place({row.micro for row in rows} | {row.grid for row in rows})
    for row in rows:
        asked = {*selectors.units_asked(row.id), row.lead_unit}
        for unit in row.supports:
            if unit not in asked:
                _ask(row, unit, "support")
        grid = _unit_of(places, row)
        if grid and grid not in {*asked, *row.supports} and _told_to_grid(row):
            _ask(row, grid, "grid")


def push_anew(order_ids: list[int]) -> None:
    """Ask the right grid of orders whose place was corrected; what the wrong one still owes is withdrawn."""
    rows = {key: row for key, row in matters.by_ids(order_ids).items() if row.kind == ORDER and row.open}
    places = grids.by_place({row.micro for row in rows.values()} | {row.grid for row in rows.values()})
    owed = [(part, rows[key]) for key, parts in selectors.owed(list(rows)).items() for part in parts]
    wrong = {part.id for part, row in owed if part.role == "grid" and part.unit != _unit_of(places, row)}
    reason = _("The place was corrected: the order lies in another grid.")
    bulk.move_many(SYSTEM, "withdraw", [(part, {"reason": reason}) for part in sorted(wrong)])
    bulk.move_many(SYSTEM, "relocate", [(part.id, {}) for part, _row in owed if part.id not in wrong])
    # What waits at the desk is told to the grid when it is dispatched.
    push([key for key, row in rows.items() if row.stage != "registered"])


def _unit_of(places: Mapping[int, tuple[int, int, str]], row: MatterRow) -> int:
    """Return the unit of the grid an order lies in, the deeper one first; 0 without one."""
    grid = places.get(row.micro) or places.get(row.grid)
    return grid[1] if grid else 0


def _told_to_grid(row: MatterRow) -> bool:
    """A report of wrongdoing is nobody's business in the neighbourhood; else the desk may leave the grid out."""
    return row.value("type") != REPORT and not row.value("no_grid")


def _ask(row: MatterRow, unit: int, role: str) -> None:
    said = {"title": row.title[:200], "unit": unit, "role": role}
    # A unit whose part was withdrawn in this episode is asked anew: the key counts how often.
    before = selectors.times_withdrawn(row.id, unit)
    key = f"part:{row.id}:{row.episode}:{unit}" + (f":{before}" if before else "")
    flow.open(SYSTEM, PART, said, scope=selectors.scope_of_row(row), parent=row.id, key=key)


def answer_twins(order_ids: list[int]) -> None:
    """Give everyone who asked about the same event their own answer, once the event's is checked."""
    for root, twins in joining.twins(order_ids).items():
        texts = [
            v.text
            for _ref, v in sorted(open_many([root], ["reply"]).items())
            if v.state == SHOWN and v.cls == "open"
        ]
        row = matters.by_ids([root])[root]
        if texts and not row.open:
            said = {"reply": texts[-1], "twin": [root], "solved": row.value("solved", "solved")}
            bulk.move_many(SYSTEM, "answer_with", [(twin, said) for twin in twins])


def take_back(order_ids: list[int]) -> None:
    """Let nobody owe anything to orders that were withdrawn or are handled with another."""
    owed = [part.id for parts in selectors.owed(order_ids).values() for part in parts]
    bulk.move_many(
        SYSTEM, "withdraw", [(part, {"reason": _("The order was withdrawn or joined.")}) for part in owed]
    )


def note_silence() -> int:
    """Put on record whoever owes its part past the limit: against that unit alone. Return how many."""
    return _done(bulk.move_many(SYSTEM, "keep_silent", [(key, {}) for key in selectors.silent()]))


def archive(*, everything: bool = False) -> int:
    """Archive what was called back and has every part back; return how many.

    Of orders closed lately, or of all: what waits longer for a part or a call-back is rare.
    """
    on = ground()
    days = on.limit("hotline.archive", clock_place(Scope()), today()).value
    cut = datetime.combine(on.calendar(clock_place(Scope())).add_working(today(), -days), time(), LOCAL)
    since = datetime.min.replace(tzinfo=UTC) if everything else cut - LATELY
    rows = [(key, {"heard": heard}) for key, heard in selectors.archivable(cut, since)]
    return _done(bulk.move_many(SYSTEM, "archive", rows))


def note_uncontacted() -> int:
    """Put on record that a caller was not contacted within the limit; return how many."""
    return _done(bulk.move_many(SYSTEM, "not_contacted", [(key, {}) for key in selectors.uncontacted()]))


def _done(outcomes: Sequence[bulk.Outcome]) -> int:
    return sum(one.receipt is not None for one in outcomes)
