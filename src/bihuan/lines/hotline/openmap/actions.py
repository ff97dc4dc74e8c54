"""Open and close the public map, propose and review its classes, and publish whole periods once."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from bihuan.kernel.errors import BadInput, Conflict, NotFound, Refused
from bihuan.kernel.identity.actions.record import record
from bihuan.kernel.identity.actors import SYSTEM, Actor
from bihuan.kernel.identity.rights import need
from bihuan.kernel.identity.selectors import scope_of
from bihuan.kernel.identity.selectors.divisions import division
from bihuan.kernel.jobs import defer
from bihuan.kernel.now import now, today
from bihuan.kernel.registers import actions as registers
from bihuan.kernel.store.sql import atomic, run
from bihuan.lines.hotline.duties import selectors as duties
from bihuan.lines.hotline.duties.actions import KEEP
from bihuan.lines.hotline.openmap import periods, selectors
from bihuan.lines.hotline.openmap.models import FLOOR
from bihuan.lines.hotline.openmap.registers import CLASSES, MAPS
from bihuan.lines.hotline.warning.selectors import first_day
from bihuan.logic import withholding

#: Who opens and closes the map of a place.
PUBLISH = "hotline.publish"
#: A map that is opened begins with so many periods that are over.
BACK = 6


def settle(actor: Actor, values: Mapping[str, Any]) -> None:
    """Open the map of one's place, close it, or set how it is counted; ``why`` stands on record.

    What was published stays as it is: other settings hold from the next period on.
    """
    place = actor.division
    need(actor, PUBLISH, place)
    if not place or not selectors.level_of(actor):
        raise BadInput(_("A map belongs to a district, a park or a street."))
    least, delay = int(values["least"]), int(values["delay"])
    if least < FLOOR:
        raise BadInput(_("At least %(n)d: less may point at one person.") % {"n": FLOOR}, where="least")
    if not 1 <= delay <= 60:
        raise BadInput(_("From 1 to 60 days."), where="delay")
    if values["level"] == "street" and actor.level == "street":
        raise BadInput(_("Your place is one street: count by community."), where="level")
    said = {name: str(values[name]) for name in MAPS.columns}
    with atomic():
        # One change of a place's map at a time, the first one, too: there is no row to lock yet.
        run("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (f"hotline.map:{place}",))
        held = selectors.settings(place)
        scope = None if held.id else scope_of(place)
        registers.amend(actor, MAPS, held.id or None, said, cause=str(values["why"]).strip(), scope=scope)
        if values["opened"] == "yes":
            defer("hotline.open_maps", once="hotline.open_maps")


def propose(actor: Actor, values: Mapping[str, Any]) -> int:
    """Propose a class of one's own catalogue for the map; nobody reads it there before another has reviewed it."""
    place = actor.division
    need(actor, KEEP, place)
    duty = int(values["duty"])
    if duty not in {one.id for one in duties.duties(scope_of(place))}:
        raise BadInput(_("There is no such class."), where="duty")
    if any(one.duty == duty for one in selectors.classes(place)):
        raise Conflict(_("This class was proposed already."), where="duty")
    said = {"duty": str(duty), "reason": str(values["reason"]).strip(), "proposer": str(actor.user)}
    return registers.amend(actor, CLASSES, None, said, scope=scope_of(place))


def review(actor: Actor, key: int) -> None:
    """Let a class somebody else proposed stand on the map, from the next period on."""
    row = find(actor, key)
    if row.reviewer:
        raise Conflict(_("This class was reviewed already."))
    if selectors.is_own(actor, row):
        raise Refused(_("You proposed it yourself: somebody else has to review it."), where="reviewer")
    registers.amend(actor, CLASSES, key, {"reviewer": str(actor.user)})


def drop(actor: Actor, key: int, why: str) -> None:
    """Take a class off the map at once, out of the periods published before, too."""
    find(actor, key)
    if not why.strip():
        raise BadInput(_("Please say why."), where="why")
    registers.withdraw(actor, CLASSES, key, cause=why.strip())


def find(actor: Actor, key: int) -> selectors.ClassRow:
    """Return a class of the map of one's own place that one may decide on; NotFound for others."""
    need(actor, KEEP, actor.division)
    found = next((one for one in selectors.classes(actor.division) if one.id == key), None)
    if found is None:
        raise NotFound(_("There is no such row, or you may not see it."), where=str(key))
    return found


def release() -> int:
    """Publish the periods of every open map that are due; return how many. Doing it again publishes nothing twice."""
    if not selectors.ready():
        return 0
    return sum(_released(place) for place, _name in selectors.maps())


def _released(place: int) -> int:
    there, found = division(place), selectors.reviewed(place)
    if there is None or not found:
        return 0
    done = 0
    with atomic():
        # The same lock as the settings': a map closed meanwhile publishes nothing more.
        run("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (f"hotline.map:{place}",))
        held = selectors.settings(place)
        if not held.opened:
            return 0
        after, first = selectors.last_day(place), first_day()
        for begins, ends in periods.due(held.period, today(), held.delay, after, BACK):
            if (
                first and ends > first
            ):  # before that, nobody was counted: a blank map would say that all was well
                _publish(place, there.level, held, found, (begins, ends))
                done += 1
    return done


_RELEASE = """INSERT INTO hotline_release (division, level, begins, ends, least, classes, made)
              VALUES (%s, %s, %s, %s, %s, %s, %s) RETURNING id"""
_CELLS = """INSERT INTO hotline_release_cell (release, place, duty, orders, least)
            SELECT %s, c.place, c.duty, c.orders, %s
            FROM unnest(%s::bigint[], %s::bigint[], %s::int[]) AS c (place, duty, orders)"""


def _publish(
    place: int, level: str, held: selectors.Settings, classes: Sequence[int], days: tuple[date, date]
) -> None:
    told = tellable(level, place, held, classes, days)
    row = (place, held.level, *days, held.least, list(classes), now())
    ((key,),) = run(_RELEASE, row)
    cells = [(where, duty, n) for where, found in sorted(told.items()) for duty, n in sorted(found.items())]
    if cells:
        run(_CELLS, (key, held.least, *(list(column) for column in zip(*cells, strict=True))))
    facts = {"release": key, "division": place, "begins": days[0].isoformat(), "ends": days[1].isoformat()}
    record(SYSTEM, "hotline.release", {**facts, "least": held.least, "cells": len(cells)})


def tellable(
    level: str, place: int, held: selectors.Settings, classes: Sequence[int], days: tuple[date, date]
) -> dict[int, dict[int, int]]:
    """Return by place the numbers of a period that may be told, under 0 those withheld there together.

    A class nobody reported anywhere counts with 0, like the others.
    """
    found: dict[int, dict[int, int]] = {}
    for where, counts in selectors.counted(level, held.level, place, *days, classes).items():
        told, rest = withholding.shown({**dict.fromkeys(classes, 0), **counts}, held.least)
        found[where] = {**told, **({0: rest} if rest else {})}
    return found
