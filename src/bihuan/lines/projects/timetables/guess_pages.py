"""Administration: how long nodes of a side are guessed to take before enough have finished here."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.kernel.identity.rights import has_right
from bihuan.kernel.identity.selectors import divisions
from bihuan.kernel.now import today as this_day
from bihuan.lines.projects.timetables import forms, guessing
from bihuan.lines.projects.timetables.words import SIDES
from bihuan.ui import cells
from bihuan.ui.doors import carry
from bihuan.ui.page import Crumb, Page, actor_of, done, page
from bihuan.ui.panels import Action, Alert, Column, FormPanel, Table


@page(permit="projects")
def guesses(request: HttpRequest) -> Page:
    """Show the guesses: which hold where, since when, and where they come from."""
    actions = []
    if has_right(actor_of(request), "admin.limits"):
        actions = [Action(title=_("Set a guess"), href=reverse("projects_guess"), icon="plus")]
    note = _(
        "Used only until enough nodes of a kind have finished here; until then a date says “reference value”."
    )
    return Page(
        title=_("Guessed durations"),
        lead=_("In times of the planned length. The most specific place wins, then the latest day."),
        crumbs=[Crumb(_("Node templates"), reverse("projects_templates"))],
        kind="list",
        actions=actions,
        panels=[Alert(id="guess-note", text=note), _table()],
    )


def _table() -> Table:
    return Table(
        id="guesses",
        caption=_("Guessed durations"),
        columns=[
            Column(_("Side"), lambda r: _(SIDES[r.side]), head=True),
            Column(_("Place"), lambda r: _place(r.division)),
            Column(_("At best"), "best", number=True),
            Column(_("Most often"), "often", number=True),
            Column(_("At worst"), "worst", number=True),
            Column(_("In force from"), "since"),
            Column(_("Where the number comes from"), lambda r: cells.Stack([r.source, _tag(r.tag)])),
        ],
        rows=guessing.guess_rows(),
    )


def _place(division: int) -> str:
    if not division:
        return _("everywhere")
    found = divisions.division(division)
    return found.name if found else f"#{division}"


def _tag(tag: str) -> Any:
    return cells.Tag(_("set here"), "info") if tag == "local" else cells.Tag(_("to be verified"), "warn")


@page(permit="projects")
def guess(request: HttpRequest) -> HttpResponseBase | Page:
    """Set the guess of a side for the place one's post is over, from a day on."""
    actor, back = actor_of(request), reverse("projects_guesses")

    def put(told: Mapping[str, Any]) -> None:
        three = [Decimal(told[name]) for name in ("best", "often", "worst")]
        guessing.put_guess(
            actor, told["side"], *three, source=told["source"], division=actor.division,
            since=date.fromisoformat(told["since"]),
        )  # fmt: skip

    start = {"since": this_day().isoformat(), "often": "1"}
    tried = carry(request, forms.GUESS, put, start=start)
    if tried.done:
        return done(request, back, _("The guess is set."))
    form = FormPanel(
        id="guess",
        form=forms.GUESS,
        url=request.path,
        values=tried.values,
        errors=tried.errors,
        cancel=back,
        in_place=False,
    )
    crumbs = [Crumb(_("Guessed durations"), back)]
    return Page(title=_("Set a guess"), crumbs=crumbs, kind="form", panels=[form], status=tried.status)
