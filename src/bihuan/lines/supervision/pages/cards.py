"""Cards, commendations and criticism: the lists, and drafting one; each is heard and issued on its own page."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.kernel.flow import registry
from bihuan.kernel.forms.fields import Form
from bihuan.lines.supervision.cards import actions, selectors
from bihuan.lines.supervision.forms import CARD, COLOURS, MENTION, MENTIONS
from bihuan.ui import cards as ui_cards
from bihuan.ui import cells
from bihuan.ui.doors import carry, key_of, options_for
from bihuan.ui.naming import names_for
from bihuan.ui.page import Crumb, Page, actor_of, done, page
from bihuan.ui.panels import Action, Column, Empty, FormPanel, Pager, Tab, Table, Tabs

_KINDS: Mapping[str, tuple[str, Form]] = {
    "card": ("supervision.card", CARD),
    "mention": ("supervision.mention", MENTION),
}


def _what(row: Any) -> Any:
    colour = row.value("colour", "")
    if colour:
        return cells.Tag(_(dict(COLOURS)[colour]), "bad" if colour == "red" else "warn")
    mention = row.value("mention", "")
    return cells.Tag(_(dict(MENTIONS)[mention]), "good" if mention == "praise" else "bad") if mention else ""


@page(permit="supervision")
def cards(request: HttpRequest) -> Page:
    """List cards, or commendations and criticism."""
    actor = actor_of(request)
    which = "mention" if request.GET.get("what") == "mention" else "card"
    given = request.GET.get("before", "")
    before = int(given) if given.isdecimal() and len(given) < 19 else 0
    rows, more = selectors.listed(actor, _KINDS[which][0], before)
    names = names_for(rows)
    columns = [
        Column(_("Title"), "title", head=True, link=ui_cards.href),
        Column(_("What it is"), _what),
        Column(_("Stage"), lambda r: _(registry.worded(r.rules).stage(r.stage).title)),
        Column(_("Light"), lambda r: cells.Lamp(ui_cards.light(r), ui_cards.left(r))),
        Column(_("Waits on"), lambda r: names.holder(r) if r.open else ""),
    ]
    table = Table(
        id="cards", caption=_("Cards and circulars"), columns=columns, rows=rows, row_key=lambda r: r.id,
        row_href=ui_cards.href, pager=Pager(next=f"?what={which}&before={more}" if more else ""),
        empty=Empty(
            text=_("None yet. Rules may draft a card; only people issue one, after the unit was heard."), icon="flag"
        ),
    )  # fmt: skip
    tabs = [
        Tab(_("Yellow and red cards"), "?what=card", which == "card"),
        Tab(_("Commendation and criticism"), "?what=mention", which == "mention"),
    ]
    return Page(
        title=_("Cards and circulars"),
        kind="list",
        panels=[Tabs(id="which", tabs=tabs, body=[table])],
        actions=_doors(which) if actor.role == "supervisor" else [],
    )


def _doors(which: str) -> list[Action]:
    return [
        Action(
            title=_(form.title),
            href=reverse("supervision_card_new", args=[name]),
            icon="plus",
            primary=name == which,
        )
        for name, (_kind, form) in _KINDS.items()
    ]


@page(permit="supervision.desk")
def new(request: HttpRequest, draft: str) -> Page | HttpResponseBase:
    """Draft a card, a commendation or criticism."""
    actor = actor_of(request)
    kind, form = _KINDS.get(draft, _KINDS["card"])
    key = key_of(request)
    tried = carry(request, form, lambda told: actions.draft(actor, kind, told, key), start={}, parse=False)
    if tried.done:
        return done(request, reverse("matter", args=[tried.answer.code]), _("Drafted. Hear the unit next."))
    panel = FormPanel(
        id="draft", form=form, url=request.path, values=tried.values, errors=tried.errors, hidden={"key": key},
        options=options_for(actor), cancel=reverse("supervision_cards"), in_place=False,
    )  # fmt: skip
    trail = [Crumb(_("Cards and circulars"), reverse("supervision_cards"))]
    return Page(title=_(form.title), crumbs=trail, kind="form", panels=[panel], status=tried.status)
