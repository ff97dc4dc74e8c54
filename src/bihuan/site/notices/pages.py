"""Doors notices go out by, what did not arrive, and quiet hours."""

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.kernel.errors import NotFound
from bihuan.kernel.identity.rights import has_right
from bihuan.kernel.notices import deliveries, keeping
from bihuan.kernel.notices.models import PERSON_SHAPES, Account
from bihuan.site.admin import permits
from bihuan.site.admin.doors import Ask, Sure, Told, ask, sure
from bihuan.site.admin.places import read_unit, read_user, write_unit
from bihuan.site.admin.words import titled
from bihuan.site.notices import forms, selectors
from bihuan.site.notices.reading import read_door, read_time
from bihuan.site.notices.selectors import DeliveryRow, DoorRow
from bihuan.site.notices.words import SHAPES
from bihuan.ui import cells
from bihuan.ui.page import Crumb, Page, actor_of, done, page
from bihuan.ui.panels import Action, Column, Empty, Facts, Table

Values = dict[str, Any]


def href(door: int) -> str:
    """Return the address of a door."""
    return reverse("admin_door", args=[door])


def crumbs(row: DoorRow | None = None) -> list[Crumb]:
    """Return the way to a door."""
    way = [Crumb(_("Doors and deliveries"), reverse("admin_doors"))]
    return [*way, Crumb(row.name, href(row.id))] if row else way


@page(permit=permits.HOUSE)
def doors(request: HttpRequest) -> Page:
    """List the doors, then what did not arrive."""
    table = Table(
        id="doors",
        title=_("Doors"),
        rows=selectors.doors(),
        row_href=lambda row: href(row.id),
        empty=Empty(text=_("No door yet: notices stay in the house and go out by mail only."), icon="send"),
        columns=[
            Column(_("Name"), "name", head=True, link=lambda row: href(row.id)),
            Column(_("Kind of door"), lambda row: titled(SHAPES, row.shape)),
            Column(_("For"), _whose),
            Column(_("Waiting"), "waiting", number=True),
            Column(_("Given up"), "gave_up", number=True),
            Column(_("State"), _state),
        ],
    )
    return Page(
        title=_("Doors and deliveries"),
        lead=_("What people are told stands in the house; through doors they learn that it does."),
        kind="list",
        panels=[table, _failed(gave_up=True), _failed(gave_up=False)],
        actions=[
            Action(title=_("Add a door"), href=reverse("admin_door_add"), icon="plus"),
            Action(title=_("Quiet hours"), href=reverse("quiet_hours"), icon="moon"),
        ],
    )


def _whose(row: DoorRow) -> str:
    if row.shape in PERSON_SHAPES:
        return _("%(n)s people") % {"n": row.people}
    return row.unit_name or f"#{row.unit}"


def _state(row: DoorRow) -> Any:
    return cells.Tag(_("in use"), "good") if row.active else cells.Tag(_("not in use"), "quiet")


def _failed(*, gave_up: bool) -> Table:
    rows = selectors.deliveries(gave_up=gave_up)
    again = Action(
        title=_("Try all of them again"), href=reverse("admin_deliveries_again"), post=True, icon="refresh"
    )
    return Table(
        id="given-up" if gave_up else "tried",
        title=_("Given up") if gave_up else _("Tried again by itself"),
        rows=rows,
        columns=[
            Column(_("Notice"), "text", head=True),
            Column(_("Recipient"), lambda row: row.who or None),
            Column(_("Door"), _way),
            Column(_("Tries"), "attempts", number=True),
            Column(_("What was said"), lambda row: cells.Quiet(row.error)),
            Column(_("Given up") if gave_up else _("Next try"), lambda row: row.gave_up or row.next_try),
        ],
        empty=Empty(text=_("Nothing was given up.") if gave_up else _("Nothing waits for another try.")),
        actions=[again] if gave_up and rows else [],
    )


def _way(row: DeliveryRow) -> str:
    return row.door or {"mail": _("mail"), "phone": _("SMS with a link")}.get(row.channel, "—")


