"""Write the ladder and meetings: one function a verb."""

from bihuan.kernel.meetings.actions.planning import Outcome, clerks, give_back, plan, put_on
from bihuan.kernel.meetings.actions.proposing import carry_up, propose, reroute

__all__ = ["Outcome", "carry_up", "clerks", "give_back", "plan", "propose", "put_on", "reroute"]
