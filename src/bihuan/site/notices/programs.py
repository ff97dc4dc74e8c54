"""Programs told of moves (webhooks): subscribe, see what did not arrive, try it again; over the API, too."""

import re
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from ninja import Router, Schema, Status

from bihuan.kernel.errors import BadInput
from bihuan.kernel.flow import registry
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.notices import webhooks
from bihuan.site.admin import permits
from bihuan.site.admin.calls import Key, Made, carried, parsed
from bihuan.site.admin.doors import Ask, Sure, Told, ask, sure
from bihuan.site.admin.places import place_names, read_place
from bihuan.site.notices import forms, selectors
from bihuan.site.notices.selectors import ProgramRow
from bihuan.ui import cells
from bihuan.ui.api import Before, Limit, operation
from bihuan.ui.page import Crumb, Page, actor_of, done, page
from bihuan.ui.panels import Action, Alert, Column, Empty, Facts, Table

Values = dict[str, Any]
router = Router(tags=["notices"])


def href(program: int) -> str:
    """Return the address of a program."""
    return reverse("admin_webhook", args=[program])


def _crumbs(row: ProgramRow | None = None) -> list[Crumb]:
    way = [Crumb(_("Programs told of moves"), reverse("admin_webhooks"))]
    return [*way, Crumb(row.name, href(row.id))] if row else way


def _row(key: int) -> ProgramRow:
    return selectors.programs(webhooks.find(key).id)[0]


def subscribe(actor: Actor, values: Values) -> tuple[int, str]:
    """Make the subscription a form means; BadInput names a kind or move that no mechanism has."""
    kinds, moves = _words(values.get("kinds", "")), _words(values.get("moves", ""))
    known = {mechanism.name: mechanism for mechanism in registry.all_declared()}
    for kind in kinds:
        if kind not in known:
            raise BadInput(_("There is no kind of matter named “%(name)s”.") % {"name": kind}, where="kinds")
    possible = {move.name for kind in kinds or known for move in known[kind].moves}
    for move in moves:
        if move not in possible:
            raise BadInput(_("No such kind has a move named “%(name)s”.") % {"name": move}, where="moves")
    place = read_place(values.get("division", ""))
    permits.need(actor, permits.HOUSE, place)
    name, url = values["name"].strip(), values["url"].strip()
    return webhooks.subscribe(actor, name, url, kinds=kinds, moves=moves, division=place)


def _words(text: str) -> list[str]:
    return list(dict.fromkeys(filter(None, re.split(r"[,，、;；\s]+", text))))


@page(permit=permits.HOUSE)
def programs(request: HttpRequest) -> Page:
    """List the programs that are told."""
    rows = selectors.programs()
    table = Table(
        id="programs",
        caption=_("Programs told of moves"),
        rows=rows,
        row_href=lambda row: href(row.id),
        columns=[
            Column(_("Name"), "name", head=True, link=lambda row: href(row.id)),
            Column(_("Kinds of matter"), lambda row: "、".join(row.kinds) or _("all")),
            Column(_("Moves"), lambda row: "、".join(row.moves) or _("all")),
            Column(_("Waiting"), "waiting", number=True),
            Column(_("Given up"), "gave_up", number=True),
            Column(_("State"), _state),
        ],
        empty=Empty(
            text=_("No program yet. One that subscribes is told of each move within two minutes."),
            icon="link",
        ),
    )
    return Page(
        title=_("Programs told of moves"),
        lead=_(
            "They learn which matter moved and how, signed; contents they fetch over the API with a token."
        ),
        kind="list",
        panels=[table],
        actions=[Action(title=_("Add a program"), href=reverse("admin_webhook_add"), icon="plus")],
    )


def _state(row: ProgramRow) -> Any:
    return cells.Tag(_("in use"), "good") if row.active else cells.Tag(_("not in use"), "quiet")


