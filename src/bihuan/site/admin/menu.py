"""What the administration adds to the rail."""

from bihuan.logic.mechanism import said as _
from bihuan.site.admin import permits
from bihuan.ui.line import MenuEntry

ADMIN = (
    MenuEntry(_("Divisions"), "admin_divisions", icon="map", permit=permits.DIVISIONS),
    MenuEntry(_("Organisations"), "admin_organisations", icon="building", permit=permits.ORGANISATIONS),
    MenuEntry(_("People and posts"), "admin_posts", icon="people", permit=permits.POSTS),
    MenuEntry(_("Calendar"), "admin_calendar", icon="calendar", permit=permits.CALENDAR),
    MenuEntry(_("Time limits"), "admin_limits", icon="clock", permit=permits.LIMITS),
    MenuEntry(_("Doors and deliveries"), "admin_doors", icon="send", permit=permits.HOUSE),
    MenuEntry(_("Programs told of moves"), "admin_webhooks", icon="link", permit=permits.HOUSE),
    MenuEntry(_("Ledger"), "admin_ledger", icon="shield", permit=permits.LEDGER),
    MenuEntry(_("Readings of personal data"), "admin_readings", icon="lock", permit=permits.READINGS),
    MenuEntry(_("Calendar feed"), "calendar_own", icon="calendar", permit="calendar"),
    MenuEntry(_("My posts"), "my_posts", icon="user", permit="post"),
)
