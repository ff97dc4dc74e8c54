"""Titles of what the administration's tables hold."""

from django.utils.translation import gettext

from bihuan.kernel.clock.wording import amount
from bihuan.kernel.identity import roles
from bihuan.logic.mechanism import said as _

LEVELS: dict[str, str] = {
    "province": _("Province"),
    "city": _("City"),
    "county": _("County or district"),
    "street": _("Street, town or township"),
    "community": _("Community or village"),
    "grid": _("Grid"),
    "micro": _("Micro-grid"),
    "park": _("Park or zone"),
}
UNIT_KINDS: dict[str, str] = {
    "government": _("Government body"),
    "enterprise": _("Enterprise"),
    "utility": _("Utility"),
    "other": _("Other body"),
}
#: What lengths of time are counted in.
UNITS: dict[str, str] = {
    "wd": _("working days"),
    "d": _("calendar days"),
    "wh": _("working hours"),
    "h": _("hours"),
    "m": _("months"),
}
COMINGS: dict[str, str] = {
    "login": _("came in"),
    "logout": _("left"),
    "refused": _("turned away"),
}


def titled(table: dict[str, str], name: str) -> str:
    """Return the title of a stored value in the reader's language; an unknown one says itself."""
    return gettext(table[name]) if name in table else name


def choices(table: dict[str, str]) -> tuple[tuple[str, str], ...]:
    """Return a table's values as the choices of a field."""
    return tuple(table.items())


def role_title(name: str) -> str:
    """Return the title of a role; one no longer declared says its name."""
    role = roles.get(name)
    return gettext(str(role.title)) if role else name


def length(value: int, unit: str) -> str:
    """Return a length of time in words."""
    return amount(value, unit)
