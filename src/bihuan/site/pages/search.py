"""Search everything one may see, by any words or a code."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

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
    found = search.search(branches(actor_of(request)), text, before=before) if text else search.Page()
    if len(found.hits) == 1 and found.hits[0].code == text.upper():
        return redirect("matter", code=found.hits[0].code)
    rows = flow.by_ids([hit.id for hit in found.hits])
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
