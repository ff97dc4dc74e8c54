"""The supervision office's desk: overdue and watched in parallel, what waits for it, urging and watching."""

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from bihuan.kernel.flow import selectors as flow
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.now import now
from bihuan.lines.supervision.desk import actions, selectors
from bihuan.lines.supervision.desk.selectors import Watched
from bihuan.lines.supervision.forms import MANNERS, WATCH
from bihuan.lines.supervision.scoring import wording
from bihuan.ui import cards as ui_cards
from bihuan.ui import cells
from bihuan.ui.doors import carry, key_of, options_for
from bihuan.ui.naming import names_for
from bihuan.ui.page import Crumb, Page, actor_of, done, page
from bihuan.ui.panels import Column, Empty, Figure, Figures, FormPanel, Matters, Panel, Tab, Table, Tabs


def waiting_count(actor: Actor) -> int:
    """Return how much waits for the actor here: the number beside the menu's entry."""
    return len(selectors.waiting(actor))


@page(permit="supervision.desk")
def desk(request: HttpRequest) -> Page:
    """Show what supervision has beside it: overdue, watched, appeals and cards that wait."""
    actor = actor_of(request)
    state = request.GET.get("state", "all")
    state = state if state in {"all", "late", "watched"} else "all"
    kind = request.GET.get("kind", "")
    rows = selectors.beside(actor, state, kind)
    counts = selectors.counts(actor)
    tiles = Figures(
        id="counts",
        figures=[
            _tile(_("Open past the limit"), counts["late"], "?state=late", "late"),
            _tile(_("Watched"), counts["watched"], "?state=watched", "watched"),
            _tile(_("Appeals waiting"), counts["appeals"], "#waiting"),
            _tile(_("Cards and circulars under way"), counts["cards"], reverse("supervision_cards")),
        ],
    )
    waiting = selectors.waiting(actor)
    return Page(
        title=_("Supervision desk"),
        kind="list",
        top=[tiles],
        panels=[_tabs(actor, state, kind, rows)],
        side=[
            Matters(id="waiting", title=_("Waits for you"), cards=ui_cards.cards(waiting), count=len(waiting),
                    empty=_("Nothing of supervision's own waits for you."))
        ],
    )  # fmt: skip


def _tile(title: str, value: int, href: str, light: str = "") -> Figure:
    return Figure(
        title=title, value=value, unit=_("cases"), as_of=now(), href=href, light=light if value else ""
    )


def _tabs(actor: Actor, state: str, kind: str, rows: list[Watched]) -> Panel:
    tabs = [
        Tab(title, f"?{urlencode({'state': name, 'kind': kind})}", name == state)
        for name, title in (
            ("all", _("Overdue or watched")),
            ("late", _("Overdue")),
            ("watched", _("Watched")),
        )
    ]
    tabs += [
        Tab(
            wording.noun(one),
            f"?{urlencode({'state': state, 'kind': '' if one == kind else one})}",
            one == kind,
        )
        for one in selectors.kinds_beside(actor)
    ]
    return Tabs(id="states", tabs=tabs, body=[_table(rows)])


def _table(rows: list[Watched]) -> Panel:
    names = names_for([one.row for one in rows])

    def lamps(one: Watched) -> Any:
        lamp = cells.Lamp(ui_cards.light(one.row), ui_cards.left(one.row))
        return cells.Stack([lamp, cells.Lamp("watched")]) if one.watched else lamp

    def doing(one: Watched) -> Any:
        ask = reverse("supervision_ask", args=[one.row.code])
        held: list[Any] = [cells.To(_(title), f"{ask}?manner={name}") for name, title in MANNERS]
        if one.watch:
            held = [cells.To(one.watch, reverse("matter", args=[one.watch])), *held]
        return cells.Row(held)

    columns = [
        Column(
            _("Title"), lambda o: o.row.title or _("(erased)"), head=True, link=lambda o: ui_cards.href(o.row)
        ),
        Column(_("Kind"), lambda o: wording.noun(o.row.kind)),
        Column(_("Light"), lamps),
        Column(_("Waits on"), lambda o: names.holder(o.row)),
        Column(_("Urge or watch"), doing),
    ]
    return Table(
        id="beside", caption=_("Overdue or watched"), columns=columns, rows=rows, row_key=lambda o: o.row.id,
        row_href=lambda o: ui_cards.href(o.row),
        empty=Empty(text=_("Nothing is overdue and nothing is watched."), icon="check"),
    )  # fmt: skip


@page(permit="supervision.desk")
def ask(request: HttpRequest, code: str) -> Page | HttpResponseBase:
    """Urge or watch one matter."""
    actor = actor_of(request)
    row = flow.matter(actor, code)
    manner = request.GET.get("manner", "urge")
    start = {
        "manner": manner if manner in dict(MANNERS) else "urge", "unit": row.holder_unit or row.lead_unit or "",
        "title": _("About %(code)s: %(title)s") % {"code": row.code, "title": row.title},
    }  # fmt: skip
    key = key_of(request)
    tried = carry(request, WATCH, lambda told: actions.ask(actor, code, told, key), start=start, parse=False)
    if tried.done:
        back = reverse("matter", args=[tried.answer.code])
        return done(request, back, _("The unit has been told and its clock runs."))
    panel = FormPanel(
        id="ask", form=WATCH, url=request.path, values=tried.values, errors=tried.errors, hidden={"key": key},
        options=options_for(actor), cancel=reverse("supervision_desk"), in_place=False, submit=_("Send out"),
    )  # fmt: skip
    trail = [Crumb(_("Supervision desk"), reverse("supervision_desk")), Crumb(row.code, ui_cards.href(row))]
    return Page(title=_("Urge or watch"), crumbs=trail, kind="form", panels=[panel], status=tried.status)
