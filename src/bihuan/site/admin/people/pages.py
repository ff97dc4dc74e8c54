"""People who can log in: list, add, first and new passwords, closing an account, who came in."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.kernel.identity import actions as identity
from bihuan.kernel.identity.actors import SYSTEM
from bihuan.site.admin import permits
from bihuan.site.admin.doors import Ask, Sure, Told, ask, sure
from bihuan.site.admin.people import actions, forms, panels, selectors
from bihuan.site.admin.people.selectors import Coming, Person, Posts
from bihuan.site.admin.words import COMINGS, titled
from bihuan.ui import cells
from bihuan.ui.page import Crumb, Page, actor_of, page
from bihuan.ui.panels import Action, Alert, Column, Empty, Facts, Filter, FilterBar, Pager, Tab, Table, Tabs


def tabs(active: str, body: list[Any]) -> Tabs:
    """Return the three faces of this subject with the active one's panels."""
    faces = (
        ("posts", _("Posts"), reverse("admin_posts")),
        ("people", _("People"), reverse("admin_people")),
        ("comings", _("Who came in"), reverse("admin_comings")),
    )
    return Tabs(
        id="faces",
        title=_("People and posts"),
        tabs=[Tab(title, href, active=name == active) for name, title, href in faces],
        body=body,
    )


def add_actions() -> list[Action]:
    """Return what one does most on these pages."""
    return [
        Action(title=_("Appoint somebody"), href=reverse("admin_appoint"), icon="plus"),
        Action(title=_("Add a person"), href=reverse("admin_person_add"), icon="user"),
    ]


def crumbs(row: Person | None = None) -> list[Crumb]:
    """Return the way to a person."""
    way = [Crumb(_("People"), reverse("admin_people"))]
    return [*way, Crumb(row.name, panels.person_href(row.id))] if row else way


@page(permit=permits.POSTS)
def people(request: HttpRequest) -> Page:
    """List people by login name."""
    asked = request.GET
    q, state = asked.get("q", "").strip()[:64], asked.get("state", "")
    rows, more = selectors.people(actor_of(request), q=q, state=state, after=asked.get("after", ""))
    states = [
        ("", _("Active accounts")), ("idle", _("Active without a valid post")), ("closed", _("Closed accounts")),
        ("all", _("All")),
    ]  # fmt: skip
    shown = state if state in dict(states) else ""
    filters = FilterBar(
        id="filters",
        url=reverse("admin_people"),
        filters=[Filter("state", _("State"), states, shown)],
        search=q,
    )
    query = urlencode({"q": q, "state": shown, "after": more})
    table = Table(
        id="people",
        caption=_("People"),
        rows=rows,
        row_href=lambda row: panels.person_href(row.id),
        pager=Pager(next=f"{reverse('admin_people')}?{query}") if more else None,
        empty=Empty(text=_("Nobody fits."), icon="people"),
        columns=[
            Column(_("Name of the person"), "name", head=True, link=lambda row: panels.person_href(row.id)),
            Column(_("Login name"), "username"),
            Column(_("Valid posts"), "posts", number=True),
            Column(_("Second factor"), "mfa"),
            Column(_("Last here"), lambda row: row.last_login or cells.Quiet(_("never"))),
            Column(_("State"), account_state),
        ],
    )
    return Page(
        title=_("People and posts"),
        kind="list",
        panels=[tabs("people", [filters, table])],
        actions=add_actions(),
    )


def account_state(row: Person) -> Any:
    """Return the state of an account as a tag."""
    return cells.Tag(_("active"), "good") if row.is_active else cells.Tag(_("inactive"), "bad")


@page(permit=permits.POSTS)
def person(request: HttpRequest, user: int) -> Page:
    """Show a person: posts, who stands in, tokens, when they came in."""
    actor = actor_of(request)
    row = actions.find_person(actor, user)
    posts = selectors.posts(SYSTEM, Posts(state="all", user=row.id), limit=200)[0]
    ids = [post.id for post in posts]
    came, _more = selectors.comings(SYSTEM, user=row.id, limit=8)
    appoint = Action(title=_("Appoint"), href=f"{reverse('admin_appoint')}?user={row.id}", icon="plus")
    found: list[Any] = [
        panels.posts_table(
            posts, title=_("Posts"), without=("person",), actions=(appoint,) if row.is_active else (),
            empty=_("No post: this person can log in and do nothing."),
        ),
        panels.standings_table(selectors.standings(ids), actions=True),
        panels.keys_table(selectors.keys(ids)),
        comings_table(came, title=_("Last came in"), named=False),
    ]  # fmt: skip
    return Page(
        title=row.name,
        code=row.username,
        crumbs=crumbs(),
        panels=found,
        side=[_facts(row)],
        actions=_actions(row),
    )


def _facts(row: Person) -> Facts:
    items = [
        (_("Login name"), row.username),
        (_("E-mail"), row.email or None),
        (_("State"), account_state(row)),
        (_("Second factor"), row.mfa),
        (_("Added"), row.created_at),
        (_("Last here"), row.last_login or cells.Quiet(_("never"))),
    ]
    return Facts(id="facts", title=_("Account"), columns=1, items=items)


def _actions(row: Person) -> list[Action]:
    if not row.is_active:
        return []
    return [
        Action(title=_("New password"), href=reverse("admin_person_password", args=[row.id]), icon="lock"),
        Action(title=_("Close the account"), href=reverse("admin_person_close", args=[row.id]), icon="x"),
    ]


