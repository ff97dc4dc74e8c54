"""The register of enterprises, and one enterprise with its people and visits."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from bihuan.kernel.forms.fields import Field, Form
from bihuan.kernel.identity import rights
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.now import today
from bihuan.lines.officers.grids import actions, selectors
from bihuan.lines.officers.grids.selectors import EnterpriseRow, What
from bihuan.lines.officers.pages import words
from bihuan.lines.officers.pages.asking import Asked, answer
from bihuan.lines.officers.visits import selectors as visits
from bihuan.logic.mechanism import said
from bihuan.ui import cells
from bihuan.ui.page import Crumb, Page, actor_of, page
from bihuan.ui.panels import (
    Action,
    Alert,
    Column,
    Empty,
    Facts,
    Filter,
    FilterBar,
    Pager,
    Table,
)

SIZE = 50
ENTERPRISE = Form("officers.enterprise", said("Enterprise"), (
    Field("name", said("Enterprise"), required=True, max_length=200),
    Field("uscc", said("Unified social credit code"), max_length=30),
    Field("industry", said("Industry"), max_length=100),
    Field("place_text", said("Place"), max_length=200),
    Field("kind", said("Kind of enterprise"), max_length=60),
    Field("staff", said("Employees"), max_length=20),
    Field("note", said("Remarks"), "long"),
))  # fmt: skip
CONTACT = Form("officers.contact", said("Name a contact"), (
    Field("name", said("Name"), required=True, cls="personal", max_length=60),
    Field("phone", said("Phone"), "phone", required=True, cls="personal"),
    Field("duty", said("Duty there"), max_length=60),
))  # fmt: skip


def table(rows: list[EnterpriseRow], pager: Pager) -> Table:
    """Return enterprises as a table, each with its grid and last visit."""
    columns = [
        Column(_("Enterprise"), "name", head=True, link=_address),
        Column(_("Industry"), "industry"),
        Column(_("Place"), "place"),
        Column(_("Grid"), "cell_name"),
        Column(_("Grid head"), "head"),
        Column(_("Last visit"), lambda row: words.day(row.visited)),
    ]
    return Table(
        id="enterprises", title=_("Enterprise register"), rows=rows, columns=columns, pager=pager,
        row_key=lambda row: row.id, row_href=_address, empty=Empty(text=_("No enterprise fits."), icon="building"),
    )  # fmt: skip


def _address(row: EnterpriseRow) -> str:
    return reverse("officers_enterprise", args=[row.id])


# The register ------------------------------------------------------------------------------------------


@page(permit="officers.grids")
def enterprises(request: HttpRequest) -> Page:
    """Show the register of enterprises, all or those not visited this month."""
    actor = actor_of(request)
    asked = request.GET.get("q", "").strip()[:100]
    unvisited = request.GET.get("visited", "") == "no"
    given = request.GET.get("before", "")
    before = int(given) if given.isdecimal() and len(given) < 19 else 0
    what = What(words=asked, unvisited=visits.month_of(today()) if unvisited else None)
    rows, more = selectors.listed(actor, what, before=before, limit=SIZE)
    query = {"q": asked, "visited": "no" if unvisited else ""}
    bar = FilterBar(
        id="filters", url=reverse("officers_enterprises"), search=asked,
        filters=[Filter("visited", _("Visited"), [("", _("visited or not")), ("no", _("not visited this month"))],
                        query["visited"])],
    )  # fmt: skip
    pager = Pager(next=f"?{urlencode({**query, 'before': str(more)})}" if more else "")
    found = []
    if rights.has_right(actor, actions.KEEP):
        found = [
            Action(
                title=_("Enter an enterprise"),
                href=reverse("officers_enterprise_new"),
                icon="plus",
                primary=True,
            ),
            Action(title=_("Take in a workbook"), href=reverse("officers_workbook"), icon="upload"),
            Action(title=_("Download as Excel"), href=reverse("officers_export"), icon="download"),
        ]
    return Page(title=_("Enterprise register"), kind="list", panels=[bar, table(rows, pager)], actions=found)


@page(permit="officers.grids")
def enterprise(request: HttpRequest, enterprise: int) -> Page:
    """Show one enterprise: its facts, its grid, its people (masked), its visits."""
    actor = actor_of(request)
    row = selectors.enterprise(actor, enterprise)
    items: list[tuple[str, Any]] = [
        (_("Unified social credit code"), row.uscc),
        (_("Industry"), row.industry),
        (_("Place"), row.place),
        (_("Kind of enterprise"), row.kind),
        (_("Employees"), row.staff),
        (_("Grid"), cells.To(row.cell_name, reverse("officers_grid", args=[row.cell]))),
        (_("Grid head"), row.head),
        (_("Last visit"), words.day(row.visited)),
        (_("Remarks"), row.note),
    ]
    return Page(
        title=row.name,
        crumbs=[Crumb(_("Enterprise register"), reverse("officers_enterprises"))],
        panels=[
            Facts(id="enterprise", title=_("Enterprise"), items=[i for i in items if i[1] not in ("", None)]),
            _people(actor, row),
            _visits(actor, row),
        ],
        actions=_enterprise_actions(actor, row),
    )


def _people(actor: Actor, row: EnterpriseRow) -> Table:
    columns = [
        Column(_("Contact"), "name", head=True),
        Column(_("Duty there"), "duty"),
        Column(_("Phone"), "phone"),
        Column(
            _("Call"), lambda one: cells.To(_("Call"), reverse("officers_call", args=[row.id, one.person]))
        ),
    ]
    return Table(
        id="people", title=_("Contacts"), rows=selectors.contacts(actor, row.id), columns=columns,
        empty=Empty(text=_("Nobody is named yet."), icon="people"),
    )  # fmt: skip


def _visits(actor: Actor, row: EnterpriseRow) -> Table:
    found = visits.listed(
        actor, date(today().year - 1, 1, 1), date(today().year + 1, 12, 31), enterprise=row.id
    )
    columns = [
        Column(_("Day"), lambda one: cells.Day(one.day), head=True,
               link=lambda one: reverse("officers_visit", args=[one.id])),
        Column(_("Who goes"), lambda one: f"{one.unit_name} {one.who}"),
        Column(_("Purpose"), "purpose"),
    ]  # fmt: skip
    return Table(id="visits", title=_("Visits"), rows=found[::-1], columns=columns,
                 empty=Empty(text=_("Not visited yet."), icon="calendar"))  # fmt: skip


def _enterprise_actions(actor: Actor, row: EnterpriseRow) -> list[Action]:
    found = [
        Action(title=_("Note a visit"), href=reverse("officers_visit_enterprise", args=[row.id]), icon="check",
               primary=True),
        Action(title=_("Plan a visit"), href=reverse("officers_plan_enterprise", args=[row.id]), icon="calendar"),
        Action(title=_("Name a contact"), href=reverse("officers_contact", args=[row.id]), icon="people"),
    ]  # fmt: skip
    if rights.has_right(actor, actions.KEEP):
        found.append(
            Action(title=_("Edit"), href=reverse("officers_enterprise_edit", args=[row.id]), icon="edit")
        )
    return found


@page(permit="officers.grids")
def call(request: HttpRequest, enterprise: int, person: int) -> Page | HttpResponseBase:
    """Show a contact's number to dial; that it was read is written down with the reason."""
    actor = actor_of(request)
    row = selectors.enterprise(actor, enterprise)
    if request.method != "POST":
        action = Action(
            title=_("Show the number"), href=request.path, icon="comment", post=True, primary=True
        )
        text = _("The number is personal: that you read it is written down.")
        alert = Alert(id="call", text=text, tone="info", action=action)
        return Page(title=row.name, kind="form", crumbs=[Crumb(row.name, _address(row))], panels=[alert])
    clear = actions.read_contact(actor, enterprise, person)
    items = [(_("Contact"), clear.name), (_("Phone"), cells.To(clear.phone, f"tel:{clear.phone}"))]
    panel = Facts(id="call", title=_("Call"), items=items)
    return Page(title=row.name, kind="form", crumbs=[Crumb(row.name, _address(row))], panels=[panel])


