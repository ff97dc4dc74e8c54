"""What a contact is called: whose need it was and what about, with no personal data in it."""

import re

from bihuan.kernel.flow import registry
from bihuan.kernel.flow.rows import MatterRow
from bihuan.kernel.forms import fields as forms
from bihuan.kernel.identity.selectors.units import unit

#: Numbers that name a person: a mobile, a landline with its area, an identity card's.
_NUMBERS = re.compile(r"(?<!\d)(1[3-9]\d{9}|0\d{2,3}-?\d{7,8}|\d{17}[\dXx])(?![\dXx])")
#: The rest of a title's 200 characters is for the words around it.
_MOST = 150


def of(row: MatterRow, party: int = 0) -> str:
    """Return what a matter is about and, with ``party``, whose it was; its code where its title may not be told."""
    about = _NUMBERS.sub("…", row.title).strip() if row.title and _open(row) else ""
    firm = unit(party) if party else None
    name = (firm.short_name or firm.name) if firm else ""
    if name and name in about:
        name = ""
    return " · ".join(filter(None, (name, about or row.code)))[:_MOST]


def _open(row: MatterRow) -> bool:
    """Whether the title of such a matter is open to whoever sees it: every form that names it says so."""
    names = {move.form for move in registry.rules_of(row.rules).moves if move.form}
    given = (field for name in names for field in forms.get(name).fields if field.name == "title")
    return all(field.cls == "open" for field in given)
