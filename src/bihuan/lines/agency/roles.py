"""Who works here: the agent (代办员), whom only this line knows."""

from bihuan.kernel.identity.roles import Role
from bihuan.logic.mechanism import said as _

ALL = (Role("agent", _("Agent"), "scope", line="agency"),)
