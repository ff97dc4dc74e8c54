"""The workbench: what waits for this post, the most urgent first, and what it has set in motion."""

from collections import Counter
from datetime import datetime

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.kernel.flow import selectors
from bihuan.kernel.flow.rows import MatterRow
from bihuan.kernel.flow.selectors import Filter
from bihuan.kernel.now import now
from bihuan.kernel.orders.words import SIGNERS
from bihuan.site.orders.desk import desk_page
from bihuan.ui.cards import cards, light, pressed, pressing
from bihuan.ui.naming import Names, names_for
from bihuan.ui.page import Page, actor_of, page
from bihuan.ui.panels import Action, Figure, Figures, Matters, Panel

#: How many of what waits for me a page shows, and up to how many are counted.
_SHOWN, _COUNTED = 50, 100


def _counted(title: str, count: int, moment: datetime, light_when_any: str = "") -> Figure:
    return Figure(
        title=title,
        value=min(count, _COUNTED),
        unit=_("or more") if count > _COUNTED else "",
        light=light_when_any if count else "",
        as_of=moment,
    )


@page(permit="signed_in")
def home(request: HttpRequest) -> Page:
    """Show what is due today, what waits on whom, and the one button that moves it."""
    actor = actor_of(request)
    if actor.role in SIGNERS:
        return desk_page(actor)
    urgent = selectors.held(actor, limit=_COUNTED + 1)
    late, _more = selectors.listed(actor, Filter(open=True, late=True), limit=12)
    latest, more = selectors.listed(actor, Filter(open=True), limit=12)
    skip = int(request.GET["skip"]) if request.GET.get("skip", "").isdigit() else 0
    mine = selectors.held(actor, limit=_SHOWN + 1, skip=skip) if skip else urgent[: _SHOWN + 1]
    names = names_for([*mine, *late, *latest])
    panels: list[Panel] = [_today(urgent), _mine(mine, names, skip)]
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


def _today(urgent: list[MatterRow]) -> Figures:
    moment = now()
    lights = Counter(light(row, moment) for row, _limit in pressed(urgent))
    return Figures(
        id="today",
        figures=[
            _counted(_("Waiting for me"), len(urgent), moment),
            _counted(_("Overdue with me"), lights["late"], moment, "late"),
            _counted(_("Due soon with me"), lights["near"], moment, "near"),
        ],
    )


def _mine(rows: list[MatterRow], names: Names, skip: int) -> Matters:
    """Return the page of what waits, by the limit that presses; ``rows`` hold one more than shown when more follow."""
    moment = now()
    further = Action(title=_("The next %(count)d") % {"count": _SHOWN}, href=f"?skip={skip + _SHOWN}")
    return Matters(
        id="mine",
        title=_("Waiting for me"),
        cards=sorted(pressing(rows[:_SHOWN], names), key=lambda card: (card.due is None, card.due or moment)),
        empty=_("Nothing waits for you. Problems are registered from a project's page."),
        more=further if len(rows) > _SHOWN else None,
    )
