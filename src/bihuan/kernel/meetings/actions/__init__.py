"""Write the ladder and meetings: one function a verb."""

from bihuan.kernel.meetings.actions.minuting import Decision, Minuted, minute, on_site
from bihuan.kernel.meetings.actions.packing import pack
from bihuan.kernel.meetings.actions.planning import Outcome, clerks, give_back, plan, put_on
from bihuan.kernel.meetings.actions.proposing import carry_up, propose, reroute

__all__ = [
    "Decision",
    "Minuted",
    "Outcome",
    "carry_up",
    "clerks",
    "give_back",
    "minute",
    "on_site",
    "pack",
    "plan",
    "propose",
    "put_on",
    "reroute",
]
