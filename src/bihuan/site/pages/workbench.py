"""The workbench: what waits for this post, the most urgent first, and what it has set in motion."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.kernel.flow import selectors
from bihuan.kernel.flow.selectors import Filter
from bihuan.kernel.now import now
from bihuan.kernel.orders.words import SIGNERS
from bihuan.site.orders.desk import desk_page
from bihuan.ui.cards import cards, light
from bihuan.ui.naming import names_for
from bihuan.ui.page import Page, actor_of, page
from bihuan.ui.panels import Action, Figure, Figures, Matters


@page(permit="signed_in")
def home(request: HttpRequest) -> Page:
    """Show what is due today, what waits on whom, and the one button that moves it."""
    actor = actor_of(request)
    if actor.role in SIGNERS:
        return desk_page(actor)
    mine = selectors.held(actor)
    late, _more = selectors.listed(actor, Filter(open=True, late=True), limit=12)
    latest, more = selectors.listed(actor, Filter(open=True), limit=12)
    names = names_for([*mine, *late, *latest])
    moment = now()
    red = sum(light(row, moment) == "late" for row in mine)
    soon = sum(light(row, moment) == "near" for row in mine)
    panels = [
        Figures(
            id="today",
            figures=[
                Figure(title=_("Waiting for me"), value=len(mine), as_of=moment),
                Figure(title=_("Overdue with me"), value=red, light="late" if red else "", as_of=moment),
                Figure(title=_("Due soon with me"), value=soon, light="near" if soon else "", as_of=moment),
            ],
        ),
        Matters(
            id="mine",
            title=_("Waiting for me"),
            cards=cards(mine, names),
            count=len(mine),
            empty=_("Nothing waits for you. Problems are registered from a project's page."),
        ),
    ]
    if late:
        panels.append(Matters(id="late", title=_("Overdue in my area"), cards=cards(late, names)))
    panels.append(
        Matters(
            id="latest",
            title=_("Open in my area, newest first"),
            cards=cards(latest, names),
            empty=_("No open matters yet."),
            more=Action(title=_("All matters"), href=reverse("matters")) if more else None,
        )
    )
    return Page(title=_("Workbench"), kind="list", panels=panels)
