"""The calendar of a post (iCalendar, RFC 5545): deadlines and meetings under a secret, revocable address."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from ninja import Router, Schema, Status

from bihuan.kernel.errors import NotFound
from bihuan.kernel.flow import registry
from bihuan.kernel.flow import selectors as flow
from bihuan.kernel.identity import roles
from bihuan.kernel.identity.actors import Actor, Kind
from bihuan.kernel.notices import feeds
from bihuan.kernel.now import now
from bihuan.kernel.store.sql import run
from bihuan.logic.icalendar import Event, calendar
from bihuan.site.admin.doors import Sure, Told, sure
from bihuan.ui import cells
from bihuan.ui.api import operation
from bihuan.ui.page import Crumb, Page, actor_of, page, register_permit
from bihuan.ui.panels import Action, Alert, Facts

router = Router(tags=["notices"])
#: Whoever has deadlines of one's own: a post that only reads (the auditor) has none, and makes no address.
PERMIT = "calendar"
_MOST = 500


def _has_deadlines(actor: Actor) -> bool:
    role = roles.get(actor.role)
    return actor.kind is Kind.POST and not (role and role.reads_only)


register_permit(PERMIT, _has_deadlines)


def deadlines(actor: Actor) -> Iterable[Event]:
    """Yield the deadlines of what waits for the actor: code, kind and day, no words of the matter itself."""
    for row in flow.held(actor, limit=_MOST):
        if row.due is None or row.clock == "paused":
            continue
        noun = _(registry.worded(row.rules).noun)
        yield Event(
            uid=f"matter-{row.id}@bihuan", stamp=row.moved, start=row.due - timedelta(minutes=30), end=row.due,
            summary=_("%(code)s due (%(noun)s)") % {"code": row.code, "noun": noun},
            url=reverse("matter", args=[row.code]), sequence=row.ver,
        )  # fmt: skip


_MEETINGS = """
SELECT m.id, m.code, m.moved, m.ver, m.rules, g.begins, g.ends, g.room, g.cancelled
FROM meetings_meeting g JOIN flow_matter m ON m.id = g.matter
WHERE g.begins > %(since)s AND g.begins < %(until)s AND (g.chair = %(post)s OR EXISTS (
  SELECT FROM meetings_invite i WHERE i.meeting = g.matter AND i.post = %(post)s))
ORDER BY g.begins, m.id LIMIT %(most)s"""


def meetings(actor: Actor) -> Iterable[Event]:
    """Yield the meetings the actor's post chairs or is invited to, a month back and half a year ahead."""
    at = now()
    span = {
        "since": at - timedelta(days=30),
        "until": at + timedelta(days=183),
        "post": actor.post,
        "most": _MOST,
    }
    for key, code, moved, ver, rules, begins, ends, room, cancelled in run(_MEETINGS, span):
        noun = _(registry.worded(rules).noun)
        yield Event(
            uid=f"meeting-{key}@bihuan", stamp=moved, start=begins, end=ends, summary=f"{noun} {code}", place=room,
            url=reverse("matter", args=[code]), sequence=ver, cancelled=cancelled,
        )  # fmt: skip


@page(permit="anyone")
def feed(request: HttpRequest, feed: str) -> HttpResponseBase:
    """Send the calendar whose secret address this is; unchanged ones say so."""
    try:
        actor = feeds.reader(feed)
    except NotFound as error:
        return HttpResponse(error.message, status=404, content_type="text/plain; charset=utf-8")
    language = run("SELECT language FROM identity_user WHERE id = %s", (actor.user,))[0][0]
    base = request.build_absolute_uri("/").rstrip("/")
    with translation.override(language or settings.LANGUAGE_CODE):
        events = [replace(one, url=base + one.url) for one in (*deadlines(actor), *meetings(actor))]
        text = calendar(_("Bihuan: %(name)s") % {"name": actor.title}, events)
    tag = f'"{sha256(text.encode()).hexdigest()[:32]}"'
    seen = [one.strip().removeprefix("W/") for one in request.headers.get("If-None-Match", "").split(",")]
    same = tag in seen or "*" in seen
    answer = HttpResponse(b"" if same else text, status=304 if same else 200)
    answer["Content-Type"] = "text/calendar; charset=utf-8"
    answer["ETag"], answer["Cache-Control"] = tag, "private, no-cache"
    answer["Content-Disposition"] = 'inline; filename="bihuan.ics"'
    return answer


def address(request: HttpRequest, token: str) -> str:
    """Return the whole address of a calendar."""
    return request.build_absolute_uri(reverse("calendar_feed", args=[token]))


@page(permit=PERMIT)
def own(request: HttpRequest) -> Page:
    """Show whether the present post has a calendar address, and offer one."""
    made = feeds.made_at(actor_of(request))
    text = _("Your calendar program reads the deadlines and meetings of this post from a secret address.")
    actions = [
        Action(title=_("Make an address"), href=reverse("calendar_make"), icon="calendar", primary=not made)
    ]
    if made:
        actions.append(Action(title=_("Revoke it"), href=reverse("calendar_revoke"), danger=True))
    panels: list[Any] = [Alert(id="what", text=text)]
    if made:
        panels.append(
            Facts(id="made", title=_("Calendar address"), items=[(_("Address made on"), made)], columns=1)
        )
    return Page(title=_("Calendar feed"), kind="form", panels=panels, actions=actions)


def _way() -> list[Crumb]:
    return [Crumb(_("Calendar feed"), reverse("calendar_own"))]


@page(permit=PERMIT)
def make(request: HttpRequest) -> Page | HttpResponseBase:
    """Make the post's address; it is shown once."""
    actor, back = actor_of(request), reverse("calendar_own")

    def act() -> Told:
        secret = address(request, feeds.make(actor))
        once = Page(
            title=_("Calendar address"), kind="form", crumbs=_way(),
            panels=[
                Alert(id="once", tone="warn", text=_("This address is shown this once. Whoever knows it reads along.")),
                Facts(id="secret", title=_("To copy"), columns=1, items=[(_("Address"), cells.Tag(secret))],
                      action=Action(title=_("Done"), href=back, primary=True)),
            ],
        )  # fmt: skip
        return Told(url=back, message=_("The address is made."), page=once)

    text = _("An earlier address of this post stops working.")
    title = _("Make an address")
    return sure(
        request, Sure(title=title, text=text, button=title, act=act, back=back, crumbs=_way(), danger=False)
    )


@page(permit=PERMIT)
def revoke(request: HttpRequest) -> Page | HttpResponseBase:
    """Let the post's address lead nowhere any more."""
    actor, back = actor_of(request), reverse("calendar_own")

    def act() -> Told:
        feeds.revoke(actor)
        return Told(url=back, message=_("The address is revoked."))

    text = _("Calendar programs that use it find nothing any more.")
    title = _("Revoke it")
    return sure(request, Sure(title=title, text=text, button=title, act=act, back=back, crumbs=_way()))


class FeedOut(Schema):
    """The secret address of the post's calendar, told this once."""

    address: str


@router.post("/calendar", response={201: FeedOut}, operation_id="calendar_make")
@operation(permit=PERMIT)
def make_feed(request: HttpRequest) -> Any:
    """Give the present post a calendar address in place of an earlier one."""
    return Status(201, {"address": address(request, feeds.make(actor_of(request)))})


@router.delete("/calendar", response={204: None}, operation_id="calendar_revoke")
@operation(permit=PERMIT)
def revoke_feed(request: HttpRequest) -> Any:
    """Revoke the present post's calendar address; none there is fine."""
    feeds.revoke(actor_of(request))
    return Status(204, None)
