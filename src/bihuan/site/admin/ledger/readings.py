"""Who was shown personal data in clear, when and why: for those who watch over it."""

from datetime import date
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.site.admin import permits
from bihuan.site.admin.ledger import selectors
from bihuan.site.admin.ledger.selectors import Reading, What
from bihuan.ui import cells
from bihuan.ui.page import Page, page
from bihuan.ui.panels import Column, Empty, Filter, FilterBar, Pager, Table


def what_of(request: HttpRequest) -> What:
    """Return which readings a page was asked for."""
    asked = request.GET
    try:
        since = date.fromisoformat(asked.get("since", ""))
    except ValueError:
        since = None
    return What(asked.get("q", "").strip()[:64], asked.get("code", "").strip()[:40], since)


@page(permit=permits.READINGS)
def readings(request: HttpRequest) -> Page:
    """List the readings of personal data, latest first."""
    what, before = what_of(request), request.GET.get("before", "")
    rows, more = selectors.readings(what, before=int(before) if before.isdigit() and len(before) < 19 else 0)
    url = reverse("admin_readings")
    asked = {"q": what.q, "code": what.code, "since": what.since or "", "before": more}
    query = urlencode({name: value for name, value in asked.items() if value})
    codes = [("", _("Every matter"))] + ([(what.code, what.code)] if what.code else [])
    filters = [Filter("code", _("Matter"), codes, what.code)] if what.code else []
    table = Table(
        id="readings",
        caption=_("Readings of personal data"),
        rows=rows,
        pager=Pager(next=f"{url}?{query}") if more else None,
        empty=Empty(text=_("Nobody was shown personal data in clear."), icon="lock"),
        columns=[
            Column(_("When"), "at"),
            Column(_("Who"), _who, head=True),
            Column(_("Of what"), lambda row: _about(row, url)),
            Column(_("Which value"), "field"),
            Column(_("Why"), "why"),
        ],
    )
    return Page(
        title=_("Readings of personal data"),
        lead=_("Whoever opens personal data gives a reason; here it is looked at by somebody else."),
        kind="list",
        panels=[FilterBar(id="filters", url=url, filters=filters, search=what.q), table],
    )


def _who(row: Reading) -> cells.Stack:
    return cells.Stack(
        [row.name or _("System"), cells.Quiet(row.unit)] if row.unit else [row.name or _("System")]
    )


def _about(row: Reading, url: str) -> object:
    """Name the matter by its code only: whoever watches readings need not see its contents."""
    if row.code:
        return cells.To(row.code, f"{url}?{urlencode({'code': row.code})}")
    return cells.Quiet(_("a person or register row, number %(n)s") % {"n": row.chain})
