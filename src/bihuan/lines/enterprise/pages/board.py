"""The centre's board: the work map by department and date, the classes, and the needs themselves."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.lines.enterprise import selectors
from bihuan.lines.enterprise.forms import CLASSES
from bihuan.lines.enterprise.pages.mapping import map_panel
from bihuan.ui.cards import cards
from bihuan.ui.page import Page, actor_of, may, page
from bihuan.ui.panels import Action, Figure, Figures, Links, Matters


@page(permit="enterprise")
def board(request: HttpRequest) -> Page:
    """Show who has which needs by when, how many of each class, and the newest."""
    actor = actor_of(request)
    before, unit = request.GET.get("before", ""), request.GET.get("unit", "")
    chosen = int(unit) if unit.isdigit() else 0
    rows, more = selectors.listed(actor, "", chosen, before=int(before) if before.isdigit() else 0)
    mapped = selectors.work_map(actor)
    counts = selectors.classes(actor)
    tiles = [Figure(title=_(title), value=counts.get(name, 0), unit=_("needs")) for name, title in CLASSES]
    units = [(row.name or _("Not handed out yet"), f"?unit={row.unit}", row.total) for row in mapped]
    take_in = Action(title=_("Take in a need"), href=reverse("enterprise_take_in"), icon="plus", primary=True)
    earlier = Action(title=_("Earlier ones"), href=f"?unit={chosen}&before={more}") if more else None
    return Page(
        title=_("Needs of enterprises"),
        lead=_("Wishes become work: each need has a unit and a day."),
        panels=[
            map_panel(
                mapped, _("No need is open. What an enterprise asks for appears here with its unit and day.")
            ),
            Figures(id="classes", title=_("Open needs by class"), figures=tiles),
            Matters(
                id="needs",
                title=_("Open needs"),
                cards=cards(rows),
                empty=_("No need is open."),
                more=earlier,
            ),
        ],
        side=[Links(id="units", title=_("By unit"), items=units, empty=_("Nobody has a need to handle."))],
        actions=[take_in] if may("enterprise.take_in", actor) else [],
    )