def secret_page(title: str, username: str, password: str, row_crumbs: list[Crumb], url: str) -> Page:
    """Return the page that shows a password, this once."""
    return Page(
        title=title,
        kind="form",
        crumbs=row_crumbs,
        panels=[
            Alert(
                id="once", tone="warn", text=_("This password is shown this once. Hand it over in person."),
                details=[_("Ask for it to be changed after the first login, under the account menu.")],
            ),
            Facts(
                id="secret", title=_("To hand over"), columns=1,
                items=[(_("Login name"), cells.Tag(username)), (_("Password"), cells.Tag(password))],
                action=Action(title=_("Done"), href=url, primary=True),
            ),
        ],
    )  # fmt: skip


@page(permit=permits.POSTS)
def add(request: HttpRequest) -> Page | HttpResponseBase:
    """Add somebody who can log in, with a first password that is shown once."""
    actor = actor_of(request)

    def act(values: dict[str, Any]) -> Told:
        password = actions.new_password()
        made = actions.create_person(actor, values, password)
        url = panels.person_href(made)
        shown = secret_page(_("Added: %(name)s") % values, values["username"], password, crumbs(), url)
        again = _("This person was added already. The password was shown once; set a new one if it is lost.")
        return Told(url=url, message=_("The person is added."), page=shown, again=again)

    intro = _("A first password is made and shown once. Rights come later, with a post.")
    what = Ask(
        form=forms.PERSON,
        act=act,
        back=reverse("admin_people"),
        crumbs=crumbs(),
        submit=_("Add"),
        intro=intro,
    )
    return ask(request, what)


@page(permit=permits.POSTS)
def password(request: HttpRequest, user: int) -> Page | HttpResponseBase:
    """Set a new password for somebody, shown once."""
    actor = actor_of(request)
    row = actions.find_person(actor, user)

    def act() -> Told:
        fresh = actions.new_password()
        identity.set_password(actor, row.id, fresh)
        url = panels.person_href(row.id)
        shown = secret_page(
            _("New password: %(name)s") % {"name": row.name}, row.username, fresh, crumbs(row), url
        )
        again = _("The password was set already and shown once. Set a new one if it is lost.")
        return Told(url=url, message=_("The password is set."), page=shown, again=again)

    text = _("The present password stops working at once. Make sure of who asks you for it.")
    title = _("New password")
    back = panels.person_href(row.id)
    return sure(request, Sure(title=title, text=text, button=title, act=act, back=back, crumbs=crumbs(row)))


@page(permit=permits.POSTS)
def close(request: HttpRequest, user: int) -> Page | HttpResponseBase:
    """Close an account: posts and history stay, nobody logs in with it any more."""
    actor = actor_of(request)
    row = actions.find_person(actor, user)

    def act() -> Told:
        actions.close_account(actor, row)
        return Told(url=panels.person_href(row.id), message=_("The account is closed."))

    text = _("Nobody can log in with it any more, and it is not opened again. Posts and history stay.")
    details = [_("End the posts too, so that their matters go to somebody else.")] if row.posts else []
    return sure(
        request,
        Sure(
            title=_("Close the account"), text=text, details=details, button=_("Close it"), act=act,
            back=panels.person_href(row.id), crumbs=crumbs(row),
        ),
    )  # fmt: skip


@page(permit=permits.POSTS)
def comings(request: HttpRequest) -> Page:
    """Show who came in, left or was turned away, newest first."""
    asked = request.GET
    q, kind, before = asked.get("q", "").strip()[:64], asked.get("kind", ""), asked.get("before", "")
    start = int(before) if before.isdigit() and len(before) < 19 else 0
    shown = kind if kind in COMINGS else ""
    rows, more = selectors.comings(actor_of(request), kind=shown, q=q, before=start)
    kinds = [("", _("Everything")), *((name, titled(COMINGS, name)) for name in COMINGS)]
    url = reverse("admin_comings")
    filters = FilterBar(id="filters", url=url, filters=[Filter("kind", _("What"), kinds, shown)], search=q)
    query = urlencode({"q": q, "kind": shown, "before": more})
    table = comings_table(rows, pager=Pager(next=f"{url}?{query}") if more else None)
    return Page(title=_("People and posts"), kind="list", panels=[tabs("comings", [filters, table])])


def comings_table(
    rows: list[Coming], *, title: str = "", named: bool = True, pager: Pager | None = None
) -> Table:
    """Return the log of the doors as a table."""
    who = [
        Column(_("Login name"), "username", head=True),
        Column(
            _("Name of the person"), "name", link=lambda row: panels.person_href(row.user) if row.user else ""
        ),
    ]
    return Table(
        id="comings",
        title=title,
        caption=_("Who came in"),
        rows=rows,
        pager=pager,
        columns=[
            *(who if named else ()),
            Column(_("When"), "at", head=not named),
            Column(_("What"), _what),
            Column(_("From where"), lambda row: row.address or None),
            Column(_("With"), lambda row: cells.Quiet(_browser(row.agent)), wide=True),
        ],
    )


def _what(row: Coming) -> Any:
    tone: dict[str, Any] = {"login": "good", "logout": "quiet", "refused": "bad"}
    return cells.Tag(titled(COMINGS, row.kind), tone.get(row.kind, ""))


def _browser(agent: str) -> str:
    """Return the browser a request named itself, short: the whole line says little more."""
    known = ("Edg/", "MicroMessenger/", "wxwork/", "Firefox/", "Chrome/", "Safari/")
    return next((part for mark in known for part in agent.split() if part.startswith(mark)), agent[:40])
