"""Writing organisations."""

from typing import Any

from django.db import IntegrityError
from django.utils.translation import gettext as _

from bihuan.kernel.errors import BadInput, Conflict, NotFound
from bihuan.kernel.identity import codes, rights
from bihuan.kernel.identity.actions.record import record
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.identity.models import Organisation
from bihuan.kernel.store.sql import atomic

_FIELDS = ("name", "short_name", "uscc", "kind", "parent", "division", "contact", "is_active")


def checked_uscc(raw: str) -> str:
    """Return a checked 统一社会信用代码; raise :class:`BadInput` that says what is wrong with it."""
    try:
        return codes.checked_uscc(raw)
    except codes.BadCode as error:
        texts = {
            "length": _("A unified social credit code has 18 characters."),
            "shape": _(
                "This is not a unified social credit code: letters I, O, S, V and Z never occur in it."
            ),
            "checksum": _(
                "The last character of the code does not fit the others. Look for a slip of the pen."
            ),
        }
        raise BadInput(texts[error.code], where="uscc") from error


def create_organisation(
    actor: Actor,
    name: str,
    kind: str,
    *,
    division: int = 0,
    parent: int = 0,
    uscc: str = "",
    short_name: str = "",
    contact: str = "",
) -> int:
    """Create an organisation and return its id.

    Raises :class:`BadInput` for a wrong code or kind, :class:`Conflict` when the code or
    the name in this division is taken.
    """
    values = {"name": name, "kind": kind, "division": division, "parent": parent, "uscc": uscc,
              "short_name": short_name, "contact": contact}  # fmt: skip
    return _save(actor, Organisation(), values, "organisation.create")


def amend_organisation(actor: Actor, organisation_id: int, **changes: Any) -> None:
    """Change an organisation: any of name, short_name, uscc, kind, parent, division, contact, is_active."""
    found = Organisation.objects.filter(id=organisation_id).first()
    if found is None:
        raise NotFound(_("There is no such organisation."), where="organisation")
    rights.need(actor, rights.ORGANISATIONS, found.division_id or 0)
    if not changes.keys() <= set(_FIELDS):
        raise BadInput(_("An organisation has no such field."), where=min(changes.keys() - set(_FIELDS)))
    _save(actor, found, changes, "organisation.amend")


def _save(actor: Actor, row: Organisation, values: dict[str, Any], move: str) -> int:
    rights.need(actor, rights.ORGANISATIONS, values.get("division", 0))
    clean = _clean(values)
    for name, value in clean.items():
        setattr(row, name, value)
    row.pinyin = codes.pinyin(row.name, 360)
    try:
        with atomic():
            row.save()
            record(actor, move, {"unit": row.id, "fields": sorted(clean)})
    except IntegrityError as error:
        raise _conflict(error) from error
    return row.id


def _clean(values: dict[str, Any]) -> dict[str, Any]:
    clean = dict(values)
    if "name" in clean:
        clean["name"] = " ".join(clean["name"].split())
        if not clean["name"] or len(clean["name"]) > 120:
            raise BadInput(_("The name is missing or longer than 120 characters."), where="name")
    if "kind" in clean and clean["kind"] not in Organisation.Kind.values:
        raise BadInput(_("The kind is government, enterprise, utility or other."), where="kind")
    if "uscc" in clean:
        clean["uscc"] = checked_uscc(clean["uscc"]) if clean["uscc"] else None
    for name in ("division", "parent"):
        if name in clean:
            clean[f"{name}_id"] = clean.pop(name) or None
    return clean


def _conflict(error: IntegrityError) -> Conflict | NotFound:
    text = str(error)
    if "uscc" in text:
        return Conflict(_("Another organisation has this unified social credit code."), where="uscc")
    if "identity_organisation_name" in text:
        return Conflict(_("This division already has an organisation of that name."), where="name")
    return NotFound(_("There is no such division or parent organisation."), where="division")