@page(permit=permits.HOUSE)
def again(request: HttpRequest) -> HttpResponseBase | Page:
    """Let everything that was given up be tried again."""
    if request.method == "POST":
        rows = selectors.deliveries(gave_up=True, limit=1000)
        count = deliveries.try_again([row.id for row in rows])
        text = _("%(n)s deliveries are tried again.") % {"n": count}
        return done(request, reverse("admin_doors"), text)
    button = Action(title=_("Try all of them again"), href=request.path, post=True, icon="refresh")
    return Page(
        title=_("Given up"), crumbs=crumbs(), kind="list", panels=[_failed(gave_up=True)], actions=[button]
    )


@page(permit=permits.HOUSE)
def door(request: HttpRequest, hook: int) -> Page:
    """Show a door and the people it knows."""
    row = _row(hook)
    facts = Facts(
        id="door",
        title=_("Door"),
        items=[
            (_("Kind of door"), titled(SHAPES, row.shape)),
            (_("Address"), row.url or cells.Quiet(_("the public platform's"))),
            (_("For"), _whose(row)),
            (_("Phones"), "、".join(row.phones) or None),
            (_("Identity"), row.ident or None),
            (_("Agent number"), row.agent or None),
            (_("For urgent notices only"), row.urgent_only),
            (_("State"), _state(row)),
        ],
    )
    panels: list[Any] = [facts]
    if row.shape in PERSON_SHAPES:
        panels.append(_accounts(row))
    arguments = [row.id]
    stop = _("Take out of use") if row.active else _("Take into use")
    return Page(
        title=row.name,
        crumbs=crumbs(),
        panels=panels,
        actions=[
            Action(title=_("Change"), href=reverse("admin_door_amend", args=arguments), icon="edit"),
            Action(
                title=_("Send a trial message"), href=reverse("admin_door_trial", args=arguments), icon="send"
            ),
            Action(title=stop, href=reverse("admin_door_state", args=arguments)),
        ],
    )


def _row(hook: int) -> DoorRow:
    found = selectors.doors(keeping.find_hook(hook).id)
    return found[0]


def _accounts(row: DoorRow) -> Table:
    add = Action(title=_("Add a person"), href=reverse("admin_account_add", args=[row.id]), icon="plus")
    return Table(
        id="accounts",
        title=_("People it knows"),
        rows=selectors.accounts(row.id),
        columns=[
            Column(_("Person"), "name", head=True),
            Column(_("Login name"), "login"),
            Column(_("Account there"), "account"),
            Column(
                _("Action"), lambda one: cells.To(_("Remove"), reverse("admin_account_drop", args=[one.id]))
            ),
        ],
        empty=Empty(text=_("It knows nobody yet: add people by their account there.")),
        actions=[add],
    )


@page(permit=permits.HOUSE)
def put(request: HttpRequest, hook: int = 0) -> Page | HttpResponseBase:
    """Add a door, or change one."""
    actor, old = actor_of(request), keeping.find_hook(hook) if hook else None
    row = _row(hook) if hook else None

    def act(values: Values) -> Told:
        made = keeping.put_hook(actor, read_door(values), old)
        return Told(url=href(made), message=_("The door is set."))

    start: Values = {"urgent_only": ""}
    if row:
        names = ("name", "shape", "url", "ident", "agent")
        start = {name: getattr(row, name) for name in names}
        start |= {"unit": write_unit(row.unit), "phones": ", ".join(row.phones)}
        start["urgent_only"] = "1" if row.urgent_only else ""
    back = href(hook) if hook else reverse("admin_doors")
    return ask(
        request,
        Ask(form=forms.DOOR, act=act, back=back, crumbs=crumbs(row), start=start, submit=_("Set it")),
    )


@page(permit=permits.HOUSE)
def state(request: HttpRequest, hook: int) -> Page | HttpResponseBase:
    """Take a door out of use, or into it again."""
    actor, found = actor_of(request), keeping.find_hook(hook)

    def act() -> Told:
        keeping.set_active(actor, found, not found.active)
        return Told(url=href(hook), message=_("The door is set."))

    title = _("Take out of use") if found.active else _("Take into use")
    text = _("Nothing goes out here any more; what waits is given up.")
    if not found.active:
        text = _("From now on notices go out here again.")
    return sure(
        request,
        Sure(title=title, text=text, button=title, act=act, back=href(hook), crumbs=crumbs(_row(hook))),
    )


