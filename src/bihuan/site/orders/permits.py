"""Who may open which page of orders."""

from bihuan.ui.page import register_permit, roles_permit

SEES = "orders"
DRAFTS = "orders.draft"
SIGNS = "orders.sign"
READS = "orders.instructions"

_ROLES = {
    SEES: ("coordinator", "leader", "principal", "supervisor", "department", "officer"),
    DRAFTS: ("coordinator", "leader", "principal", "supervisor"),
    SIGNS: ("leader", "principal"),
    READS: ("coordinator", "leader", "principal", "supervisor", "department", "officer"),
}


def register() -> None:
    """Register the permits."""
    for name, roles in _ROLES.items():
        register_permit(name, roles_permit(roles))
