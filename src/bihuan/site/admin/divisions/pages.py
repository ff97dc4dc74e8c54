"""The division tree: browse, search, add, change, end."""

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.identity.rights import has_right, reaches
from bihuan.kernel.now import today
from bihuan.site.admin import permits
from bihuan.site.admin.divisions import actions, forms, selectors
from bihuan.site.admin.divisions.selectors import Place
from bihuan.site.admin.doors import Ask, Told, ask
from bihuan.site.admin.places import write_place
from bihuan.site.admin.words import LEVELS, titled
from bihuan.ui import cells
from bihuan.ui.page import Crumb, Page, actor_of, page
from bihuan.ui.panels import Action, Column, Empty, Facts, Filter, FilterBar, Table


def href(division: int) -> str:
    """Return the address of a division."""
    return reverse("admin_division", args=[division])


@page(permit=permits.DIVISIONS)
def divisions(request: HttpRequest) -> Page:
    """Show where the tree begins, or what a search found in it."""
    actor = actor_of(request)
    q, ended = request.GET.get("q", "").strip()[:80], request.GET.get("state") == "all"
    rows = selectors.search(actor, q, ended=ended) if q else selectors.parts(actor, 0, ended=ended)
    shown = ""
    if len(rows) == selectors.FOUND and q:
        shown = _("The first %(n)s; write more of the name to find less.") % {"n": selectors.FOUND}
    return Page(
        title=_("Divisions"),
        lead=shown,
        kind="list",
        panels=[_filters(q, ended), _table(rows, full=bool(q), empty=_nothing(q))],
        actions=_tree_actions(actor),
    )


def _filters(q: str, ended: bool) -> FilterBar:
    state = Filter("state", _("State"), [("", _("living")), ("all", _("ended too"))], "all" if ended else "")
    return FilterBar(id="filters", url=reverse("admin_divisions"), filters=[state], search=q)


def _nothing(q: str) -> Empty:
    if q:
        return Empty(text=_("No division bears this name or code."))
    return Empty(
        title=_("No divisions yet"),
        text=_("Bring in the table of your province, or add the divisions you need one by one."),
        icon="map",
        action=Action(title=_("Bring in a table"), href=reverse("admin_division_import"), primary=True),
    )


def _tree_actions(actor: Actor) -> list[Action]:
    found = [Action(title=_("Add a division"), href=reverse("admin_division_add"), icon="plus")]
    if has_right(actor, permits.HOUSE):
        found.append(
            Action(title=_("Bring in a table"), href=reverse("admin_division_import"), icon="upload")
        )
    return found


def _table(rows: list[Place], *, full: bool = False, empty: Empty | None = None) -> Table:
    return Table(
        id="divisions",
        title="" if full else _("Parts"),
        caption=_("Divisions"),
        rows=rows,
        row_key=lambda row: row.id,
        row_href=lambda row: href(row.id),
        empty=empty,
        columns=[
            Column(_("Name"), _name_full if full else _name, head=True, link=lambda row: href(row.id)),
            Column(_("Level"), lambda row: titled(LEVELS, row.level)),
            Column(_("Code"), lambda row: row.code or None),
            Column(_("Parts"), "parts", number=True),
            Column(_("Organisations"), "units", number=True),
            Column(_("Posts"), "posts", number=True),
            Column(_("Remarks"), _remarks),
        ],
    )


def _name(row: Place) -> str:
    return row.name


def _name_full(row: Place) -> str:
    return row.full_name or row.name


def _remarks(row: Place) -> Any:
    marks: list[Any] = []
    if row.valid_until:
        marks.append(cells.Tag(_("ended %(day)s") % {"day": row.valid_until}, "quiet"))
    if row.statistical:
        marks.append(cells.Hint(cells.Tag(_("statistical")), _("Kept by statistics; no law created it.")))
    return cells.Row(marks) if marks else ""


def _crumbs(row: Place, *, itself: bool = False) -> list[Crumb]:
    way = [Crumb(_("Divisions"), reverse("admin_divisions"))]
    way += [Crumb(name, href(id_)) for id_, name in selectors.above(row)]
    return [*way, Crumb(row.name, href(row.id))] if itself else way


@page(permit=permits.DIVISIONS)
def division(request: HttpRequest, division: int) -> Page:
    """Show a division: its parts, what it was before, what can be changed."""
    actor = actor_of(request)
    row = actions.find(actor, division)
    ended = request.GET.get("state") == "all"
    parts = selectors.parts(actor, row.id, ended=ended)
    states = selectors.states(row.id)
    panels: list[Any] = [
        _table(parts, empty=Empty(text=_("It has no parts."))),
        _history(states),
    ]
    return Page(
        title=row.name,
        code=row.code,
        lead=row.full_name if row.full_name != row.name else "",
        crumbs=_crumbs(row),
        panels=panels,
        side=[_facts(row)],
        actions=_actions(actor, row, ended=ended),
    )


