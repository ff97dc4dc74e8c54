"""When people may be disturbed, by the calendar and hours the clock room keeps."""

from datetime import date, datetime, timedelta

from bihuan.kernel.clock.ground import ground
from bihuan.logic.limits import is_working_instant

#: The morning digest comes this long before business opens (08:30 where it opens at nine).
EARLY = timedelta(minutes=30)


def is_working_day(day: date) -> bool:
    """Whether people work on that day."""
    return ground().calendar().is_working(day)


def may_disturb(moment: datetime) -> bool:
    """Whether people are at work at ``moment`` or will be within half an hour."""
    tables = ground()
    calendar, hours = tables.calendar(), tables.hours()
    return is_working_instant(moment, calendar, hours) or is_working_instant(moment + EARLY, calendar, hours)
