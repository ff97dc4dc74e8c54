"""Search everything one may see, by any words or a code."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from bihuan.kernel.flow import registry
from bihuan.kernel.flow import selectors as flow
from bihuan.kernel.permits.rules import branches
from bihuan.kernel.search import selectors as search
from bihuan.ui.cards import cards
from bihuan.ui.page import Page, actor_of, page
from bihuan.ui.panels import Action, Empty, FilterBar, Matters, Panel


@page(permit="signed_in")
def search_page(request: HttpRequest) -> Page | HttpResponseBase:
    """Show the matters that have every word; a whole code leads straight to its matter."""
    text = request.GET.get("q", "").strip()[:100]
    asked = request.GET.get("before", "")
    before = int(asked) if asked.isdigit() else None
    actor = actor_of(request)
    found = search.search(branches(actor), text, before=before) if text else search.Page()
    rows = flow.by_ids([hit.id for hit in found.hits])
    rows = {key: row for key, row in rows.items() if registry.may_open(actor, row)}
    if len(rows) == 1 and (only := next(iter(rows.values()))).code == text.upper():
        return redirect("matter", code=only.code)
    bar = FilterBar(id="filters", url=reverse("search"), filters=[], search=text)
    more = None
    if found.before:
        href = f"{reverse('search')}?{urlencode({'q': text, 'before': str(found.before)})}"
        more = Action(title=_("Older hits"), href=href)
    body: Panel
    if rows:
        shown = cards([rows[hit.id] for hit in found.hits if hit.id in rows])
        body = Matters(id="hits", title=_("Found"), cards=shown, more=more)
    elif text:
        body = Empty(
            id="hits", text=_("Nothing you may see has all these words. Try fewer or shorter words.")
        )
    else:
        body = Empty(
            id="hits", icon="search", text=_("Search by words of one character or more, or by a code.")
        )
    return Page(title=_("Search"), kind="list", panels=[bar, body])
