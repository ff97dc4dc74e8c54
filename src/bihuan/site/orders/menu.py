"""What orders add to the rail."""

from bihuan.logic.mechanism import said as _
from bihuan.site.orders.permits import READS, SEES
from bihuan.ui.line import MenuEntry

ORDERS = (
    MenuEntry(_("Orders"), "orders", icon="send", permit=SEES, phone=True),
    MenuEntry(_("Instructions"), "instructions", icon="lock", permit=READS),
)
