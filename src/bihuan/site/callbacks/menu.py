"""Who may open the pages of contacts, and what they add to the rail."""

from bihuan.logic.mechanism import said as _
from bihuan.ui.line import MenuEntry
from bihuan.ui.page import register_permit, roles_permit

#: The desk that calls back, and those who answer for the figures.
DESK = "callbacks.desk"
#: Whoever may be rated reads why.
REASONS = "callbacks.reasons"
_OVER = ("coordinator", "supervisor", "leader", "principal")
register_permit(DESK, roles_permit((*_OVER, "auditor")))
register_permit(REASONS, roles_permit((*_OVER, "department", "officer")))

MENU = (
    MenuEntry(_("Ratings and call-backs"), "callbacks", icon="phone", permit=DESK),
    MenuEntry(_("What was said of us"), "callbacks_reasons", icon="comment", permit=REASONS),
)
