"""Changing the tree as a form or call says."""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from bihuan.kernel.errors import Conflict, NotFound
from bihuan.kernel.identity import actions
from bihuan.kernel.identity.actors import Actor
from bihuan.site.admin import permits
from bihuan.site.admin.divisions import selectors
from bihuan.site.admin.divisions.selectors import Place
from bihuan.site.admin.places import read_place


def find(actor: Actor, division: int) -> Place:
    """Return a division of the actor's own part of the tree; NotFound otherwise."""
    row = selectors.place(actor, division)
    if row is None:
        raise NotFound(_("There is no such division."), where="division")
    return row


def add(actor: Actor, values: dict[str, Any]) -> int:
    """Add a division as the form says and return its id; the same name twice in one place is a conflict."""
    parent = read_place(values.get("parent", ""), "parent")
    permits.need(actor, permits.DIVISIONS, parent)
    if selectors.sibling(parent, values["name"]):
        raise Conflict(_("There is a living division of this name in the same place."), where="name")
    return actions.add_division(
        actor, values["name"], values["level"], parent, code=values.get("code", ""),
        as_of=_day(values.get("as_of")),
    )  # fmt: skip


def amend(actor: Actor, row: Place, values: dict[str, Any]) -> None:
    """Change a division as the form says; a form that changes nothing is a conflict."""
    parent = read_place(values.get("parent", ""), "parent")
    if parent != row.parent:
        permits.need(actor, permits.DIVISIONS, parent)
    if (values["name"], values.get("code", ""), parent) == (row.name, row.code, row.parent):
        raise Conflict(
            _("Nothing is changed: name, code and what it is part of stand so already."), where="name"
        )
    actions.amend_division(
        actor, row.id, name=values["name"], code=values.get("code", ""), parent=parent,
        as_of=_day(values["as_of"]),
    )  # fmt: skip


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def end(actor: Actor, row: Place, as_of: date) -> None:
    """End a division without living parts from a day on."""
    actions.end_division(actor, row.id, as_of)
