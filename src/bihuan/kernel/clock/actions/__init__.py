"""Writing calendars, limits and clocks: the doors of this room, one file a subject."""

from bihuan.kernel.clock.actions.alarms import Taken, sweep, take_alarms
from bihuan.kernel.clock.actions.defaults import is_installed, load_defaults, load_limits, load_national
from bihuan.kernel.clock.actions.rippling import Follower, Moved, follow, ripple
from bihuan.kernel.clock.actions.tables import (
    DayChange,
    announce_year,
    set_days,
    set_hours,
    set_limit,
    set_reminder,
)
from bihuan.kernel.clock.actions.writing import mark_extensions_told, mark_stops_told, write

__all__ = [
    "DayChange",
    "Follower",
    "Moved",
    "Taken",
    "announce_year",
    "follow",
    "is_installed",
    "load_defaults",
    "load_limits",
    "load_national",
    "mark_extensions_told",
    "mark_stops_told",
    "ripple",
    "set_days",
    "set_hours",
    "set_limit",
    "set_reminder",
    "sweep",
    "take_alarms",
    "write",
]