@page(permit=permits.HOUSE)
def trial(request: HttpRequest, hook: int) -> Page | HttpResponseBase:
    """Send one line through a door and say what came of it."""
    actor, found = actor_of(request), keeping.find_hook(hook)

    def act(values: Values) -> Told:
        keeping.try_door(actor, found, values.get("account", ""))
        return Told(url=href(hook), message=_("The other side took it."))

    return ask(
        request,
        Ask(form=forms.TRIAL, act=act, back=href(hook), crumbs=crumbs(_row(hook)), submit=_("Send it")),
    )


@page(permit=permits.HOUSE)
def account_add(request: HttpRequest, hook: int) -> Page | HttpResponseBase:
    """Write down what a door knows a person by."""
    actor, found = actor_of(request), keeping.find_hook(hook)

    def act(values: Values) -> Told:
        keeping.put_account(actor, found, read_user(values["user"]), values["account"].strip())
        return Told(url=href(hook), message=_("The account is written down."))

    return ask(
        request,
        Ask(
            form=forms.ACCOUNT, act=act, back=href(hook), crumbs=crumbs(_row(hook)), submit=_("Write it down")
        ),
    )


@page(permit=permits.HOUSE)
def account_drop(request: HttpRequest, account: int) -> Page | HttpResponseBase:
    """Forget what a door knows a person by."""
    actor, found = actor_of(request), find_account(account)
    back = href(found.hook_id)

    def act() -> Told:
        keeping.drop_account(actor, found)
        return Told(url=back, message=_("The account is forgotten."))

    text = _("This person is no longer told here; what waits for it is given up.")
    return sure(
        request,
        Sure(
            title=_("Remove"),
            text=text,
            button=_("Remove"),
            act=act,
            back=back,
            crumbs=crumbs(_row(found.hook_id)),
        ),
    )


def find_account(account: int) -> Account:
    """Return what a door knows a person by; NotFound when there is none."""
    found = Account.objects.filter(id=account).first()
    if found is None:
        raise NotFound(_("There is no such account."), where="account")
    return found


# Quiet hours ------------------------------------------------------------------------------------------


@page(permit="signed_in")
def quiet(request: HttpRequest) -> Page:
    """Show one's own quiet hours, and those of units to whoever keeps them."""
    actor = actor_of(request)
    keeps = has_right(actor, permits.HOUSE)
    table = Table(
        id="quiet",
        caption=_("Quiet hours"),
        rows=selectors.quiet(actor.user, units=keeps),
        columns=[
            Column(_("For"), lambda row: row.unit_name or _("myself"), head=True),
            Column(_("From"), lambda row: row.start.strftime("%H:%M")),
            Column(_("Until"), lambda row: row.until.strftime("%H:%M")),
            Column(_("Action"), lambda row: cells.To(_("Take back"), reverse("quiet_drop", args=[row.id]))),
        ],
        empty=Empty(
            text=_("None set: you are told during working time, urgent things at any hour."), icon="moon"
        ),
    )
    return Page(
        title=_("Quiet hours"),
        lead=_(
            "In these hours nothing but urgent things is sent to you; in the house everything is there at once."
        ),
        kind="list",
        panels=[table],
        actions=[Action(title=_("Set quiet hours"), href=reverse("quiet_add"), icon="plus")],
    )


@page(permit="signed_in")
def quiet_add(request: HttpRequest) -> Page | HttpResponseBase:
    """Set quiet hours."""
    actor, back = actor_of(request), reverse("quiet_hours")

    def act(values: Values) -> Told:
        unit = read_unit(values.get("unit", ""), "unit")
        start, until = read_time(values["start"], "start"), read_time(values["until"], "until")
        keeping.put_quiet(actor, start, until, unit=unit)
        return Told(url=back, message=_("The quiet hours are set."))

    way = [Crumb(_("Quiet hours"), back)]
    return ask(request, Ask(form=forms.QUIET, act=act, back=back, crumbs=way, submit=_("Set it")))


@page(permit="signed_in")
def quiet_drop(request: HttpRequest, quiet: int) -> Page | HttpResponseBase:
    """Take quiet hours back."""
    actor, back = actor_of(request), reverse("quiet_hours")
    found = keeping.find_quiet(actor, quiet)

    def act() -> Told:
        keeping.drop_quiet(actor, found)
        return Told(url=back, message=_("The quiet hours are taken back."))

    text = _("From now on you are told in these hours, too.")
    way = [Crumb(_("Quiet hours"), back)]
    return sure(
        request, Sure(title=_("Take back"), text=text, button=_("Take back"), act=act, back=back, crumbs=way)
    )
