"""Changing organisations as a form or call says."""

from typing import Any

from django.utils.translation import gettext as _

from bihuan.kernel.errors import Conflict, NotFound
from bihuan.kernel.identity import actions
from bihuan.kernel.identity.actors import Actor
from bihuan.site.admin import permits
from bihuan.site.admin.organisations import selectors
from bihuan.site.admin.organisations.selectors import Body
from bihuan.site.admin.places import read_place, read_unit


def find(actor: Actor, organisation: int) -> Body:
    """Return an organisation the actor administers; NotFound otherwise."""
    row = selectors.body(actor, organisation)
    if row is None:
        raise NotFound(_("There is no such organisation."), where="organisation")
    return row


def create(actor: Actor, values: dict[str, Any]) -> int:
    """Create an organisation as the form says and return its id."""
    return actions.create_organisation(actor, **_read(actor, values))


def _read(actor: Actor, values: dict[str, Any]) -> dict[str, Any]:
    found = {name: values.get(name, "") for name in ("name", "short_name", "kind", "uscc", "contact")}
    place = read_place(values.get("division", ""))
    permits.need(actor, permits.ORGANISATIONS, place)
    return {**found, "division": place, "parent": read_unit(values.get("parent", ""), "parent")}


def change(actor: Actor, row: Body, values: dict[str, Any]) -> None:
    """Change what differs from the form; a form that changes nothing is a conflict."""
    given = _read(actor, values)
    if given["parent"] and row.id in selectors.above(given["parent"]):
        raise Conflict(_("An organisation cannot be part of itself."), where="parent")
    given = {name: value for name, value in given.items() if value != getattr(row, name)}
    if not given:
        raise Conflict(_("Nothing is changed: all of this stands so already."), where="name")
    actions.amend_organisation(actor, row.id, **given)


def set_active(actor: Actor, row: Body, active: bool) -> None:
    """Let an organisation be chosen or not; when it stands so already, nothing is written."""
    permits.need(actor, permits.ORGANISATIONS, row.division)
    if row.is_active != active:
        actions.amend_organisation(actor, row.id, is_active=active)
