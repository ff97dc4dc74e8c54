"""Who may open which page about the ladder and meetings."""

from bihuan.kernel.identity import roles
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.identity.rights import has_right
from bihuan.kernel.meetings.actions.rules import RIGHT
from bihuan.ui.page import register_permit, roles_permit

#: Reads items and meetings: what one sees of them is a matter of scope and invitation.
READ = "meetings"
#: Plans meetings and takes minutes.
PLAN = "meetings.plan"
#: Holds a meeting on site.
SITE = "meetings.site"
#: Edits rungs, portfolios, weights and series.
RULES = RIGHT

_PLANNERS = ("coordinator", "leader", "principal")
_READERS = (*_PLANNERS, "officer", "supervisor", "department", "auditor")


def _edits(actor: Actor) -> bool:
    return has_right(actor, RULES)


def register() -> None:
    """Register the permits, and give the right to edit the tables to whoever administers or coordinates."""
    for role in ("coordinator", "administrator", "local_administrator"):
        roles.entitle(role, {RULES})
    register_permit(READ, roles_permit(_READERS))
    register_permit(PLAN, roles_permit(_PLANNERS))
    register_permit(SITE, roles_permit((*_PLANNERS, "officer")))
    register_permit(RULES, _edits)
