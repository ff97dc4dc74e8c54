"""Plates (挂牌履责): the list, hanging one, the printed card with its QR code, and what the public sees."""

from collections.abc import Mapping
from typing import Any

import segno
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.kernel.flow.rows import Receipt
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.identity.selectors.divisions import scope_of
from bihuan.kernel.identity.selectors.posts import find_posts
from bihuan.lines.supervision.forms import PLATE
from bihuan.lines.supervision.plates import actions, selectors
from bihuan.lines.supervision.plates.selectors import Duty
from bihuan.ui import cards as ui_cards
from bihuan.ui import cells
from bihuan.ui.doors import carry, key_of, options_for
from bihuan.ui.page import Crumb, Page, actor_of, done, page
from bihuan.ui.panels import Action, Column, Empty, Facts, FormPanel, Pager, Picture, Tab, Table, Tabs


def _crumbs() -> list[Crumb]:
    return [Crumb(_("Responsibility plates"), reverse("supervision_plates"))]


def _who(post: str, name: str) -> Any:
    return cells.Stack([post, cells.Quiet(name)]) if name else post


def _card(duty: Duty) -> str:
    return reverse("supervision_plate", args=[duty.matter.code])


@page(permit="supervision.plates")
def plates(request: HttpRequest) -> Page:
    """List the plates that hang, or those taken down."""
    actor = actor_of(request)
    down = request.GET.get("state") == "down"
    given = request.GET.get("before", "")
    rows, more = selectors.listed(
        actor, open_=not down, before=int(given) if given.isdecimal() and len(given) < 19 else 0
    )
    columns = [
        Column(_("Duty"), lambda d: d.matter.title, head=True, link=_card),
        Column(_("Project"), "project"),
        Column(_("Leader in charge"), lambda d: _who(d.leader_post, d.leader)),
        Column(_("Unit"), "unit"),
        Column(_("Service officer"), lambda d: _who(d.officer_post, d.officer)),
        Column(_("Due date"), lambda d: d.matter.due),
        Column(_("Light"), lambda d: cells.Lamp(ui_cards.light(d.matter), ui_cards.left(d.matter))),
    ]
    table = Table(
        id="plates", caption=_("Responsibility plates"), columns=columns, rows=rows, row_key=lambda d: d.matter.id,
        row_href=_card, pager=Pager(next=f"?state={'down' if down else 'hung'}&before={more}" if more else ""),
        empty=Empty(text=_("A plate says in public who answers for what and by when."), icon="flag"),
    )  # fmt: skip
    tabs = [Tab(_("Hung"), "?state=hung", not down), Tab(_("Taken down"), "?state=down", down)]
    hang = Action(title=_("Hang a plate"), href=reverse("supervision_plate_new"), icon="plus", primary=True)
    return Page(
        title=_("Responsibility plates"),
        kind="list",
        panels=[Tabs(id="states", tabs=tabs, body=[table])],
        actions=[hang],
    )


def _options(actor: Actor) -> Any:
    """Posts on a plate are leaders and officers of the place, not of one's own unit alone."""
    plain = options_for(actor)
    scope = scope_of(actor.division)

    def options(item: Any) -> list[tuple[str, str]]:
        if item.name in {"leader", "officer"}:
            roles = ("leader", "principal") if item.name == "leader" else ("officer",)
            return [
                (str(p.id), f"{p.unit_name} · {p.user_name}")
                for role in roles
                for p in find_posts(role, scope)
            ]
        return plain(item)

    return options


@page(permit="supervision.plates")
def new(request: HttpRequest) -> Page | HttpResponseBase:
    """Hang a plate; ``project`` in the address says what it is about."""
    actor = actor_of(request)
    given = request.POST.get("project", request.GET.get("project", ""))
    project = int(given) if given.isdecimal() and len(given) < 19 else 0
    key = key_of(request)

    def put_up(told: Mapping[str, Any]) -> Receipt:
        return actions.put_up(actor, told, project=project, key=key)

    tried = carry(request, PLATE, put_up, start=selectors.answering(actor, project), parse=False)
    if tried.done:
        back = reverse("supervision_plate", args=[tried.answer.code])
        return done(request, back, _("The plate hangs."))
    panel = FormPanel(
        id="plate", form=PLATE, url=request.path, values=tried.values, errors=tried.errors,
        hidden={"key": key, "project": project or ""}, options=_options(actor), cancel=reverse("supervision_plates"),
        in_place=False, submit=_("Hang it"),
    )  # fmt: skip
    return Page(title=_("Hang a plate"), crumbs=_crumbs(), kind="form", panels=[panel], status=tried.status)


def _facts(duty: Duty, *, public: bool) -> Facts:
    state = _("Done and taken down") if duty.down_at else _("In force")
    items: list[tuple[str, Any]] = [
        (_("Project"), duty.project), (_("Duty"), duty.matter.title),
        (_("Leader in charge"), _who(duty.leader_post, duty.leader)), (_("Unit"), duty.unit),
        (_("Service officer"), _who(duty.officer_post, duty.officer)),
        (_("Due date"), duty.matter.due or duty.matter.value("due")), (_("State"), state),
    ]  # fmt: skip
    if duty.down_at:
        items.append((_("Taken down"), duty.down_at))
    elif not public:
        items.append((_("Light"), cells.Lamp(ui_cards.light(duty.matter), ui_cards.left(duty.matter))))
    return Facts(
        id="duty",
        title=_("Who answers for what"),
        items=[i for i in items if i[1] not in ("", None)],
        columns=1,
    )


@page(permit="supervision.plates")
def plate(request: HttpRequest, code: str) -> Page:
    """Show one plate; ``as=print`` for the card that hangs on the wall."""
    duty = selectors.duty(actor_of(request), code)
    printed = request.GET.get("as") == "print"
    address = request.build_absolute_uri(reverse("supervision_plate_public", args=[duty.token]))
    svg = segno.make_qr(address, error="M").svg_inline(scale=4, border=4, title=_("What the public sees"))
    look = Picture(id="qr", title=_("Scan to check"), svg=svg, note=address)
    if printed:
        return Page(
            title=_("Responsibility plate"),
            kind="print",
            code=duty.matter.code,
            panels=[_facts(duty, public=True), look],
        )
    doors = [
        Action(title=_("Print"), href="?as=print", icon="print"),
        Action(title=_("Moves and history"), href=ui_cards.href(duty.matter), icon="flow", primary=True),
    ]
    return Page(
        title=duty.matter.title, code=duty.matter.code, crumbs=_crumbs(), light=ui_cards.light(duty.matter),
        panels=[_facts(duty, public=False)], side=[look], actions=doors,
    )  # fmt: skip


@page(permit="anyone")
def public(request: HttpRequest, plaque: str) -> Page:
    """Show anybody who scanned it: duty, posts, due day and state; names only where that was allowed."""
    duty = selectors.public(plaque)
    return Page(
        title=_("Responsibility plate"),
        kind="print",
        code=duty.matter.code,
        panels=[_facts(duty, public=True)],
    )
