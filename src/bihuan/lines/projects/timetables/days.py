"""Which calendar a project's days are counted on."""

from bihuan.kernel.clock.ground import ground, place_of
from bihuan.kernel.identity.actors import Scope
from bihuan.logic.workdays import Calendar, packaged_calendar


def calendar(scope: Scope | None = None, using: str = "default") -> Calendar:
    """Return the calendar in force at a place; the packaged national one while no table is loaded."""
    found = ground(using=using)
    if not found.announced:
        return packaged_calendar()
    return found.calendar(place_of(scope) if scope else ())