def _facts(row: Place) -> Facts:
    items: list[tuple[str, Any]] = [
        (_("Level"), titled(LEVELS, row.level)),
        (_("Code"), row.code or None),
        (_("Exists from"), row.valid_from or _("as long as anybody knows")),
        (_("Parts"), row.parts),
        (_("Organisations"), cells.To(row.units, f"{reverse('admin_organisations')}?within={row.id}")),
        (_("Posts"), cells.To(row.posts, f"{reverse('admin_posts')}?within={row.id}")),
    ]
    if row.valid_until:
        items.insert(3, (_("Ended"), row.valid_until))
    if row.statistical:
        items.append((_("Remarks"), _("Kept by statistics; no law created it.")))
    return Facts(id="facts", title=_("About"), columns=1, items=items)


def _history(states: list[selectors.State]) -> Table:
    return Table(
        id="states",
        title=_("What it was from when to when"),
        rows=states,
        columns=[
            Column(_("Name"), "name", head=True),
            Column(_("Code"), lambda row: row.code or None),
            Column(_("Part of"), lambda row: row.parent or None),
            Column(_("Holds from"), lambda row: row.valid_from or cells.Quiet(_("as long as anybody knows"))),
            Column(_("Until before"), lambda row: row.valid_until or cells.Tag(_("in force"), "good")),
        ],
    )


def _actions(actor: Actor, row: Place, *, ended: bool) -> list[Action]:
    if ended:
        other = Action(title=_("Living parts only"), href=href(row.id), icon="filter")
    else:
        other = Action(title=_("Ended parts too"), href=f"{href(row.id)}?state=all", icon="filter")
    if row.valid_until or not reaches(actor, row.id):
        return [other]
    add = f"{reverse('admin_division_add')}?parent={row.id}"
    return [
        Action(title=_("Add a part"), href=add, icon="plus", primary=True),
        Action(title=_("Change"), href=reverse("admin_division_amend", args=[row.id]), icon="edit"),
        Action(title=_("End"), href=reverse("admin_division_end", args=[row.id]), icon="x"),
        other,
    ]


@page(permit=permits.DIVISIONS)
def add(request: HttpRequest) -> Page | HttpResponseBase:
    """Add one division, such as a grid or a park."""
    actor = actor_of(request)
    asked = request.GET.get("parent", "")
    parent = int(asked) if asked.isdigit() else 0
    above = selectors.place(actor, parent) if parent else None

    def act(values: dict[str, Any]) -> Told:
        made = actions.add(actor, values)
        return Told(url=href(made), message=_("The division “%(name)s” stands.") % {"name": values["name"]})

    back = href(above.id) if above else reverse("admin_divisions")
    crumbs = _crumbs(above, itself=True) if above else [Crumb(_("Divisions"), back)]
    start = {"parent": write_place(parent)} if above else {}
    return ask(request, Ask(form=forms.ADD, act=act, back=back, crumbs=crumbs, start=start, submit=_("Add")))


@page(permit=permits.DIVISIONS)
def amend(request: HttpRequest, division: int) -> Page | HttpResponseBase:
    """Rename, renumber or move a division from a day on."""
    actor = actor_of(request)
    row = actions.find(actor, division)

    def act(values: dict[str, Any]) -> Told:
        actions.amend(actor, row, values)
        return Told(url=href(row.id), message=_("The division is changed."))

    start = {
        "name": row.name,
        "code": row.code,
        "parent": write_place(row.parent),
        "as_of": today().isoformat(),
    }
    return ask(
        request,
        Ask(
            form=forms.AMEND, act=act, back=href(row.id), crumbs=_crumbs(row, itself=True), start=start,
            submit=_("Change"),
        ),
    )  # fmt: skip


@page(permit=permits.DIVISIONS)
def end(request: HttpRequest, division: int) -> Page | HttpResponseBase:
    """End a division without living parts from a day on."""
    actor = actor_of(request)
    row = actions.find(actor, division)

    def act(values: dict[str, Any]) -> Told:
        actions.end(actor, row, date.fromisoformat(values["as_of"]))
        return Told(url=href(row.id), message=_("The division is ended; its history stays."))

    words = {"units": row.units, "posts": row.posts}
    intro = (
        _("%(units)s organisations and %(posts)s valid posts stand here; they stay and can be moved.") % words
    )
    return ask(
        request,
        Ask(
            form=forms.END, act=act, back=href(row.id), crumbs=_crumbs(row, itself=True), submit=_("End it"),
            start={"as_of": today().isoformat()}, names={"division": ""},
            intro=intro if row.units or row.posts else "",
        ),
    )  # fmt: skip
