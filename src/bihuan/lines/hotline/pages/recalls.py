"""Call back first: whose answer reads poorly, and why that is thought; the call is made at the call-back desk."""

from django.http import HttpRequest
from django.utils.translation import gettext as _

from bihuan.kernel.identity.selectors import names_of
from bihuan.lines.hotline.learning import picking
from bihuan.lines.hotline.learning.picking import Pick
from bihuan.logic.mechanism import said
from bihuan.ui import cells
from bihuan.ui.cards import href
from bihuan.ui.page import Page, actor_of, page
from bihuan.ui.panels import Alert, Column, Empty, Table

WORDS = {
    "relevance": said("says little to what was asked"), "completeness": said("says too little"),
    "evidence": said("names no rule, day or figure"), "timeliness": said("came late"),
}  # fmt: skip


@page(permit="hotline.desk")
def recalls(request: HttpRequest) -> Page:
    """Show a sample of the callers to be called back, those with the poorest answers first."""
    rows = picking.picks(actor_of(request))
    names = names_of(sorted({one.order.lead_unit for one in rows} - {0}))
    columns = [
        Column(_("Hotline order"), lambda one: cells.Stack((one.order.title, cells.Quiet(one.order.code))), head=True,
               link=lambda one: href(one.order)),
        Column(_("Unit"), lambda one: names.get(one.order.lead_unit, "")),
        Column(_("How the answer reads"), lambda one: f"{one.quality.score:.2f}", number=True),
        Column(_("Why this one"), _why),
        Column(_("Call-back"), lambda one: cells.To(one.contact.code, href(one.contact))),
    ]  # fmt: skip
    note = Alert(
        id="meaning",
        text=_("The score reads words, not what was done: it picks whom to call first and counts against nobody."),
    )  # fmt: skip
    table = Table(
        id="picks", title=_("Call back first"), rows=rows, columns=columns, row_key=lambda one: one.order.id,
        empty=Empty(text=_("Nobody who was answered waits to be called back."), icon="phone"),
    )  # fmt: skip
    return Page(title=_("Call back first"), kind="list", panels=[note, table])


def _why(one: Pick) -> str:
    return "；".join(_(WORDS[name]) for name in one.weak) or _("nothing stands out")
