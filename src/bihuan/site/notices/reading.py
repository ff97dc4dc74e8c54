"""What a form or call about doors and quiet hours means."""

import re
from datetime import time
from typing import Any

from django.utils.translation import gettext as _

from bihuan.kernel.errors import BadInput
from bihuan.kernel.notices.models import PERSON_SHAPES
from bihuan.site.admin.places import read_unit

Values = dict[str, Any]
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]*\Z")


def read_door(values: Values) -> Values:
    """Return the columns of a door."""
    name = values["name"].strip()
    if not _NAME.match(name):
        raise BadInput(_("Letters, digits and hyphens only."), where="name")
    shape = values["shape"]
    return {
        "name": name.lower(), "shape": shape, "url": values.get("url", "").strip(),
        "unit": 0 if shape in PERSON_SHAPES and not values.get("unit") else read_unit(values.get("unit", ""), "unit"),
        "phones": [one.strip() for one in re.split(r"[,，、;；\s]+", values.get("phones", "")) if one.strip()],
        "ident": values.get("ident", "").strip(), "agent": values.get("agent", "").strip(),
        "urgent_only": bool(values.get("urgent_only")),
    }  # fmt: skip


def read_time(text: str, where: str) -> time:
    """Return a time of day such as 12:30."""
    try:
        found = time.fromisoformat(text.strip().replace("：", ":").zfill(5))
    except ValueError as error:
        raise BadInput(_("Write a time such as 12:30."), where=where) from error
    if found.tzinfo:  # the house has one zone
        raise BadInput(_("Write a time such as 12:30."), where=where)
    return found
