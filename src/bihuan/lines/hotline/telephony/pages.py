"""The door of the exchange, the calls that wait on the console, the recording on the order, the two shares."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from bihuan.kernel.flow import selectors as flow
from bihuan.kernel.flow.rows import MatterRow
from bihuan.kernel.forms.fields import Form
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.identity.selectors import scope_of
from bihuan.kernel.now import local, today
from bihuan.lines.hotline.callers import selectors as callers
from bihuan.lines.hotline.contracts import OPEN
from bihuan.lines.hotline.doors.signed import signed
from bihuan.lines.hotline.pages import words
from bihuan.lines.hotline.telephony import actions, selectors
from bihuan.lines.hotline.telephony.selectors import CallRow
from bihuan.ui import cells
from bihuan.ui.cards import href
from bihuan.ui.page import Crumb, Page, actor_of, may, page
from bihuan.ui.panels import (
    Action,
    Alert,
    Column,
    Empty,
    Facts,
    Figure,
    Figures,
    Filter,
    FilterBar,
    FormPanel,
    Group,
    Links,
    Pager,
    Panel,
    Table,
)

_TAKE = Form("hotline.pick_up", "", ())


@signed(actions.LONGEST)
def events(request: HttpRequest, public_place: int) -> dict[str, Any]:
    """Take one event of a place's exchange."""
    actions.proven(public_place, request.body, request.headers.get("X-Bihuan-Signature", ""))
    return {"again": actions.note(public_place, actions.read(request.body))}


@page(permit="hotline.take")
def calls(request: HttpRequest) -> Page:
    """Show the calls that wait at one's own extension; the console asks again every few seconds."""
    return Page(title=_("Take a call"), panels=[waiting(actor_of(request))])


def waiting(actor: Actor) -> Group:
    """Return the calls that wait at the actor's extension, each with its history and one button."""
    rows = selectors.waiting(actor)
    numbers = selectors.masked(rows)
    found: list[Panel] = []
    for row in rows:
        found += _waits(actor, row, numbers.get(row.person, "") or _("number withheld"))
    return Group(id="calls", body=found, again=reverse("hotline_calls"))


def _waits(actor: Actor, row: CallRow, number: str) -> list[Panel]:
    says = _("In conversation at %(extension)s") if row.answered_at else _("Ringing at %(extension)s")
    form = FormPanel(
        id=f"call-{row.id}", title=number, intro=says % {"extension": row.extension}, form=_TAKE,
        url=reverse("hotline_call", args=[row.id]), submit=_("Take this call"), in_place=False,
    )  # fmt: skip
    before = [(one.title, href(one), one.code) for one in selectors.asked_before(actor, row)]
    title = _("This caller before")
    return [form, *([Links(id=f"call-{row.id}-before", title=title, items=before)] if before else [])]


@page(permit="hotline.desk")
def listed(request: HttpRequest) -> Page:
    """List the calls of the desk, the latest first, all or as a share counts them."""
    actor, told = actor_of(request), _titles()
    how = request.GET.get("how", "") if request.GET.get("how", "") in told else ""
    whole = request.GET.get("period") == "all"
    scope = scope_of(actor.division)
    seconds = selectors.aim(scope, "seconds").value
    since = None if whole else today().replace(month=1, day=1)
    rows, more = selectors.listed(
        scope, how, seconds=seconds, since=since, before=words.number(request.GET.get("before", ""))
    )
    asked = {"how": how, "period": "all" if whole else ""}
    bar = FilterBar(id="filters", url=reverse("hotline_call_list"), filters=[
        Filter("how", _("How they went"), [("", _("all calls")), *told.items()], how),
        Filter("period", _("Period"), [("", _("this year")), ("all", _("all time"))], asked["period"]),
    ])  # fmt: skip
    empty = Empty(
        text=_("No call has come. Once an exchange is connected, its calls stand here."), icon="phone"
    )
    table = Table(
        id="call-list", caption=_("Calls"), rows=rows, columns=_columns(actor, rows, seconds), empty=empty,
        row_key=lambda one: one.id, pager=Pager(next=f"?{urlencode(asked)}&before={more}" if more else ""),
    )  # fmt: skip
    lead = _(
        "As the exchange tells them. Numbers by their ends only; who hid from an order stays hidden here."
    )
    crumbs = [Crumb(_("Take a call"), reverse("hotline_console"))] if may("hotline.take", actor) else []
    return Page(title=_("Calls"), kind="list", lead=lead, crumbs=crumbs, panels=[bar, table])


def _titles() -> dict[str, str]:
    return {
        "in_time": _("answered in time"), "late": _("answered late"), "answered": _("all answered"),
        "lost": _("not connected"),
    }  # fmt: skip


def _columns(actor: Actor, rows: Sequence[CallRow], seconds: int) -> list[Column]:
    orders = flow.by_ids([row.matter for row in rows if row.matter])
    open_to = {key: one for key, one in orders.items() if callers.opens(actor, one)}
    numbers, hidden = selectors.masked(rows), callers.secrecies(list(orders))

    def number(row: CallRow) -> str:
        # A number beside an order says who asked it: only where the order itself would say so.
        if not may("hotline.take", actor) or hidden.get(row.matter, OPEN) != OPEN:
            return _("not shown")
        return numbers.get(row.person, "") or _("number withheld")

    def recording(row: CallRow) -> Any:
        if not row.recording or not may("hotline.take", actor):
            return ""
        return cells.To(_("Listen"), row.recording)

    return [
        Column(_("Came at"), lambda row: f"{local(row.seen_at):%Y-%m-%d %H:%M}", head=True),
        Column(_("Caller"), number),
        Column(_("How it went"), lambda row: _went(row, seconds)),
        Column(_("Extension"), "extension"),
        Column(_("Spoke for"), lambda row: _span(row.talked)),
        Column(_("Hotline order"), lambda row: cells.To(open_to[row.matter].code, href(open_to[row.matter]))
               if row.matter in open_to else ""),
        Column(_("Recording"), recording),
    ]  # fmt: skip


