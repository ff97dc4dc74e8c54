"""How bodies stand to each other, and the habits of the office: dated rows with their source."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.kernel.forms.fields import Field, Form
from bihuan.kernel.identity.selectors.units import names_of
from bihuan.kernel.now import today
from bihuan.kernel.orders import rules
from bihuan.kernel.orders.rules import PracticeRow, RelationRow
from bihuan.kernel.orders.words import PRACTICES, RELATIONS
from bihuan.logic.mechanism import said
from bihuan.site.admin.doors import Ask, Told, Values, ask
from bihuan.site.admin.places import place_names, read_place, write_place
from bihuan.site.orders.permits import RULES
from bihuan.site.orders.words import chosen
from bihuan.ui import cells
from bihuan.ui.doors import options_for
from bihuan.ui.page import Crumb, Page, actor_of, page
from bihuan.ui.panels import Action, Column, Empty, Table

_SOURCE = Field(
    "source", said("Source"), required=True, max_length=200,
    help=said("The rule or decision it rests on, with its number; “示例” if there is none yet."),
)  # fmt: skip
_SINCE = Field("valid_from", said("Holds from"), "date", required=True)
RELATION = Form("orders.page.relation", said("Say how two bodies stand"), (
    Field("issuer", said("Who issues"), "unit", required=True),
    Field("addressee", said("Who receives"), "unit", required=True),
    Field("relation", said("The receiver is"), "choice", required=True, choices=RELATIONS),
    _SINCE, _SOURCE,
))  # fmt: skip
END = Form(
    "orders.page.end", said("End this relation"), (Field("last", said("Last day"), "date", required=True),)
)
PRACTICE = Form("orders.page.practice", said("Set a habit of the office"), (
    Field("rule", said("Habit"), "choice", required=True, choices=PRACTICES),
    Field("holds", said("It is the rule here"), "bool"),
    Field("division", said("Where"), max_length=240,
          help=said("Name or code of a division; the most specific place wins. Empty: the whole house.")),
    _SINCE, _SOURCE,
))  # fmt: skip


@page(permit=RULES)
def tables(request: HttpRequest) -> Page:
    """Show both tables, with what adds a row."""
    return Page(
        title=_("Relations and habits"),
        kind="list",
        crumbs=[Crumb(_("Orders"), reverse("orders"))],
        lead=_("By relation an order goes out as an order, a letter of request, or a request to superiors."),
        panels=[_relations(), _practices()],
    )


def _relations() -> Table:
    rows = rules.relations()
    names = names_of([unit for row in rows for unit in (row.issuer, row.addressee)])

    def until(row: RelationRow) -> Any:
        if row.valid_until:
            return date.fromordinal(row.valid_until.toordinal() - 1)
        return cells.To(_("End this row"), reverse("orders_relation_end", args=[row.id]))

    return Table(
        id="relations",
        title=_("How bodies stand to each other"),
        rows=rows,
        empty=Empty(
            text=_(
                "Nothing is said outright: units of the issuer's place are its own, of a place above superior,"
                " what is no government body is outside."
            ),
            icon="building",
        ),
        actions=[Action(title=_("Say how two bodies stand"), href=reverse("orders_relation"), icon="plus")],
        columns=[
            Column(_("Who issues"), lambda row: names.get(row.issuer, f"#{row.issuer}"), head=True),
            Column(_("Who receives"), lambda row: names.get(row.addressee, f"#{row.addressee}")),
            Column(_("The receiver is"), lambda row: chosen(RELATIONS, row.relation)),
            Column(_("Holds from"), "valid_from"),
            Column(_("Until"), until),
            Column(_("Source"), lambda row: cells.Quiet(row.source), wide=True),
        ],
    )


def _practices() -> Table:
    rows = rules.practices()
    places = place_names({row.division for row in rows})

    def is_rule(row: PracticeRow) -> str:
        return _("yes") if row.value else _("no")

    return Table(
        id="practices",
        title=_("Habits of the office"),
        rows=rows,
        empty=Empty(
            text=_("No habit is set: the centre puts its own drafts up, and a unit answers at once."),
            icon="gear",
        ),
        actions=[Action(title=_("Set a habit of the office"), href=reverse("orders_practice"), icon="plus")],
        columns=[
            Column(_("Habit"), lambda row: chosen(PRACTICES, row.rule), head=True),
            Column(_("It is the rule here"), is_rule),
            Column(_("Where"), lambda row: places.get(row.division, f"#{row.division}")),
            Column(_("Holds from"), "valid_from"),
            Column(_("Source"), lambda row: cells.Quiet(row.source), wide=True),
        ],
    )


def _form(
    request: HttpRequest, form: Form, act: Callable[[Values], object], start: Values
) -> Page | HttpResponseBase:
    back = reverse("orders_rules")

    def carry(values: Values) -> Told:
        act(values)
        return Told(url=back, message=_("Written down, and in the ledger."))

    crumbs = [Crumb(_("Orders"), reverse("orders")), Crumb(_("Relations and habits"), back)]
    options = options_for(actor_of(request))
    what = Ask(form=form, act=carry, back=back, crumbs=crumbs, start=start, submit=_("Save"), options=options)
    return ask(request, what)


@page(permit=RULES)
def relation(request: HttpRequest) -> Page | HttpResponseBase:
    """Say how two bodies stand to each other from a day on."""
    actor = actor_of(request)

    def act(values: Values) -> object:
        since = date.fromisoformat(values["valid_from"])
        return rules.set_relation(
            actor,
            values["issuer"],
            values["addressee"],
            values["relation"],
            values["source"],
            valid_from=since,
        )

    return _form(request, RELATION, act, {"issuer": str(actor.unit), "valid_from": today().isoformat()})


@page(permit=RULES)
def relation_end(request: HttpRequest, relation: int) -> Page | HttpResponseBase:
    """Let a relation end."""
    actor = actor_of(request)

    def act(values: Values) -> object:
        rules.end_relation(actor, relation, date.fromisoformat(values["last"]))
        return None

    return _form(request, END, act, {"last": today().isoformat()})


@page(permit=RULES)
def practice(request: HttpRequest) -> Page | HttpResponseBase:
    """Set a habit of the office from a day on."""
    actor = actor_of(request)

    def act(values: Values) -> object:
        return rules.set_practice(
            actor, values["rule"], bool(values.get("holds")), values["source"],
            division=read_place(values.get("division", "")), valid_from=date.fromisoformat(values["valid_from"]),
        )  # fmt: skip

    start = {"division": write_place(actor.division), "valid_from": today().isoformat(), "holds": "1"}
    return _form(request, PRACTICE, act, start)
