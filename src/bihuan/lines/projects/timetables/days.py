"""Which calendar a project's days are counted on."""

from collections.abc import Callable

from bihuan.kernel.clock.ground import ground, place_of
from bihuan.kernel.identity.actors import Scope
from bihuan.logic.workdays import Calendar, packaged_calendar


def calendars(using: str = "default") -> Callable[[Scope | None], Calendar]:
    """Return the function that gives each place its calendar; costs one small query for all of them.

    While no table is loaded that is the packaged national calendar.
    """
    found = ground(using=using)
    if not found.announced:
        return lambda _scope: packaged_calendar()
    return lambda scope: found.calendar(place_of(scope) if scope else ())


def calendar(scope: Scope | None = None, using: str = "default") -> Calendar:
    """Return the calendar in force at one place."""
    return calendars(using)(scope)
