"""Organisations: list, create, amend, deactivate."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.identity.rights import has_right
from bihuan.site.admin import permits
from bihuan.site.admin.doors import Ask, Sure, Told, ask, sure
from bihuan.site.admin.organisations import actions, forms, selectors
from bihuan.site.admin.organisations.selectors import Body, What
from bihuan.site.admin.places import write_place
from bihuan.site.admin.words import UNIT_KINDS, titled
from bihuan.ui import cells
from bihuan.ui.page import Crumb, Page, actor_of, page
from bihuan.ui.panels import Action, Column, Empty, Facts, Filter, FilterBar, Links, Pager, Table


def href(organisation: int) -> str:
    """Return the address of an organisation."""
    return reverse("admin_organisation", args=[organisation])


def what_of(request: HttpRequest) -> What:
    """Return which organisations a page was asked for."""
    asked = request.GET
    kind, place = asked.get("kind", ""), asked.get("within", "")
    return What(
        kind=kind if kind in UNIT_KINDS else "",
        state=asked.get("state", "") if asked.get("state") in {"inactive", "all"} else "",
        within=int(place) if place.isdigit() and len(place) < 19 else 0,
        q=asked.get("q", "").strip()[:80],
    )


@page(permit=permits.ORGANISATIONS)
def organisations(request: HttpRequest) -> Page:
    """List organisations in pinyin order."""
    actor, what = actor_of(request), what_of(request)
    rows, more = selectors.listed(actor, what, after=selectors.place_after(request.GET.get("after", "")))
    return Page(
        title=_("Organisations"),
        lead=_("Within %(place)s") % {"place": write_place(what.within)} if what.within else "",
        kind="list",
        panels=[_filters(what), _table(rows, _pager(what, more))],
        actions=[Action(title=_("Add an organisation"), href=reverse("admin_organisation_add"), icon="plus")],
    )


def _filters(what: What) -> FilterBar:
    kinds = [("", _("Every kind")), *((name, titled(UNIT_KINDS, name)) for name in UNIT_KINDS)]
    states = [("", _("Active")), ("inactive", _("Inactive")), ("all", _("Active and inactive"))]
    return FilterBar(
        id="filters",
        url=reverse("admin_organisations"),
        filters=[
            Filter("kind", _("Kind"), kinds, what.kind),
            Filter("state", _("State"), states, what.state),
        ],
        search=what.q,
    )


def _pager(what: What, more: str) -> Pager | None:
    if not more:
        return None
    asked = {"kind": what.kind, "state": what.state, "within": what.within or "", "q": what.q, "after": more}
    query = urlencode({name: value for name, value in asked.items() if value})
    return Pager(next=f"{reverse('admin_organisations')}?{query}")


def _table(rows: list[Body], pager: Pager | None) -> Table:
    return Table(
        id="organisations",
        caption=_("Organisations"),
        rows=rows,
        row_href=lambda row: href(row.id),
        pager=pager,
        empty=Empty(
            text=_("No organisation fits. Bureaus, enterprises and utilities are added here once."),
            icon="building",
        ),
        columns=[
            Column(_("Name"), "name", head=True, link=lambda row: href(row.id)),
            Column(_("Short name"), lambda row: row.short_name or None),
            Column(_("Kind"), lambda row: titled(UNIT_KINDS, row.kind)),
            Column(_("Unified social credit code"), lambda row: row.uscc or None, wide=True),
            Column(_("Lies in"), lambda row: row.division_name or None, wide=True),
            Column(_("Valid posts"), "posts", number=True),
            Column(_("State"), _state),
        ],
    )


def _state(row: Body) -> Any:
    return cells.Tag(_("active"), "good") if row.is_active else cells.Tag(_("inactive"), "quiet")


def _crumbs(row: Body | None = None) -> list[Crumb]:
    way = [Crumb(_("Organisations"), reverse("admin_organisations"))]
    return [*way, Crumb(row.name, href(row.id))] if row else way


@page(permit=permits.ORGANISATIONS)
def organisation(request: HttpRequest, organisation: int) -> Page:
    """Show an organisation, its posts and what is part of it."""
    actor = actor_of(request)
    row = actions.find(actor, organisation)
    items: list[tuple[str, Any]] = [
        (_("Short name"), row.short_name or None),
        (_("Kind"), titled(UNIT_KINDS, row.kind)),
        (_("Unified social credit code"), row.uscc or cells.Quiet(_("not known yet"))),
        (_("Lies in"), row.division_name or None),
        (_("Part of"), cells.To(row.parent_name, href(row.parent)) if row.parent else None),
        (_("Contact"), row.contact or None),
        (_("State"), _state(row)),
        (_("Valid posts"), row.posts),
    ]
    panels: list[Any] = [Facts(id="facts", title=_("About"), items=items)]
    if has_right(actor, permits.POSTS):
        panels.append(_posts(row))
    parts = selectors.parts(row.id)
    if parts:
        found = [(name, href(id_), "") for id_, name in parts]
        panels.append(Links(id="parts", title=_("Part of it"), items=found))
    return Page(title=row.name, crumbs=_crumbs(), panels=panels, actions=_actions(actor, row))


def _posts(row: Body) -> Any:
    from bihuan.site.admin.people import panels as people

    return people.posts_of_unit(row.id)


def _actions(actor: Actor, row: Body) -> list[Action]:
    found = [Action(title=_("Change"), href=reverse("admin_organisation_amend", args=[row.id]), icon="edit")]
    if has_right(actor, permits.POSTS) and row.is_active:
        appoint = f"{reverse('admin_appoint')}?unit={row.id}"
        found.append(Action(title=_("Appoint somebody"), href=appoint, icon="people"))
    title, to = (_("Deactivate"), "off") if row.is_active else (_("Activate again"), "on")
    address = f"{reverse('admin_organisation_state', args=[row.id])}?to={to}"
    found.append(Action(title=title, href=address, icon="x" if row.is_active else "check"))
    return found


@page(permit=permits.ORGANISATIONS)
def add(request: HttpRequest) -> Page | HttpResponseBase:
    """Create an organisation."""
    actor = actor_of(request)

    def act(values: dict[str, Any]) -> Told:
        made = actions.create(actor, values)
        return Told(url=href(made), message=_("The organisation “%(name)s” stands.") % values)

    start = {"division": write_place(actor.division), "kind": "government"}
    return ask(
        request,
        Ask(form=forms.BODY, title=_("Add an organisation"), act=act, back=reverse("admin_organisations"),
            crumbs=_crumbs(), start=start, submit=_("Add")),
    )  # fmt: skip


@page(permit=permits.ORGANISATIONS)
def amend(request: HttpRequest, organisation: int) -> Page | HttpResponseBase:
    """Change an organisation."""
    actor = actor_of(request)
    row = actions.find(actor, organisation)

    def act(values: dict[str, Any]) -> Told:
        actions.change(actor, row, values)
        return Told(url=href(row.id), message=_("The organisation is changed."))

    names = ("name", "short_name", "kind", "uscc", "contact")
    start = {name: getattr(row, name) for name in names}
    start |= {"division": row.division_name, "parent": row.parent_name}
    return ask(
        request,
        Ask(form=forms.BODY, title=_("Change"), act=act, back=href(row.id), crumbs=_crumbs(row), start=start,
            submit=_("Save")),
    )  # fmt: skip


@page(permit=permits.ORGANISATIONS)
def state(request: HttpRequest, organisation: int) -> Page | HttpResponseBase:
    """Deactivate an organisation (``to=off``), or activate it again."""
    actor, active = actor_of(request), request.GET.get("to") == "on"
    row = actions.find(actor, organisation)

    def act() -> Told:
        actions.set_active(actor, row, active)
        said = _("The organisation is active again.") if active else _("The organisation is inactive.")
        return Told(url=href(row.id), message=said)

    posts = ngettext("One valid post stays as it is.", "%(n)s valid posts stay as they are.", row.posts)
    off = _("It can no longer be chosen for posts and matters; what it did stays.")
    title = _("Activate again") if active else _("Deactivate")
    return sure(
        request,
        Sure(
            title=title,
            text=_("It can be chosen again.") if active else off,
            details=[posts % {"n": row.posts}] if row.posts and not active else [],
            button=title,
            act=act,
            back=href(row.id),
            crumbs=_crumbs(row),
        ),
    )
