"""A link by which an outside body receives and answers what was handed to it, without an account."""

from datetime import datetime, time, timedelta

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.kernel.flow import selectors
from bihuan.kernel.identity import rights
from bihuan.kernel.identity.rights import LINKS
from bihuan.kernel.identity.selectors.units import names_of
from bihuan.kernel.now import LOCAL, today
from bihuan.kernel.orders.outside import give_link
from bihuan.site.links.issuing import given
from bihuan.ui.cards import href
from bihuan.ui.page import Crumb, Page, actor_of, page
from bihuan.ui.panels import Action, Facts

#: How long the link is good; the matter's end ends what can be done by it anyway.
_DAYS = 90


@page(permit="post")
def order_link(request: HttpRequest, code: str) -> Page | HttpResponseBase:
    """Ask once, then show a new link; it is shown this once."""
    actor = actor_of(request)
    row = selectors.matter(actor, code)
    rights.need(actor, LINKS)
    if request.method == "POST":
        until = datetime.combine(today() + timedelta(days=_DAYS), time(23, 59, 59), LOCAL)
        return given(request, row, give_link(actor, row.id, valid_until=until))
    unit = names_of([row.lead_unit]).get(row.lead_unit, "")
    facts = Facts(
        id="link",
        title=_("Link to answer by"),
        columns=1,
        items=[
            (_("For"), unit),
            (
                _("What it does"),
                _("Whoever has it receives and answers this one matter for this body, without an account."),
            ),
        ],
        action=Action(
            title=_("Make the link"), href=reverse("order_link", args=[row.code]), post=True, primary=True
        ),
    )
    return Page(
        title=_("Link to answer by"),
        code=row.code,
        kind="form",
        crumbs=[Crumb(row.code, href(row))],
        panels=[facts],
    )