@page(permit="officers.keep")
def new(request: HttpRequest) -> Page | HttpResponseBase:
    """Enter an enterprise."""
    actor = actor_of(request)

    def act(values: Mapping[str, Any], key: str) -> tuple[str, str]:
        made = actions.keep_enterprise(actor, None, values, key=key)
        return reverse("officers_enterprise", args=[made]), _("Entered.")

    back = reverse("officers_enterprises")
    return answer(request, Asked(ENTERPRISE, act, back, [Crumb(_("Enterprise register"), back)]))


@page(permit="officers.keep")
def edit(request: HttpRequest, enterprise: int) -> Page | HttpResponseBase:
    """Change an enterprise."""
    actor = actor_of(request)
    row = selectors.enterprise(actor, enterprise)
    back = _address(row)
    sent = request.POST.get("ver", "")

    def act(values: Mapping[str, Any], key: str) -> tuple[str, str]:
        ver = int(sent) if sent.isdecimal() else row.ver
        whole = {item.name: values.get(item.name, "") for item in ENTERPRISE.fields}
        actions.keep_enterprise(actor, enterprise, whole, ver=ver, key=key)
        return back, _("Kept.")

    start = {"name": row.name, "uscc": row.uscc, "industry": row.industry, "place_text": row.place, "kind": row.kind,
             "staff": "" if row.staff is None else str(row.staff), "note": row.note}  # fmt: skip
    asked = Asked(
        ENTERPRISE, act, back, [Crumb(row.name, back)], start=start, hidden={"ver": sent or row.ver}
    )
    return answer(request, asked)


@page(permit="officers.visits")
def contact(request: HttpRequest, enterprise: int) -> Page | HttpResponseBase:
    """Name somebody to talk to."""
    actor = actor_of(request)
    row = selectors.enterprise(actor, enterprise)
    back = _address(row)

    def act(values: Mapping[str, Any], _key: str) -> tuple[str, str]:
        actions.add_contact(actor, enterprise, values["name"], values["phone"], values.get("duty", ""))
        return back, _("Named.")

    return answer(request, Asked(CONTACT, act, back, [Crumb(row.name, back)]))
