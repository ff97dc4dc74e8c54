"""Posts: list, appoint, end, and standing in while the holder is away."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bihuan.kernel.identity import actions as identity
from bihuan.kernel.identity import roles
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.identity.rights import has_right, reaches
from bihuan.kernel.now import local, today
from bihuan.site.admin import permits
from bihuan.site.admin.doors import Ask, Sure, Told, ask, sure
from bihuan.site.admin.organisations.pages import href as unit_href
from bihuan.site.admin.organisations.selectors import place_after
from bihuan.site.admin.people import actions, forms, panels, selectors
from bihuan.site.admin.people.pages import add_actions, tabs
from bihuan.site.admin.people.selectors import PostLine, Posts
from bihuan.site.admin.places import write_place, write_unit
from bihuan.site.admin.words import role_title
from bihuan.ui import cells
from bihuan.ui.page import Crumb, Page, actor_of, page
from bihuan.ui.panels import Action, Alert, Facts, Filter, FilterBar, Pager, Panel


def what_of(request: HttpRequest) -> Posts:
    """Return which posts a page was asked for."""
    asked = request.GET
    place, state = asked.get("within", ""), asked.get("state", "valid")
    return Posts(
        state=state if state in {"soon", "ended", "coming", "delegated", "all"} else "valid",
        role=asked.get("role", "")[:48],
        within=int(place) if place.isdigit() and len(place) < 19 else 0,
        q=asked.get("q", "").strip()[:64],
    )


@page(permit=permits.POSTS)
def posts(request: HttpRequest) -> Page:
    """List posts by unit; those that end soon are pointed out first."""
    actor, what = actor_of(request), what_of(request)
    rows, more = selectors.posts(actor, what, after=place_after(request.GET.get("after", "")))
    asked = {"state": what.state, "role": what.role, "within": what.within or "", "q": what.q, "after": more}
    url = reverse("admin_posts")
    pager = Pager(next=f"{url}?{urlencode({k: v for k, v in asked.items() if v})}") if more else None
    body: list[Panel] = [*_ending(actor, what), _filters(what), panels.posts_table(rows, pager=pager)]
    return Page(
        title=_("People and posts"),
        lead=_("Within %(place)s") % {"place": write_place(what.within)} if what.within else "",
        kind="list",
        panels=[tabs("posts", body)],
        actions=add_actions(),
    )


def _ending(actor: Actor, what: Posts) -> list[Panel]:
    found = selectors.counts(actor)
    if not found["soon"] or what.state == "soon":
        return []
    words = ngettext(
        "One post ends within 30 days: appoint again, or its matters wait for nobody.",
        "%(n)s posts end within 30 days: appoint again, or their matters wait for nobody.",
        found["soon"],
    )
    show = Action(title=_("Show them"), href=f"{reverse('admin_posts')}?state=soon")
    return [Alert(id="ending", tone="warn", text=words % {"n": found["soon"]}, action=show)]


def _filters(what: Posts) -> FilterBar:
    states = [
        ("", _("Valid now")),
        ("soon", _("Ends within 30 days")),
        ("ended", _("Ended posts")),
        ("coming", _("Not begun")),
        ("delegated", _("Somebody stands in")),
        ("all", _("All")),
    ]
    every = [("", _("Every role")), *((role.name, role_title(role.name)) for role in roles.all_roles())]
    state = "" if what.state == "valid" else what.state
    return FilterBar(
        id="filters",
        url=reverse("admin_posts"),
        filters=[Filter("state", _("State"), states, state), Filter("role", _("Role"), every, what.role)],
        search=what.q,
    )


def title_of(row: PostLine) -> str:
    """Return what a post is called: role and unit."""
    return f"{role_title(row.role)} · {row.unit_name}"


def _crumbs(row: PostLine | None = None) -> list[Crumb]:
    way = [Crumb(_("Posts"), reverse("admin_posts"))]
    return [*way, Crumb(title_of(row), panels.post_href(row.id))] if row else way


@page(permit=permits.POSTS)
def post(request: HttpRequest, post: int) -> Page:
    """Show a post: holder, period, rights, who stands in, tokens."""
    actor = actor_of(request)
    row = actions.find_post(actor, post)
    declared = roles.get(row.role)
    items: list[tuple[str, Any]] = [
        (_("Holder"), cells.To(row.user_name, panels.person_href(row.user))),
        (_("Role"), role_title(row.role)),
        (_("Organisation"), cells.To(row.unit_name, unit_href(row.unit))),
        (_("Over"), row.division_name),
        (_("Begins"), panels.first_day(row)),
        (_("Last day"), panels.last_day(row)),
        (_("State"), panels.state(row)),
        (_("Rights"), "、".join(sorted(declared.rights)) if declared and declared.rights else None),
    ]
    found: list[Panel] = [
        Facts(id="facts", title=_("About"), items=items),
        panels.standings_table(selectors.standings([row.id]), actions=True),
        panels.keys_table(selectors.keys([row.id])),
    ]
    return Page(
        title=title_of(row), lead=row.user_name, crumbs=_crumbs(), panels=found, actions=_actions(actor, row)
    )


def _actions(actor: Actor, row: PostLine) -> list[Action]:
    if row.state == "ended" or not reaches(actor, row.division):
        return []
    found = []
    if row.state != "coming":
        stand = reverse("post_delegate", args=[row.id])
        found.append(Action(title=_("Let somebody stand in"), href=stand, icon="people"))
    return [*found, Action(title=_("End a post"), href=reverse("admin_post_end", args=[row.id]), icon="x")]


@page(permit=permits.POSTS)
def appoint(request: HttpRequest) -> Page | HttpResponseBase:
    """Give somebody a post from a day on."""
    actor = actor_of(request)

    def act(values: dict[str, Any]) -> Told:
        made = actions.give_post(actor, values)
        return Told(url=panels.post_href(made), message=_("The post is given."))

    return ask(
        request,
        Ask(
            form=forms.appoint(actions.grantable(actor)), act=act, back=reverse("admin_posts"), crumbs=_crumbs(),
            start=_start(request, actor), submit=_("Appoint"),
        ),
    )  # fmt: skip


def _start(request: HttpRequest, actor: Actor) -> dict[str, str]:
    user, unit = request.GET.get("user", ""), request.GET.get("unit", "")
    return {
        "user": selectors.login_of(int(user)) if user.isdigit() and len(user) < 19 else "",
        "organisation": write_unit(int(unit)) if unit.isdigit() else "",
        "division": write_place(actor.division),
        "valid_from": today().isoformat(),
    }


@page(permit=permits.POSTS)
def end(request: HttpRequest, post: int) -> Page | HttpResponseBase:
    """End a post, after a last day or now."""
    actor = actor_of(request)
    row = actions.find_post(actor, post)

    def act(values: dict[str, Any]) -> Told:
        until = values.get("until")
        identity.end_post(actor, row.id, date.fromisoformat(until) if until else None)
        return Told(url=panels.post_href(row.id), message=_("The post is ended."))

    intro = _("%(name)s can then no longer act as this. What was done stays, with the name.")
    return ask(
        request,
        Ask(
            form=forms.END, act=act, back=panels.post_href(row.id), crumbs=_crumbs(row), submit=_("End a post"),
            intro=intro % {"name": row.user_name}, names={"valid_until": "until"},
        ),
    )  # fmt: skip


@page(permit="signed_in")
def delegate(request: HttpRequest, post: int) -> Page | HttpResponseBase:
    """Let somebody stand in for a post: its holder, or whoever administers it."""
    actor = actor_of(request)
    row = actions.find_post(actor, post)
    back = panels.post_href(row.id) if has_right(actor, permits.POSTS) else reverse("my_posts")

    def act(values: dict[str, Any]) -> Told:
        actions.stand_in(actor, row.id, values)
        return Told(url=back, message=_("%(name)s stands in.") % {"name": values["to_user"]})

    start = {"valid_from": today().isoformat()}
    if row.valid_until and local(row.valid_until).date() > today():
        start["valid_until"] = ""
    return ask(
        request,
        Ask(
            form=forms.DELEGATE, act=act, back=back, crumbs=[Crumb(title_of(row), back)], start=start,
            submit=_("Let them stand in"),
            intro=_("They act as this post in their own name, marked as standing in for %(name)s.")
            % {"name": row.user_name},
        ),
    )  # fmt: skip


@page(permit="signed_in")
def standing_end(request: HttpRequest, standing: int) -> Page | HttpResponseBase:
    """End a delegation: the holder is back."""
    actor = actor_of(request)
    row = actions.of_standing(actor, standing)
    back = panels.post_href(row.id) if has_right(actor, permits.POSTS) else reverse("my_posts")

    def act() -> Told:
        identity.end_delegation(actor, standing)
        return Told(url=back, message=_("Nobody stands in any more."))

    return sure(
        request,
        Sure(
            title=_("End standing in"), text=_("The holder is back; the other can no longer act as this post."),
            button=_("End standing in"), act=act, back=back, crumbs=[Crumb(title_of(row), back)],
        ),
    )  # fmt: skip
