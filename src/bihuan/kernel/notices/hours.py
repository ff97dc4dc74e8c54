"""When people may be disturbed."""

from datetime import date, datetime, timedelta

from bihuan.logic.limits import is_working_instant
from bihuan.logic.workdays import packaged_calendar

#: The morning digest comes this long before business opens (08:30 where it opens at nine).
EARLY = timedelta(minutes=30)


def is_working_day(day: date) -> bool:
    """Whether people work on that day."""
    return packaged_calendar().is_working(day)


def may_disturb(moment: datetime) -> bool:
    """Whether people are at work at ``moment`` or will be within half an hour."""
    calendar = packaged_calendar()
    return is_working_instant(moment, calendar) or is_working_instant(moment + EARLY, calendar)
