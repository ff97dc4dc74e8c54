"""Propose a matter, plan a meeting, fill its agenda, note who came."""

from collections.abc import Callable, Iterable
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bihuan.kernel.errors import BadInput, Conflict
from bihuan.kernel.flow import actions as flow
from bihuan.kernel.flow import selectors as matters
from bihuan.kernel.forms.fields import Form
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.identity.selectors import scope_of
from bihuan.kernel.meetings import actions, climbing, selectors
from bihuan.kernel.meetings.about import about
from bihuan.kernel.meetings.about import scope_of as place_of
from bihuan.kernel.meetings.selectors import rules
from bihuan.kernel.meetings.selectors.deciding import Deciders
from bihuan.kernel.meetings.selectors.rules import Rung
from bihuan.kernel.now import local
from bihuan.kernel.store.sql import run
from bihuan.site.admin.doors import Ask, Told, Values, ask
from bihuan.site.admin.places import place_names
from bihuan.site.meetings import clashes, forms, permits, words
from bihuan.ui.cards import href
from bihuan.ui.doors import options_for
from bihuan.ui.page import Crumb, Page, actor_of, page
from bihuan.ui.panels import Panel


@page(permit=permits.READ)
def propose(request: HttpRequest, code: str) -> Page | HttpResponseBase:
    """Take a stuck matter to its next rung; the chair is read from the tables."""
    actor = actor_of(request)
    row = matters.matter(actor, code)
    deciders = Deciders.load()
    rungs = deciders.rungs(place_of(row))
    chairs = {rung.place: deciders.find(place_of(row), rung.place, about(row)) for rung in rungs}
    names = _names([chair.post for chair in chairs.values() if chair])
    choices = []
    for rung in rungs:
        chair = chairs[rung.place]
        who = names.get(chair.post, "") if chair else _("nobody holds this chair")
        needs = _("needs a request first") if rung.request else ""
        choices.append((str(rung.place), " · ".join(filter(None, (rung.title, who, needs)))))
    free = climbing.next_place(climbing.steps_of([row.id]).get(row.id, []), rungs)

    def act(values: Values) -> Told:
        made = actions.propose(
            actor, row.id, why=values.get("why", ""), place=int(values["place"]), skip=values.get("skip", "")
        )
        return Told(url=reverse("matter", args=[made.code]), message=_("Proposed as %s.") % made.code)

    return ask(
        request,
        Ask(
            form=forms.propose(choices),
            act=act,
            back=href(row),
            crumbs=[Crumb(row.code, href(row))],
            start={"place": str(free) if free else ""},
            submit=_("Propose for a meeting"),
            intro=_("The chair answers within a limit: hear it, order it, or return it."),
            title=_("Propose for a meeting: %(title)s") % {"title": row.title},
        ),
    )


def _names(posts: list[int]) -> dict[int, str]:
    sql = (
        "SELECT p.id, coalesce(nullif(o.short_name, ''), o.name) || ' ' || u.name FROM identity_post p"
        " JOIN identity_user u ON u.id = p.user_id JOIN identity_organisation o ON o.id = p.organisation_id"
        " WHERE p.id = ANY(%s)"
    )
    return dict(run(sql, (posts,)))


@page(permit=permits.PLAN)
def plan(request: HttpRequest) -> Page | HttpResponseBase:
    """Plan a meeting; who of those invited sits elsewhere, and what another meeting wants, is said first."""
    actor = actor_of(request)
    scope = scope_of(actor.division)
    rungs = rules.rungs(scope)
    taken = selectors.taken(actor.division)

    def chair_of(values: Values) -> int:
        chair = selectors.decider(scope, int(values["place"]))
        return chair.post if chair else 0

    def warn(values: Values) -> list[Panel]:
        items = [int(key) for key in values.get("items", [])]
        posts = {chair_of(values), *values.get("posts", []), *actions.clerks(items)} - {0}
        wanted = [one for one in taken if one.item in items]
        found = clashes.panels(posts, values["begins"], values["ends"], scope=scope)
        return [*found, *clashes.wanted(wanted)]

    def act(values: Values) -> Told:
        chair = chair_of(values)
        data = {**values, "place": int(values["place"]), **({"chair": chair} if chair else {})}
        items = [int(key) for key in data.pop("items", [])]
        made = actions.plan(actor, data, scope=scope)
        faults = [one.error for one in actions.put_on(actor, made.matter, items) if not one.receipt]
        message = " ".join([_("Planned as %s.") % made.code, *faults])
        return Told(url=reverse("meeting", args=[made.matter]), message=message)

    choices = [(str(rung.place), rung.title) for rung in rungs]
    return ask(
        request,
        Ask(
            form=forms.plan(choices, _wanted(actor, rungs, taken)),
            act=act,
            warn=warn,
            back=reverse("meetings"),
            crumbs=words.crumbs(),
            submit=_("Plan and invite"),
            options=options_for(actor),
            beside=[clashes.diary(actor)],
        ),
    )


