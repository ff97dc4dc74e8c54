"""Who may open the enterprise's own pages: its own account."""

from bihuan.lines.enterprise.actions import is_own_account
from bihuan.ui.page import register_permit

register_permit("enterprise.home", is_own_account)