@page(permit=permits.HOUSE)
def program(request: HttpRequest, webhook: int) -> Page:
    """Show a program and what did not reach it."""
    row = _row(webhook)
    facts = Facts(
        id="program",
        title=_("Program"),
        items=[
            (_("Address"), row.url),
            (_("Kinds of matter"), "、".join(row.kinds) or _("all")),
            (_("Moves"), "、".join(row.moves) or _("all")),
            (_("Where"), place_names([row.division])[row.division]),
            (_("Told since"), row.created),
            (_("State"), _state(row)),
        ],
    )
    lost = Table(
        id="undelivered",
        title=_("Did not arrive"),
        rows=selectors.undelivered(webhook),
        columns=[
            Column(_("Matter"), "matter", head=True),
            Column(_("Move"), "move"),
            Column(_("Tries"), "attempts", number=True),
            Column(_("What was said"), lambda one: cells.Quiet(one.error)),
            Column(_("Next try"), lambda one: None if one.gave_up else one.next_try),
            Column(_("Given up"), lambda one: one.gave_up),
        ],
        empty=Empty(text=_("Everything arrived.")),
    )
    stop = _("Take out of use") if row.active else _("Take into use")
    actions = [
        Action(title=stop, href=reverse("admin_webhook_state", args=[webhook])),
        Action(title=_("End it"), href=reverse("admin_webhook_end", args=[webhook]), danger=True),
    ]
    if row.gave_up:
        again = reverse("admin_webhook_replay", args=[webhook])
        actions.insert(
            0, Action(title=_("Try all of them again"), href=again, post=True, icon="refresh", primary=True)
        )
    return Page(title=row.name, crumbs=_crumbs(), panels=[facts, lost], actions=actions)


@page(permit=permits.HOUSE)
def add(request: HttpRequest) -> Page | HttpResponseBase:
    """Add a program; its secret is shown once."""
    actor = actor_of(request)

    def act(values: Values) -> Told:
        key, secret = subscribe(actor, values)
        return Told(url=href(key), message=_("The program is told from now on."), page=_secret(key, secret))

    back = reverse("admin_webhooks")
    return ask(
        request,
        Ask(form=forms.PROGRAM, act=act, back=back, crumbs=_crumbs(), submit=_("Tell it from now on")),
    )


def _secret(key: int, secret: str) -> Page:
    return Page(
        title=_("Secret of the program"),
        kind="form",
        crumbs=_crumbs(),
        panels=[
            Alert(id="once", tone="warn", text=_("The secret is shown this once. Copy it now.")),
            Facts(
                id="secret", title=_("To copy"), columns=1, items=[(_("Secret"), cells.Tag(secret))],
                action=Action(title=_("Done"), href=href(key), primary=True),
            ),
        ],
    )  # fmt: skip


@page(permit=permits.HOUSE)
def replay(request: HttpRequest, webhook: int) -> Page | HttpResponseBase:
    """Try again what was given up."""
    if request.method == "POST":
        count = webhooks.replay(actor_of(request), webhooks.find(webhook))
        return done(request, href(webhook), _("%(n)s deliveries are tried again.") % {"n": count})
    row = _row(webhook)
    again = Action(
        title=_("Try all of them again"), href=request.path, post=True, icon="refresh", primary=True
    )
    text = _("%(n)s moves were given up.") % {"n": row.gave_up}
    return Page(
        title=row.name, kind="form", crumbs=_crumbs(row), panels=[Alert(id="ask", text=text, action=again)]
    )


@page(permit=permits.HOUSE)
def state(request: HttpRequest, webhook: int) -> Page | HttpResponseBase:
    """Stop telling a program, or go on where it stopped."""
    actor, found = actor_of(request), webhooks.find(webhook)

    def act() -> Told:
        webhooks.set_active(actor, found, not found.active)
        return Told(url=href(webhook), message=_("The program is set."))

    title = _("Take out of use") if found.active else _("Take into use")
    text = _("Nothing is told any more; taken into use again, it goes on where it stopped.")
    way = _crumbs(_row(webhook))
    return sure(request, Sure(title=title, text=text, button=title, act=act, back=href(webhook), crumbs=way))


