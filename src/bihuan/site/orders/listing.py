"""The centre's list of orders, with signing of several at once, and the register as it is printed."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from bihuan.kernel.figures import selectors as figures
from bihuan.kernel.flow.rows import MatterRow
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.now import local, today
from bihuan.kernel.orders import selectors
from bihuan.kernel.orders.selectors import GROUPS, What
from bihuan.kernel.orders.words import CLOSINGS, RELATIONS, SIGNERS, SIGNING, SOURCES, STATES
from bihuan.kernel.permits.rules import branches
from bihuan.site.orders import words
from bihuan.site.orders.permits import DRAFTS, RULES, SEES
from bihuan.ui import cells
from bihuan.ui.cards import href, left, light
from bihuan.ui.naming import Names, names_for
from bihuan.ui.page import Crumb, Page, actor_of, may, page
from bihuan.ui.panels import (
    Action,
    Bulk,
    Column,
    Empty,
    Figure,
    Figures,
    Filter,
    FilterBar,
    Pager,
    Table,
)


def what_of(asked: QueryDict) -> What:
    """Return the filter an address carries; what it doesn't understand narrows nothing."""
    known = {
        "source": dict(SOURCES),
        "relation": dict(RELATIONS),
        "state": dict(STATES),
    }
    chosen = {name: asked.get(name, "") for name in known if asked.get(name, "") in known[name]}
    group = asked.get("group", "open")
    light_ = asked.get("light", "")
    return What(
        group=group if group in GROUPS or group == "open" else "",
        late=light_ == "late",
        watched=light_ == "watched",
        source=chosen.get("source", ""),
        relation=chosen.get("relation", ""),
        state=chosen.get("state", ""),
    )


def query_of(what: What) -> dict[str, str]:
    """Return the filter as it stands in an address."""
    marks = {"late": what.late, "watched": what.watched}
    light_ = next((name for name, on in marks.items() if on), "")
    found = {"source": what.source, "relation": what.relation, "state": what.state, "light": light_}
    return {"group": what.group or "all", **{name: value for name, value in found.items() if value}}


@page(permit=SEES)
def orders(request: HttpRequest) -> Page:
    """Show the orders one may see, newest first."""
    actor, what = actor_of(request), what_of(request.GET)
    given = request.GET.get("before", "")
    before = int(given) if given.isdecimal() and len(given) < 19 else 0
    rows, more = selectors.listed(actor, what, before=before)
    names = names_for(rows)
    signs = actor.role in SIGNERS and any(row.stage in SIGNING for row in rows)
    table = Table(
        id="orders",
        title=_("Orders"),
        rows=rows,
        row_key=lambda row: row.id,
        row_href=href,
        columns=_columns(names, selectors.numbers_of([row.id for row in rows])),
        bulk=Bulk(reverse("orders_bulk_sign"), [("sign", _("Sign"))]) if signs else None,
        pager=Pager(next=f"?{urlencode({**query_of(what), 'before': str(more)})}" if more else ""),
        empty=Empty(
            text=_(
                "No orders here. An order is drafted from a problem's page, from minutes, or with the button above."
            ),
            icon="send",
        ),
        actions=[Action(title=_("Print the register"), href=reverse("orders_register"), icon="print")],
    )
    new = Action(title=_("Draft an order"), href=reverse("order_new"), icon="plus", primary=True)
    rules = Action(title=_("Relations and habits"), href=reverse("orders_rules"), icon="gear")
    return Page(
        title=_("Orders"),
        kind="list",
        panels=[_figures(actor), _filters(what), table],
        actions=[*([new] if may(DRAFTS, actor) else []), *([rules] if may(RULES, actor) else [])],
    )


def _figures(actor: Actor) -> Figures:
    seen = branches(actor)
    shown: list[Figure] = []
    for name, title, unit in (
        ("orders.on_time", _("Orders answered in time"), "%"),
        ("orders.receipt", _("Received in time"), "%"),
        ("orders.overdue", _("Open past the limit"), ""),
        ("orders.signature", _("Hours to the signature"), _("working hours")),
    ):
        for found in figures.value(name, seen)[:1]:
            definition = _(figures.definition(name).definition)
            if unit == "%":
                shown.append(Figure(title=title, part=int(found.numerator), whole=found.denominator, as_of=found.at,
                                    small=found.small, definition=definition))  # fmt: skip
            else:
                number: Any = found.value if found.denominator is not None else found.numerator
                shown.append(
                    Figure(title=title, value=number, unit=unit, as_of=found.at, definition=definition)
                )
    return Figures(id="figures", figures=shown)


