"""Save how an office's columns are called; what is wrong with a mapping is told at its field."""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from bihuan.kernel.errors import BadInput, FieldErrors
from bihuan.kernel.identity import rights
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.identity.selectors import scope_of
from bihuan.kernel.store.sql import run
from bihuan.lines.hotline.duties.actions import KEEP
from bihuan.lines.hotline.imports.reading import FIELDS, NEEDED

#: A moment every part of which differs, so that a shape that loses one shows.
_SAMPLE = datetime(2026, 11, 30, 8, 15, 7)  # noqa: DTZ001 - wall clock of the other system
_NAME = re.compile(r"[\w-]{1,40}")
_KNOWN = frozenset({"title", "columns", "moments", "closed_states", "duplicates", "box"})


def faults(name: str, said: Mapping[str, Any]) -> dict[str, str]:
    """Return what is wrong with a mapping by field, in words; nothing when it can be read by."""
    found: dict[str, str] = {}
    if not _NAME.fullmatch(name):
        found["name"] = _("A name has up to 40 letters, digits, _ and -: it is typed in a command.")
    for key in sorted(set(said) - _KNOWN):
        found[key] = _("A mapping knows no “%(name)s”.") % {"name": key}
    columns = {str(key): str(header) for key, header in dict(said.get("columns", {})).items()}
    found |= _columns(columns)
    if not _readable(str(said.get("moments", ""))):
        found["moments"] = _("Moments written like this lose their day.")
    if not _box(said.get("box", ())):
        found["box"] = _("Four numbers: south, west, north, east, in degrees.")
    return found


def _columns(columns: Mapping[str, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    first: dict[str, str] = {}
    for key, header in columns.items():
        if key not in FIELDS:
            text = _("“%(name)s” is no field of an order; there are: %(known)s.")
            found[key] = text % {"name": key, "known": ", ".join(FIELDS)}
        elif header in first:
            text = _("The column “%(name)s” is named twice: each column is one field.")
            found[key] = text % {"name": header}
        first.setdefault(header, key)
    for key in NEEDED:
        if not columns.get(key, "").strip():
            found[key] = _("A mapping needs the column of number, class and moment of creation.")
    for one, other in (("latitude", "longitude"), ("longitude", "latitude")):
        if one in columns and other not in columns:
            found.setdefault(other, _("Latitude and longitude come together."))
    return found


def _readable(shape: str) -> bool:
    try:
        return not shape or datetime.strptime(_SAMPLE.strftime(shape), shape).date() == _SAMPLE.date()  # noqa: DTZ007
    except ValueError:
        return False


def _box(box: Any) -> bool:
    try:
        sides = [float(side) for side in box]
    except (TypeError, ValueError):
        return False
    if not sides:
        return True
    return len(sides) == 4 and -90 <= sides[0] < sides[2] <= 90 and -180 <= sides[1] < sides[3] <= 180


_PUT = """INSERT INTO hotline_mapping (county, name, said) VALUES (%s, %s, %s::jsonb)
          ON CONFLICT (county, name) DO UPDATE SET said = excluded.said"""


def save_mapping(name: str, said: Mapping[str, Any], county: int = 0) -> None:
    """Save a mapping under a name for a district (0: the whole house); FieldErrors says what is wrong, and where."""
    if found := faults(name, said):
        raise FieldErrors(found)
    run(_PUT, (county, name, json.dumps(dict(said), ensure_ascii=False)))


def keep_mapping(actor: Actor, name: str, said: Mapping[str, Any]) -> None:
    """Save a mapping for one's district, over an older one of the same name."""
    save_mapping(name, said, _home(actor))


def drop_mapping(actor: Actor, name: str) -> None:
    """Take back what the district saved under a name: what came with the house under it holds again."""
    run("DELETE FROM hotline_mapping WHERE county = %s AND name = %s", (_home(actor), name))


def _home(actor: Actor) -> int:
    rights.need(actor, KEEP, division=actor.division)
    county = scope_of(actor.division).county
    if not county:
        raise BadInput(_("Mappings are kept by a post of the district."))
    return county
