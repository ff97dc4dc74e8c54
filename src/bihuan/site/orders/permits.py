"""Who may open which page of orders."""

from bihuan.kernel.identity import roles
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.identity.rights import has_right
from bihuan.kernel.orders.rules import RIGHT
from bihuan.ui.page import register_permit, roles_permit

SEES = "orders"
DRAFTS = "orders.draft"
SIGNS = "orders.sign"
READS = "orders.instructions"
#: Edits how bodies stand to each other and the habits of the office.
RULES = RIGHT

_ROLES = {
    SEES: ("coordinator", "leader", "principal", "supervisor", "department", "officer", "auditor"),
    DRAFTS: ("coordinator", "leader", "principal", "supervisor"),
    SIGNS: ("leader", "principal"),
    READS: ("coordinator", "leader", "principal", "supervisor", "department", "officer"),
}


def _edits(actor: Actor) -> bool:
    return has_right(actor, RULES)


def register() -> None:
    """Register the permits, and give the right to edit the tables to whoever administers or coordinates."""
    for role in ("coordinator", "administrator", "local_administrator"):
        roles.entitle(role, {RULES})
    register_permit(RULES, _edits)
    for name, able in _ROLES.items():
        register_permit(name, roles_permit(able))