def _wanted(actor: Actor, rungs: list[Rung], taken: list[selectors.Taken]) -> list[tuple[str, str]]:
    """Return what may be put on the agenda: what waits, rung by rung, and what another meeting has, saying so."""
    found: list[tuple[str, str]] = []
    for rung in rungs:
        here = selectors.draft(actor.division, rung.place)
        parts = _parts(here, actor.division)
        found += [
            (
                str(row.item.id),
                f"{rung.title} · {row.item.title}{parts[row.item.id]} ({words.number(row.harm.points)})",
            )
            for row in here
        ]
    names = {rung.place: rung.title for rung in rungs}
    for one in taken:
        where = _("on the agenda of %(code)s, %(at)s") % {"code": one.code, "at": words.moment(one.begins)}
        found.append((str(one.item), f"{names.get(one.place, one.place)} · {one.title} ({where})"))
    return found


def _parts(found: Iterable[selectors.ItemRow], division: int) -> dict[int, str]:
    """Return, by item, in which part of the division it lies, as words behind its title; of its own nothing."""
    rows = list(found)
    names = place_names({row.item.division for row in rows} - {division})
    return {
        row.item.id: f" · {names[row.item.division]}" if row.item.division in names else "" for row in rows
    }


def _one(
    request: HttpRequest, key: int, build: Callable[[Actor, selectors.MeetingRow, str], Ask]
) -> Page | HttpResponseBase:
    actor = actor_of(request)
    row, _matter = selectors.meeting(actor, key)
    return ask(request, build(actor, row, reverse("meeting", args=[key])))


def _asked(row: selectors.MeetingRow, url: str, form: Form, act: Any, submit: str, **more: Any) -> Ask:
    return Ask(form=form, act=act, back=url, crumbs=words.crumbs((row.title, url)), submit=submit, **more)


@page(permit=permits.PLAN)
def amend(request: HttpRequest, meeting: int) -> Page | HttpResponseBase:
    """Move a meeting in time or place; everybody invited is told."""

    def build(actor: Actor, row: selectors.MeetingRow, url: str) -> Ask:
        def act(values: Values) -> Told:
            flow.move(actor, row.id, "amend", values)
            return Told(url=url, message=_("Changed; everybody invited is told."))

        start = {
            "begins": f"{local(row.begins):%Y-%m-%dT%H:%M}", "ends": f"{local(row.ends):%Y-%m-%dT%H:%M}",
            "room": row.room,
        }  # fmt: skip

        def warn(values: Values) -> list[Panel]:
            posts = {row.chair, *(one.post for one in selectors.guests(row.id))} - {0}
            scope = scope_of(row.division)
            return clashes.panels(posts, values["begins"], values["ends"], scope=scope, but=row.id)

        return _asked(row, url, forms.amend(), act, _("Change"), start=start, warn=warn)

    return _one(request, meeting, build)


@page(permit=permits.PLAN)
def invite(request: HttpRequest, meeting: int) -> Page | HttpResponseBase:
    """Invite more people."""

    def build(actor: Actor, row: selectors.MeetingRow, url: str) -> Ask:
        def act(values: Values) -> Told:
            flow.move(actor, row.id, "invite", values)
            return Told(url=url, message=_("Invited."))

        def warn(values: Values) -> list[Panel]:
            scope = scope_of(row.division)
            return clashes.panels(values["posts"], row.begins, row.ends, scope=scope, but=row.id)

        return _asked(row, url, forms.INVITE, act, _("Invite"), options=options_for(actor), warn=warn)

    return _one(request, meeting, build)


