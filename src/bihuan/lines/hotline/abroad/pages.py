"""Systems of other places (Open311 GeoReport v2): which are asked, how they answer, and an order's number there."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.kernel.errors import NotFound
from bihuan.kernel.flow import selectors as flow
from bihuan.kernel.flow.rows import MatterRow
from bihuan.kernel.forms.fields import Field, Form
from bihuan.kernel.identity import rights
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.identity.selectors import scope_of
from bihuan.kernel.now import local
from bihuan.lines.hotline.abroad import actions, selectors
from bihuan.lines.hotline.abroad.selectors import EndpointRow, HandoverRow
from bihuan.lines.hotline.doors import told
from bihuan.lines.hotline.doors.actions import TOLD
from bihuan.lines.hotline.duties import selectors as duties
from bihuan.logic.mechanism import said
from bihuan.ui import cells
from bihuan.ui.cards import href
from bihuan.ui.doors import carry
from bihuan.ui.page import Crumb, Page, actor_of, done, may, page
from bihuan.ui.panels import Alert, Column, Empty, Facts, FormPanel, Panel, Table

SYSTEM = Form("hotline.endpoint", said("A system of another place"), (
    Field("name", said("Name"), required=True, max_length=80),
    Field("url", said("Address"), required=True, max_length=300,
          help=said("What stands before /requests.json; only https to a public address.")),
    Field("place", said("Orders go to the hotline of"), "division", required=True),
    Field("jurisdiction", said("Jurisdiction (jurisdiction_id)"), max_length=120),
    Field("api_key", said("Key (api_key)"), max_length=200,
          help=said("Stored encrypted and never shown. Empty: the one that stands is kept.")),
    Field("classes", said("Which service is which class"), "long", max_length=20_000,
          help=said("One a line: service_code = class of the catalogue. Others come in without a class.")),
    Field("only_out", said("Take nothing in from there, only hand over"), "bool"),
    Field("posts", said("Orders may be handed over there"), "bool"),
    Field("service", said("Service for all else (service_code)"), max_length=80,
          help=said("Under which service an order goes there whose class has none of its own.")),
    Field("names", said("The caller's name and phone go along"), "bool",
          help=said("Only of callers who may be known to those who handle it; never of others.")),
    Field("since", said("Asked from"), "date", required=True),
    Field("until", said("Asked until"), "date"),
))  # fmt: skip
_STATE = Form("hotline.endpoint_state", "", ())


@page(permit="hotline.abroad")
def systems(request: HttpRequest) -> Page | HttpResponseBase:
    """List the systems that are asked; enter one."""
    actor = actor_of(request)
    sent = carry(request, SYSTEM, lambda values: actions.put(actor, values), start={})
    if sent.done:
        return done(request, reverse("hotline_abroad"), _("Entered. It is asked within ten minutes."))
    side: list[Panel] = []
    if rights.has_right(actor, actions.RIGHT):
        side = [_form(actor, reverse("hotline_abroad"), sent.values, sent.errors)]
    return Page(
        title=_("Systems of other places"), kind="list", side=side, status=sent.status,
        lead=_("Open311 GeoReport v2: each request there becomes one order here; what changes there is noted and closes"
               " nothing. An order that belongs there is handed over once and followed until it is closed there."),
        panels=[_listed(selectors.endpoints(actor)), *_programs(request, actor)],
    )  # fmt: skip


def _programs(request: HttpRequest, actor: Actor) -> list[Panel]:
    """Show whoever connects an exchange where other programs of the place tell orders, too, and with which key."""
    if not may("hotline.telephony", actor) or not duties.duties(scope_of(actor.division)):
        return []
    address = request.build_absolute_uri(reverse("hotline_told", args=[actor.division]))
    items = [
        (_("Address for orders"), address), (_("Key"), told.key_of(actor.division).decode()),
        (_("Header"), "webhook-id, webhook-timestamp, webhook-signature: v1,base64(HMAC-SHA256(key, id.time.body))"),
        (_("Fields"), ", ".join(sorted(TOLD))),
    ]  # fmt: skip
    return [Facts(id="told", title=_("Programs of one's own that tell orders"), columns=1, items=items)]


def _listed(rows: list[EndpointRow]) -> Table:
    def address(one: EndpointRow) -> str:
        return reverse("hotline_abroad_one", args=[one.id])

    return Table(
        id="systems", caption=_("Systems of other places"), rows=rows, row_href=address,
        columns=[
            Column(_("Name"), "name", head=True, link=address),
            Column(_("State"), _state),
            Column(_("Answered last"), "succeeded_at"),
            Column(_("Orders opened"), "orders", number=True),
            Column(_("Takes orders"), lambda one: _("yes") if one.posts else _("no")),
            Column(_("Could not be opened"), "stuck", number=True),
            Column(_("What went wrong"), lambda one: cells.Quiet(one.error)),
        ],
        empty=Empty(
            text=_("No system yet. An administrator enters its address and from when it is asked."), icon="link"
        ),
    )  # fmt: skip


def _state(one: EndpointRow) -> Any:
    if not one.active:
        return cells.Tag(_("not in use"), "quiet")
    if one.fails:
        return cells.Tag(_("does not answer"), "bad")
    return cells.Tag(_("in use"), "good")


@page(permit="hotline.abroad")
def system(request: HttpRequest, foreign_system: int) -> Page | HttpResponseBase:
    """Show how a system answers; change it, stop it, let it go on."""
    actor = actor_of(request)
    row = next(iter(selectors.endpoints(actor, foreign_system)), None) if foreign_system else None
    if row is None:
        raise NotFound(_("There is no such system, or you may not see it."), where=str(foreign_system))
    back = reverse("hotline_abroad_one", args=[row.id])
    if request.method == "POST" and request.POST.get("active"):
        actions.set_active(actor, row.id, request.POST["active"] == "yes")
        return done(request, back, _("Changed."))
    sent = carry(request, SYSTEM, lambda values: actions.put(actor, values, row.id), start=_values(row))
    if sent.done:
        return done(request, back, _("Changed."))
    side: list[Panel] = []
    if rights.has_right(actor, actions.RIGHT):
        side = [_form(actor, back, sent.values, sent.errors), _switch(row, back)]
    crumbs = [Crumb(_("Systems of other places"), reverse("hotline_abroad"))]
    return Page(
        title=row.name, kind="detail", crumbs=crumbs, panels=_shown(row), side=side, status=sent.status
    )


def _shown(row: EndpointRow) -> list[Panel]:
    names = {one.id: one.name for one in duties.by_ids(row.classes.values()).values()}
    facts = Facts(id="system", title=_("How it answers"), items=[
        (_("State"), _state(row)), (_("Answered last"), row.succeeded_at), (_("Taken in until"), row.mark),
        (_("Address"), row.url), (_("Jurisdiction (jurisdiction_id)"), row.jurisdiction),
        (_("Key (api_key)"), _("kept encrypted") if row.keyed else _("no key kept")),
        (_("Asked from"), row.since), (_("Asked until"), row.until),
        (_("Orders opened"), row.orders), (_("Could not be opened"), row.stuck),
        (_("Entries without a number"), row.faulty),
        (_("Takes orders"), _("yes") if row.posts else _("no")),
        (_("Service for all else (service_code)"), row.service),
        (_("The caller's name and phone go along"), _("yes") if row.posts and row.names else _("no")),
        (_("Which service is which class"), "；".join(f"{code} = {names.get(duty, duty)}" for code, duty in
                                                     row.classes.items())),
    ])  # fmt: skip
    handed = _handed(selectors.handovers(row.id))
    if not row.error:
        return [facts, *handed]
    text = _(
        "It did not answer as it should, %(n)d times in a row: %(why)s. Nothing is lost: it is asked again."
    )
    tries = [_("Next try: %(at)s") % {"at": f"{local(row.next_try):%Y-%m-%d %H:%M}"}] if row.next_try else []
    fault = Alert(id="fault", tone="bad", text=text % {"n": row.fails, "why": row.error}, details=tries)
    return [fault, facts, *handed]


def _handed(rows: list[HandoverRow]) -> list[Panel]:
    if not rows:
        return []
    orders = flow.by_ids([one.matter for one in rows])
    return [Table(
        id="handed", title=_("Handed over to it"), rows=rows, row_key=lambda one: one.id,
        columns=[
            Column(_("Hotline order"), lambda one: orders[one.matter].code, head=True,
                   link=lambda one: href(orders[one.matter])),
            Column(_("Handed over at"), "created_at"), Column(_("Number there"), "number"),
            Column(_("State"), _told),
        ],
    )]  # fmt: skip


def _told(one: HandoverRow) -> Any:
    why = _why(one)
    return cells.Stack((_how(one), cells.Quiet(why))) if why else _how(one)


def _how(one: HandoverRow) -> Any:
    """Return how far a handover came."""
    if one.state == "there":
        return cells.Tag(_("closed there") if one.status == "closed" else _("open there"), "info")
    words: dict[str, tuple[str, cells.Tone]] = {
        "waiting": (_("to be sent"), "warn"), "unsure": (_("sent, no answer yet"), "warn"),
        "token": (_("taken there, number to come"), "info"), "declined": (_("declined there"), "bad"),
        "over": (_("closed there, caller told"), "good"), "taken_back": (_("taken back"), "quiet"),
    }  # fmt: skip
    return cells.Tag(*words[one.state])


def _why(one: HandoverRow) -> str:
    """Return what went wrong last and when it is tried again."""
    if one.state not in {"waiting", "unsure", "token"}:
        return one.error
    if not one.fails:
        return ""
    again = _("Next try: %(at)s") % {"at": f"{local(one.next_try):%Y-%m-%d %H:%M}"}
    return "；".join(filter(None, (one.error, again)))


def _values(row: EndpointRow) -> dict[str, Any]:
    names = {one.id: one.name for one in duties.by_ids(row.classes.values()).values()}
    lines = [f"{code} = {names[duty]}" for code, duty in row.classes.items() if duty in names]
    return {
        "name": row.name, "url": row.url, "place": str(row.place), "jurisdiction": row.jurisdiction,
        "classes": "\n".join(lines), "since": row.since.isoformat(),
        "until": row.until.isoformat() if row.until else "", "service": row.service,
        **{name: "yes" if getattr(row, name) else "" for name in ("posts", "names", "only_out")},
    }  # fmt: skip


def _form(actor: Actor, url: str, values: Mapping[str, Any], errors: Mapping[str, str]) -> FormPanel:
    places = [(str(key), name) for key, name in selectors.districts(actor)]
    return FormPanel(
        id="entry", form=SYSTEM, url=url, values=values, errors=errors, in_place=False, options=lambda _item: places,
    )  # fmt: skip


def _switch(row: EndpointRow, url: str) -> FormPanel:
    words = _("Take out of use") if row.active else _("Take into use")
    return FormPanel(
        id="switch", title=words, form=_STATE, url=url, submit=words, in_place=False,
        hidden={"active": "no" if row.active else "yes"},
    )  # fmt: skip


def on_order(row: MatterRow) -> list[Panel]:
    """Return the numbers an order has in other systems and how it stands there."""
    states = {"closed": _("closed there"), "open": _("open there")}
    items: list[tuple[str, Any]] = [
        (one.endpoint, f"{one.number} · {states.get(one.status, one.status)}")
        for one in selectors.of_order(row.id)
    ]
    items += [
        (one.endpoint, cells.Stack((*([one.number] if one.number else []), _told(one))))
        for one in selectors.handed(row.id)
    ]
    return [Facts(id="abroad", title=_("Number in other systems"), columns=1, items=items)] if items else []