def _span(span: timedelta | None) -> str:
    whole = int(span.total_seconds()) if span is not None else 0
    return f"{whole // 60}:{whole % 60:02d}" if span is not None else ""


def _went(row: CallRow, seconds: int) -> Any:
    if row.answered_at is not None:
        waited = row.waited
        if waited is None:
            return cells.Tag(_("answered"), "quiet")
        text = _("answered after %(n)d seconds") % {"n": waited.total_seconds()}
        tag = cells.Tag(text, "good" if waited <= timedelta(seconds=seconds) else "warn")
        return cells.Stack((tag, cells.Quiet(_("passed on")))) if row.transferred_at else tag
    if row.busy_at is not None:
        return cells.Tag(_("line busy"), "bad")
    if row.abandoned_at is not None or row.hung_up_at is not None:
        return cells.Tag(_("hung up before the answer"), "bad")
    return cells.Tag(_("ringing"), "info") if row.ringing_at else cells.Tag(_("not told"), "quiet")


def on_order(actor: Actor, row: MatterRow) -> list[Panel]:
    """Return the calls an order came from, for those who may know its caller: moments and recording."""
    found = selectors.of_order(row.id)
    asked = callers.caller(row.id) if found else None
    if asked is None or not callers.may_know(actor, row, asked):
        return []
    return [Facts(id=f"call-{one.id}", title=_("The call"), items=_told(one)) for one in found]


def _told(one: CallRow) -> list[tuple[str, Any]]:
    items: list[tuple[str, Any]] = [
        (_("Extension"), one.extension),
        *((title, f"{local(at):%Y-%m-%d %H:%M:%S}") for title, at in (
            (_("Rang at"), one.ringing_at), (_("Answered at"), one.answered_at), (_("Ended at"), one.hung_up_at),
        ) if at),
    ]  # fmt: skip
    if one.recording:
        items += [
            (_("Recording"), cells.To(_("Listen"), one.recording)),
            ("SHA-256", cells.Quiet(one.sha256)),
        ]
    return [item for item in items if item[1]]


def shares(actor: Actor, since: date | None) -> list[Panel]:
    """Return the two shares of the desk with their definitions; nothing where no exchange is connected."""
    scope = scope_of(actor.division)
    seconds, connected = selectors.aim(scope, "seconds"), selectors.aim(scope, "connected")
    counted = selectors.shares(scope, seconds.value, since)
    if not counted.rang:
        return []
    in_time = Figure(
        title=_("Answered within %(n)d seconds") % {"n": seconds.value}, part=counted.in_time, whole=counted.timed,
        href=_link("in_time", since),
        definition=_left(
            _("hotline.answered_in_time: calls answered within %(n)d seconds of ringing, of all that were answered and"
              " whose ringing is known, by the exchange's own clock. %(source)s")
            % {"n": seconds.value, "source": seconds.source},
            ((_("Ringing never told"), counted.unrung), (_("Answer told as earlier than ringing"), counted.reversed)),
        ),
    )  # fmt: skip
    rate = Figure(
        title=_("Calls connected"), part=counted.answered, whole=counted.rang, href=_link("answered", since),
        compare=_("aim: %(n)d %%") % {"n": connected.value},
        definition=_left(
            _("hotline.connected: calls answered, of all that rang or found the line busy; who hung up before the"
              " answer counts as not connected. %(source)s") % {"source": connected.source},
            ((_("Neither ringing nor answer told"), counted.unknown),),
        ),
    )  # fmt: skip
    return [Figures(id="telephony", title=_("Telephone"), figures=[in_time, rate], headed=True)]


def _link(how: str, since: date | None) -> str:
    """Return where the calls of a share are listed, over the same time."""
    return f"{reverse('hotline_call_list')}?{urlencode({'how': how, 'period': '' if since else 'all'})}"


def _left(text: str, excluded: Sequence[tuple[str, int]]) -> str:
    said = "；".join(f"{title} {count}" for title, count in excluded if count)
    return f"{text}\n{_('Left out')}：{said}" if said else text


@page(permit="hotline.telephony")
def exchange(request: HttpRequest) -> Page:
    """Show whoever connects an exchange where it posts to, with which key, and which extensions are nobody's."""
    actor = actor_of(request)
    place = actor.division
    address = request.build_absolute_uri(reverse("hotline_telephony_events", args=[place]))
    facts = Facts(
        id="exchange", title=_("Connect an exchange"), columns=1,
        items=[
            (_("Address for events"), address), (_("Key"), selectors.key_of(place).decode()),
            (_("Header"), "X-Bihuan-Signature: sha256=HMAC-SHA256(key, body)"),
            (_("Events"), ", ".join(selectors.EVENTS)),
        ],
    )  # fmt: skip
    unknown = selectors.unknown_extensions(scope_of(place))
    told = [f"{name} × {count}" for name, count in unknown]
    alert = Alert(
        id="unknown",
        tone="warn",
        text=_("These extensions rang within a day and are nobody's."),
        details=told,
    )
    links = [
        Action(title=_("Extensions"), href=reverse("hotline_kept", args=["extensions"])),
        Action(title=_("Aims of the desk"), href=reverse("hotline_kept", args=["aims"])),
    ]
    return Page(
        title=_("Telephone exchange"), kind="list", crumbs=[Crumb(_("Take a call"), reverse("hotline_console"))],
        actions=links, panels=[*([alert] if told else []), facts],
    )  # fmt: skip