def _columns(names: Names, numbers: Mapping[int, str]) -> list[Column]:
    return [
        Column(_("Light"), lambda row: cells.Lamp(light(row))),
        Column(_("Paper number"), lambda row: numbers.get(row.id) or row.code, link=href),
        Column(_("Matter in one sentence"), lambda row: row.title or _("(erased)"), head=True, link=href),
        Column(_("Lead unit"), lambda row: words.lead(row, names)),
        Column(_("Stage"), words.stage),
        Column(_("How far it is"), words.state),
        Column(_("Due"), lambda row: row.due if row.open else None),
        Column(_("Left"), left),
        Column(_("Comes from"), words.source, wide=True),
    ]


def _filters(what: What) -> FilterBar:
    groups = [
        ("open", _("not closed")), ("all", _("all")), ("drafted", _("being drafted")),
        ("signing", _("waiting for signature")),
        ("running", _("with the units")), ("answered", _("being checked")), ("closed", _("closed")),
    ]  # fmt: skip
    lights = [("", _("any light")), ("late", _("overdue")), ("watched", _("under supervision"))]

    def table(first: str, choices: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
        return [("", first), *((name, _(title)) for name, title in choices)]

    query = query_of(what)
    return FilterBar(
        id="filters",
        url=reverse("orders"),
        filters=[
            Filter("group", _("Stage"), groups, query["group"]),
            Filter("light", _("Light"), lights, query.get("light", "")),
            Filter("source", _("Comes from"), table(_("any source"), SOURCES), what.source),
            Filter("relation", _("Goes to"), table(_("anybody"), RELATIONS), what.relation),
            Filter("state", _("How far it is"), table(_("any standing"), STATES), what.state),
        ],
    )


@page(permit=SEES)
def register(request: HttpRequest) -> Page:
    """Show the register of orders of a month, as it is printed."""
    actor = actor_of(request)
    since = _month(request.GET.get("month", ""))
    until = date(since.year + since.month // 12, since.month % 12 + 1, 1)
    rows = selectors.printed(actor, since, date.fromordinal(until.toordinal() - 1))
    names, numbers = names_for(rows), selectors.numbers_of([row.id for row in rows])
    before = date(since.year - (since.month == 1), (since.month - 2) % 12 + 1, 1)
    return Page(
        title=_("Register of orders, %(month)s") % {"month": f"{since:%Y-%m}"},
        kind="print",
        crumbs=[Crumb(_("Orders"), reverse("orders"))],
        panels=[
            Table(
                id="register",
                rows=rows,
                caption=_("Register of orders"),
                columns=_register_columns(names, numbers),
                empty=Empty(text=_("No orders were put up in this month.")),
            )
        ],
        actions=[Action(title=_("The month before"), href=f"?month={before:%Y-%m}", icon="back")],
    )


def _register_columns(names: Names, numbers: Mapping[int, str]) -> list[Column]:
    def day(moment: Any) -> str:
        return local(moment).date().isoformat() if moment else ""

    return [
        Column(_("Paper number"), lambda row: numbers.get(row.id) or row.code, head=True),
        Column(_("Matter in one sentence"), "title"),
        Column(_("Lead unit"), lambda row: words.lead(row, names)),
        Column(_("Supporting units"), lambda row: "、".join(names.unit(unit) for unit in row.supports)),
        Column(_("Due"), lambda row: day(row.due)),
        Column(_("How far it is"), words.state),
        Column(_("Stage"), words.stage),
        Column(_("Result"), _result),
        Column(_("Closed"), lambda row: day(row.closed)),
    ]


def _result(row: MatterRow) -> str:
    return words.chosen(CLOSINGS, row.closing)


def _month(text: str) -> date:
    try:
        found = date.fromisoformat(f"{text}-01")
    except ValueError:
        found = today()
    return found.replace(day=1) if 2000 <= found.year <= 2099 else today().replace(day=1)
