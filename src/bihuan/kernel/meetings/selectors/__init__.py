"""Read the ladder and meetings."""

from bihuan.kernel.meetings.selectors.agenda import (
    ItemRow,
    Taken,
    agenda,
    draft,
    grouped,
    items,
    of_chair,
    taken,
)
from bihuan.kernel.meetings.selectors.deciding import Decider, decider
from bihuan.kernel.meetings.selectors.register import (
    Clash,
    Guest,
    MeetingRow,
    clashes,
    guests,
    listed,
    meeting,
)
from bihuan.kernel.meetings.selectors.rules import rung, rungs

__all__ = [
    "Clash",
    "Decider",
    "Guest",
    "ItemRow",
    "MeetingRow",
    "Taken",
    "agenda",
    "clashes",
    "decider",
    "draft",
    "grouped",
    "guests",
    "items",
    "listed",
    "meeting",
    "of_chair",
    "rung",
    "rungs",
    "taken",
]
