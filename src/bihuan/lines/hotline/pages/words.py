"""Words and cells that several pages of the line share."""

from collections.abc import Mapping

import phonenumbers
from django.utils.translation import gettext as _

from bihuan.kernel.flow.rows import MatterRow
from bihuan.kernel.identity.selectors import units_near
from bihuan.lines.hotline.contracts import CHANNELS, SCHEMES, SECRECY, TIERS, TYPES
from bihuan.lines.hotline.selectors import grid_names
from bihuan.ui import cells
from bihuan.ui.cards import href
from bihuan.ui.panels import Column

_TITLES: Mapping[str, str] = {**dict(TYPES), **dict(SECRECY), **dict(TIERS), **dict(CHANNELS)}


def title(value: object) -> str:
    """Return the words of a type, a secrecy, a limit or a channel; '' for none."""
    return _(_TITLES[str(value)]) if str(value) in _TITLES else ""


def scheme_title(name: str) -> str:
    """Return what a set of limits is called."""
    return _(SCHEMES[name][0])


def unit_options(place: int) -> list[tuple[str, str]]:
    """Return the units that may handle an order, those of a place first."""
    return [(str(u.id), u.short_name or u.name) for u in units_near(place)]


def number(text: str) -> int:
    """Return a number of an address, 0 for anything else."""
    return int(text) if text.isdecimal() and len(text) < 19 else 0


def named(title: str) -> Column:
    """Return the first column of a list of matters: the title, which leads to the matter, and the code beneath it."""
    return Column(title, lambda row: cells.Stack((row.title, cells.Quiet(row.code))), head=True, link=href)


def value(row: MatterRow, name: str) -> str:
    """Return a declared value of an order in words."""
    return title(row.value(name, ""))


def grid(row: MatterRow) -> str:
    """Return the grid a matter lies in, or that it lies in none."""
    return grid_names([row]).get(row.id) or _("in no grid yet")


def phone(number_kept: str) -> str:
    """Return a number as it is dialled inside the country."""
    try:
        found = phonenumbers.parse(number_kept, "CN")
    except phonenumbers.NumberParseException:
        return number_kept
    return phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.NATIONAL)