@page(permit=permits.PLAN)
def agenda(request: HttpRequest, meeting: int) -> Page | HttpResponseBase:
    """Take items of the draft agenda on: those of this rung that wait, in the order of harm."""

    def build(actor: Actor, row: selectors.MeetingRow, url: str) -> Ask:
        waiting = selectors.draft(row.division, row.place)
        parts = _parts(waiting, row.division)
        choices = [
            (
                str(one.item.id),
                f"{words.number(one.harm.points)} · {one.item.title or one.item.code}{parts[one.item.id]}",
            )
            for one in waiting
        ]

        def act(values: Values) -> Told:
            outcomes = actions.put_on(actor, row.id, [int(key) for key in values["items"]])
            done = [one for one in outcomes if one.receipt]
            faults = [one.error for one in outcomes if not one.receipt]
            if not done:
                raise Conflict(" ".join(faults), where="items")
            text = ngettext("%(n)s item is on the agenda.", "%(n)s items are on the agenda.", len(done))
            return Told(url=url, message=" ".join([text % {"n": len(done)}, *faults]))

        start = {"items": [str(one.item.id) for one in selectors.of_chair(waiting, row)]}
        intro = "" if choices else _("No item of this rung waits for a meeting.")
        return _asked(row, url, forms.take_on(choices), act, _("Put on the agenda"), start=start, intro=intro)

    return _one(request, meeting, build)


@page(permit=permits.SITE)
def attend(request: HttpRequest, meeting: int) -> Page | HttpResponseBase:
    """Note that a meeting was held, and who came."""

    def build(actor: Actor, row: selectors.MeetingRow, url: str) -> Ask:
        guests = [(str(one.post), f"{one.unit} {one.name}") for one in selectors.guests(row.id)]

        def act(values: Values) -> Told:
            posts = sorted({*map(int, values.get("came", [])), *values.get("posts", [])})
            data = {"posts": posts, **({"note": values["note"]} if values.get("note") else {})}
            flow.move(actor, row.id, "attend", data)
            return Told(url=url, message=_("Written down. Now the minutes."))

        start = {"came": [value for value, _title in guests]}
        return _asked(row, url, forms.attend(guests), act, _("It has been held"), start=start,
                      options=options_for(actor))  # fmt: skip

    return _one(request, meeting, build)


@page(permit=permits.PLAN)
def cancel(request: HttpRequest, meeting: int) -> Page | HttpResponseBase:
    """Cancel a meeting: its items wait for another one, everybody invited is told."""

    def build(actor: Actor, row: selectors.MeetingRow, url: str) -> Ask:
        def act(values: Values) -> Told:
            flow.move(actor, row.id, "cancel", values)
            return Told(url=url, message=_("Cancelled. Its items wait for another meeting."))

        intro = _("Its items go back to wait for another meeting, and everybody invited is told.")
        return _asked(row, url, forms.CANCEL, act, _("Cancel the meeting"), danger=True, intro=intro)

    return _one(request, meeting, build)


@page(permit=permits.PLAN)
def rank(request: HttpRequest, item: int) -> Page | HttpResponseBase:
    """Order an item otherwise than by harm, by name and with a reason."""
    actor = actor_of(request)
    row = matters.matter(actor, item)
    if row.kind != "meetings.item":
        raise BadInput(_("This is no agenda item."), where="item")

    def act(values: Values) -> Told:
        flow.move(actor, row.id, "rank", values)
        return Told(url=reverse("meetings_items"), message=_("Written down under your name."))

    return ask(
        request,
        Ask(
            form=forms.RANK,
            act=act,
            back=href(row),
            crumbs=[*words.crumbs(), Crumb(row.code, href(row))],
            submit=_("Set its place"),
            start={"position": row.value("position", "")},
        ),
    )