@page(permit=permits.HOUSE)
def end(request: HttpRequest, webhook: int) -> Page | HttpResponseBase:
    """End a subscription for good."""
    actor, found = actor_of(request), webhooks.find(webhook)
    back = reverse("admin_webhooks")

    def act() -> Told:
        webhooks.end(actor, found)
        return Told(url=back, message=_("The subscription is ended."))

    text = _("What waits is forgotten and its secret is worth nothing any more.")
    way = _crumbs(_row(webhook))
    return sure(
        request,
        Sure(title=_("End it"), text=text, button=_("End it"), act=act, back=href(webhook), crumbs=way),
    )


# Over the API -----------------------------------------------------------------------------------------


class ProgramOut(Schema):
    """A program that is told; its secret was told once, when it was made."""

    id: int
    name: str
    url: str
    kinds: list[str]
    moves: list[str]
    division: int
    active: bool
    created: datetime
    waiting: int
    gave_up: int


class ProgramIn(Schema):
    """A program to be told; ``kinds`` and ``moves`` separated by commas, empty = all."""

    name: str
    url: str
    kinds: str = ""
    moves: str = ""
    division: str = ""


class ProgramMade(Schema):
    """The program's number and its secret; empty when the call was sent before."""

    id: int
    secret: str = ""


class DispatchOut(Schema):
    """A move that did not reach a program; ``gave_up`` null: it is tried again."""

    id: int
    matter: str
    seq: int
    move: str
    attempts: int
    error: str
    next_try: datetime
    gave_up: datetime | None


class StateIn(Schema):
    """Whether it is told."""

    active: bool


class Replayed(Schema):
    """How many moves are tried again."""

    count: int


@router.get("/admin/webhooks", response=list[ProgramOut], operation_id="webhooks_list")
@operation(permit=permits.HOUSE)
def programs_api(request: HttpRequest) -> Any:
    """List the programs that are told of moves."""
    return selectors.programs()


@router.post("/admin/webhooks", response={201: ProgramMade}, operation_id="webhooks_add")
@operation(permit=permits.HOUSE)
def add_api(request: HttpRequest, body: ProgramIn, key: Key = "") -> Any:
    """Add a program; the secret in the answer is told this once."""
    actor, values = actor_of(request), parsed(forms.PROGRAM, body)

    def act() -> dict[str, Any]:
        made, secret = subscribe(actor, values)
        return {"id": made, "secret": secret}

    return Status(201, carried(request, key, values, act, kept=("id",)))


@router.get(
    "/admin/webhooks/{webhook}/undelivered", response=list[DispatchOut], operation_id="webhooks_undelivered"
)
@operation(permit=permits.HOUSE)
def undelivered_api(request: HttpRequest, webhook: int, before: Before = 0, limit: Limit = 50) -> Any:
    """List what did not reach a program, newest first."""
    return selectors.undelivered(webhooks.find(webhook).id, before=before, limit=limit)


@router.post("/admin/webhooks/{webhook}/replay", response=Replayed, operation_id="webhooks_replay")
@operation(permit=permits.HOUSE)
def replay_api(request: HttpRequest, webhook: int) -> Any:
    """Try again what was given up; asking twice changes nothing."""
    return {"count": webhooks.replay(actor_of(request), webhooks.find(webhook))}


@router.post("/admin/webhooks/{webhook}/state", response=Made, operation_id="webhooks_state")
@operation(permit=permits.HOUSE)
def state_api(request: HttpRequest, webhook: int, body: StateIn) -> Any:
    """Stop telling a program, or go on where it stopped."""
    row = webhooks.find(webhook)
    webhooks.set_active(actor_of(request), row, body.active)
    return {"id": row.id}


@router.delete("/admin/webhooks/{webhook}", response={204: None}, operation_id="webhooks_end")
@operation(permit=permits.HOUSE)
def end_api(request: HttpRequest, webhook: int) -> Any:
    """End a subscription for good."""
    webhooks.end(actor_of(request), webhooks.find(webhook))
    return Status(204, None)
