"""Words and cells the pages of this line share."""

from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.kernel.flow.rows import MatterRow
from bihuan.kernel.forms.fields import Field
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.identity.selectors import posts_in
from bihuan.kernel.now import local
from bihuan.lines.officers import selectors
from bihuan.logic.mechanism import said
from bihuan.ui import cells
from bihuan.ui.doors import options_for
from bihuan.ui.page import Crumb

#: Titles of the figures the board shows.
FIGURES = {
    "officers.contact_on_time": said("Contacts in time"),
    "officers.visit_on_time": said("Visits in time"),
    "officers.response": said("Answered in time"),
}


def project_crumb(project_id: int, name: str) -> Crumb:
    """Return the way to a project's page."""
    return Crumb(name, reverse("project", args=[project_id]))


def crumb() -> Crumb:
    """Return the way back to one's own portfolio."""
    return Crumb(_("My portfolio"), reverse("officers_mine"))


def board_crumb() -> Crumb:
    """Return the way back to the board."""
    return Crumb(_("Who serves which project"), reverse("officers_board"))


def moment(at: datetime | None) -> Any:
    """Return a moment as its day, quiet words for never."""
    return day(local(at).date()) if at else cells.Quiet(_("never"))


def day(on: date | None) -> Any:
    """Return a day, quiet words for never."""
    return cells.Day(on) if on else cells.Quiet(_("never"))


def officers_offered(actor: Actor) -> list[tuple[str, str]]:
    """Return the officers one may choose, each with what it has in hand."""
    return [
        (
            str(load.post),
            _("%(name)s · %(unit)s (%(projects)d projects, %(open)d open)")
            % {"name": load.name, "unit": load.unit_name, "projects": load.projects, "open": load.open},
        )
        for load in selectors.loads(actor)
    ]


def options(actor: Actor, row: MatterRow, item: Field) -> list[tuple[str, str]] | None:
    """Return what a matter's move offers: officers where a post is asked for, the usual elsewhere."""
    if item.kind == "post" and row.kind in ("officers.vacancy", "officers.handover"):
        return officers_offered(actor)
    return None


def choosing(actor: Actor, *, officers: tuple[str, ...] = ()) -> Any:
    """Return the options of a form: officers in the named fields, posts of the own unit and units elsewhere."""
    usual = options_for(actor)

    def offered(item: Field) -> list[tuple[str, str]]:
        if item.name in officers:
            return officers_offered(actor)
        if item.kind == "post":
            return [(str(p.id), f"{p.unit_name} · {p.user_name}") for p in posts_in(actor.unit)]
        return usual(item)

    return offered


__all__ = [
    "FIGURES",
    "board_crumb",
    "choosing",
    "crumb",
    "day",
    "moment",
    "officers_offered",
    "options",
    "project_crumb",
]
