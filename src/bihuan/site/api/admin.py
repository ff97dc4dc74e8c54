"""The administration over the API: one router a subject, all under ``/api/v1/admin``."""

from bihuan.site.admin.calendars.api import router as calendars
from bihuan.site.admin.divisions.api import router as divisions
from bihuan.site.admin.ledger.api import router as ledger
from bihuan.site.admin.limits.api import router as limits
from bihuan.site.admin.organisations.api import router as organisations
from bihuan.site.admin.people.api import router as people

ROUTERS = (divisions, organisations, people, calendars, limits, ledger)
