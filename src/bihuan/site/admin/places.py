"""Divisions and organisations as people write them in a form, and back."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from bihuan.kernel.errors import BadInput
from bihuan.kernel.identity import selectors as identity
from bihuan.kernel.identity.selectors import divisions
from bihuan.kernel.identity.selectors.divisions import DivisionRow
from bihuan.kernel.store.sql import run

#: So many candidates are named when a name is not enough.
_NAMED = 6


def read_place(text: str, where: str = "division") -> int:
    """Return the living division a name or code means, 0 for nothing; :class:`BadInput` asks, never guesses."""
    text = text.strip()
    if not text:
        return 0
    if number := _number(text):
        return _known("SELECT id FROM identity_division WHERE id = %s AND valid_until IS NULL", number, where)
    if text.isdigit():
        row = divisions.division_by_code(text)
        if row is None:
            raise BadInput(_("No division has the code %(code)s.") % {"code": text}, where=where)
        return row.id
    match = divisions.match_division(text)
    if match.division:
        return match.division
    if not match.candidates:
        text_ = _("There is no division named “%(name)s”. Write its name or code as in the tree.")
        raise BadInput(text_ % {"name": text}, where=where)
    raise BadInput(_several(match.candidates), where=where)


def _number(text: str) -> int:
    """Return the number of ``#12``, as programs name what they read before; 0 for other text."""
    digits = text[1:] if text.startswith("#") else ""
    return int(digits) if digits.isdigit() and len(digits) < 19 else 0


def _known(sql: str, number: int, where: str) -> int:
    if not run(sql, (number,)):
        raise BadInput(_("There is nothing with the number %(n)s.") % {"n": number}, where=where)
    return number


def _several(rows: tuple[DivisionRow, ...]) -> str:
    shown = [f"{row.full_name} {row.code}".strip() for row in rows[:_NAMED]]
    words = {"n": len(rows), "names": "；".join(shown) + (" …" if len(rows) > _NAMED else "")}
    return _("%(n)s divisions bear this name; write which: %(names)s") % words


def write_place(division_id: int) -> str:
    """Return a division as it can be written into a form."""
    row = divisions.division(division_id) if division_id else None
    return row.full_name if row else ""


def place_names(ids: Iterable[int]) -> dict[int, str]:
    """Return the full names of divisions with one statement; 0 is the whole house."""
    sql = "SELECT id, full_name FROM identity_division WHERE id = ANY(%s)"
    return {0: _("everywhere"), **dict(run(sql, (sorted(set(ids) - {0}),)))}


def read_unit(text: str, where: str = "organisation") -> int:
    """Return the active organisation a name, short name or code means, 0 for nothing."""
    text = " ".join(text.split())
    if not text:
        return 0
    if number := _number(text):
        return _known("SELECT id FROM identity_organisation WHERE id = %s AND is_active", number, where)
    if found := identity.units_named([text])[text]:
        if len(found) == 1:
            return found[0].id
        names = "；".join(f"{row.name} {row.uscc}".strip() for row in found[:_NAMED])
        words = _("%(n)s organisations bear this name; write the full name or the code: %(names)s")
        raise BadInput(words % {"n": len(found), "names": names}, where=where)
    row = identity.unit_by_uscc(text)
    if row is None:
        close = identity.units(q=text, limit=_NAMED)
        said = _("There is no organisation “%(name)s”.") % {"name": text}
        if close:
            said += " " + _("Did you mean: %(names)s?") % {"names": "；".join(one.name for one in close)}
        raise BadInput(said, where=where)
    return row.id


def write_unit(unit_id: int) -> str:
    """Return an organisation as it can be written into a form."""
    row = identity.unit(unit_id) if unit_id else None
    return row.name if row else ""


def read_user(text: str, where: str = "user") -> int:
    """Return the active user a login name or a name means; :class:`BadInput` asks, never guesses."""
    text = text.strip()
    if number := _number(text):
        return _known("SELECT id FROM identity_user WHERE id = %s AND is_active", number, where)
    sql = """
        SELECT id, name, username, username = %(text)s FROM identity_user
        WHERE is_active AND (username = %(text)s OR name = %(text)s) ORDER BY 4 DESC, username LIMIT 20"""
    rows = run(sql, {"text": text})
    if rows and (rows[0][3] or len(rows) == 1):
        return int(rows[0][0])
    if not rows:
        raise BadInput(_("Nobody logs in as or is named “%(name)s”.") % {"name": text}, where=where)
    names = "、".join(f"{name} ({login})" for _id, name, login, _same in rows)
    words = _("%(n)s people bear this name; write the login name: %(names)s")
    raise BadInput(words % {"n": len(rows), "names": names}, where=where)
