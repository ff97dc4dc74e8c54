"""Household files (民情档案): how many are looked after, whom to visit next, a list for a purpose and a reason."""

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.kernel.forms.fields import Field
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.people.selectors import readings_of
from bihuan.lines.hotline.contracts import PURPOSES, TAGS
from bihuan.lines.hotline.households import actions, selectors
from bihuan.lines.hotline.households.asking import LOOK, RESIDENT, WHY
from bihuan.lines.hotline.households.selectors import ResidentRow
from bihuan.ui.cards import cards
from bihuan.ui.doors import carry, key_of
from bihuan.ui.page import Crumb, Page, actor_of, done, page
from bihuan.ui.panels import Action, Alert, Column, Empty, Facts, FormPanel, Matters, Panel, Table


def _titles() -> tuple[dict[str, str], dict[str, str]]:
    return {name: _(title) for name, title in PURPOSES}, {name: _(title) for name, title in TAGS}


@page(permit="hotline.households")
def households(request: HttpRequest) -> Page:
    """Show how many are looked after and who is to be visited; the list opens for a purpose and a reason."""
    actor = actor_of(request)
    sent = carry(
        request,
        LOOK,
        lambda values: actions.look(actor, values["purpose"], values["why"]),
        start={"purpose": "care"},
    )
    form = FormPanel(
        id="look", form=LOOK, url=reverse("hotline_households"), submit=_("Show the list"), values=sent.values,
        errors=sent.errors, in_place=False, intro=_("Who looks, for what and at how many is written down."),
    )  # fmt: skip
    panels: list[Panel] = []
    if sent.done:
        panels.append(_list(sent.answer, sent.values["purpose"]))
    visits = selectors.visits(actor)
    panels.append(
        Matters(id="visits", title=_("Visits planned"), cards=cards(visits), empty=_("No visit is planned."))
    )
    panels += [_counts(actor), _looked(actor)]
    add = Action(
        title=_("Look after somebody"), href=reverse("hotline_household_new"), icon="plus", primary=True
    )
    return Page(
        title=_("Household files"), kind="list", panels=panels, side=[form], actions=[add], status=sent.status,
        lead=_("Kept for a purpose, until a day, with consent; masked and encrypted."),
    )  # fmt: skip


def _list(rows: list[ResidentRow], purpose: str) -> Table:
    purposes, tags = _titles()

    def address(row: ResidentRow) -> str:
        return reverse("hotline_household", args=[row.id])

    columns = [
        Column(_("Name"), "name", head=True, link=address),
        Column(_("Where"), lambda row: f"{row.building} {row.door}"),
        Column(_("Why"), lambda row: "、".join(tags[tag] for tag in row.tags)), Column(_("Phone"), "phone"),
        Column(_("Kept until"), "until"),
    ]  # fmt: skip
    title = _("Looked after for: %(purpose)s") % {"purpose": purposes[purpose]}
    return Table(
        id="list", title=title, rows=rows, columns=columns, row_key=lambda row: row.id, row_href=address,
        empty=Empty(text=_("Nobody is kept for this purpose."), icon="people"),
    )  # fmt: skip


def _counts(actor: Actor) -> Table:
    purposes, tags = _titles()
    columns = [
        Column(_("Why"), lambda row: tags[row[1]], head=True), Column(_("For what"), lambda row: purposes[row[0]]),
        Column(_("Persons"), lambda row: row[2], number=True),
    ]  # fmt: skip
    empty = Empty(
        text=_("Nobody is looked after yet. Enter only whom the grid visits, and who agreed."), icon="people"
    )
    return Table(
        id="counts", title=_("Those looked after"), rows=selectors.counts(actor), columns=columns, empty=empty
    )


def _looked(actor: Actor) -> Table:
    purposes, _tags = _titles()
    columns = [
        Column(_("Who looked"), lambda row: row[0], head=True), Column(_("For what"), lambda row: purposes[row[1]]),
        Column(_("Reason"), lambda row: row[2]), Column(_("Persons"), lambda row: row[3], number=True),
        Column(_("When"), lambda row: row[4]),
    ]  # fmt: skip
    return Table(
        id="looked", title=_("Who looked at these files"), rows=selectors.looked(actor), columns=columns,
        empty=Empty(text=_("Nobody has looked yet."), icon="lock"),
    )  # fmt: skip


@page(permit="hotline.households")
def new(request: HttpRequest) -> Page | HttpResponseBase:
    """Begin to look after somebody."""
    actor, key = actor_of(request), key_of(request)
    buildings = selectors.building_options(actor)

    def options(_item: Field) -> list[tuple[str, str]]:
        return buildings

    sent = carry(
        request,
        RESIDENT,
        lambda values: actions.look_after(actor, values, key),
        start={"purpose": "care"},
        parse=False,
    )
    if sent.done:
        return done(request, reverse("hotline_households"), _("On file; the visits are planned."))
    form = FormPanel(
        id="resident", form=RESIDENT, url=reverse("hotline_household_new"), values=sent.values, errors=sent.errors,
        hidden={"key": key}, options=options, in_place=False,
        intro=_("Only what the visits need. Name and phone are stored encrypted and shown masked."),
    )  # fmt: skip
    crumbs = [Crumb(_("Household files"), reverse("hotline_households"))]
    return Page(title=_("Look after somebody"), kind="form", crumbs=crumbs, panels=[form], status=sent.status)


@page(permit="hotline.households")
def one(request: HttpRequest, hotline_resident: int) -> Page:
    """Show one person in clear for the purpose it is kept for and a reason; who read it before stands beneath."""
    actor = actor_of(request)
    person, where = selectors.place_of(actor, hotline_resident)
    sent = carry(
        request, WHY, lambda values: actions.reveal(actor, hotline_resident, values["purpose"], values["why"]),
        start={"purpose": "care"},
    )  # fmt: skip
    panels: list[Panel] = []
    if sent.done:
        clear = sent.answer
        items: list[tuple[str, Any]] = [
            (_("Name"), clear.name),
            (_("Phone"), clear.phone),
            (_("Where"), where),
        ]
        panels.append(Facts(id="clear", title=_("In clear"), items=[item for item in items if item[1]]))
        panels.append(Alert(id="noted", text=_("That you read this, when and why is written down.")))
    else:
        panels.append(FormPanel(
            id="why", form=WHY, url=reverse("hotline_household", args=[hotline_resident]), submit=_("Show it"),
            values=sent.values, errors=sent.errors, in_place=False,
        ))  # fmt: skip
    panels.append(_readings(person))
    crumbs = [Crumb(_("Household files"), reverse("hotline_households"))]
    return Page(title=_("Household file"), kind="form", crumbs=crumbs, panels=panels, status=sent.status)


def _readings(person: int) -> Table:
    rows = readings_of(person, 20)
    columns = [Column(_("When"), "at", head=True), Column(_("Reason"), "why")]
    empty = Empty(text=_("Nobody has read it in clear."), icon="lock")
    return Table(id="readings", title=_("Who read it in clear"), rows=rows, columns=columns, empty=empty)
