"""Whistles (吹哨报到): those that sound, who answered and came when, and the form to blow one."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.kernel.figures import selectors as figures
from bihuan.kernel.flow import selectors as flow
from bihuan.kernel.flow.registry import declared
from bihuan.kernel.flow.rows import MatterRow
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.identity.selectors import names_of
from bihuan.kernel.now import local
from bihuan.lines.hotline.callers.selectors import opens
from bihuan.lines.hotline.contracts import CALLOUT, ORDER, WHISTLE
from bihuan.lines.hotline.figures import ANSWERED, ARRIVED
from bihuan.lines.hotline.pages import words
from bihuan.lines.hotline.whistling import actions, selectors
from bihuan.lines.hotline.whistling.asking import BLOW, EMERGENCY, PACES
from bihuan.ui import cells
from bihuan.ui.cards import cards, href, light
from bihuan.ui.doors import carry, key_of
from bihuan.ui.page import Crumb, Page, actor_of, done, may, page
from bihuan.ui.panels import (
    Action,
    Column,
    Empty,
    Facts,
    Figure,
    Figures,
    FormPanel,
    Matters,
    Pager,
    Panel,
    Table,
)


def panels(actor: Actor, row: MatterRow) -> list[Panel]:
    """Return what stands on the page of a whistle: who was called and came; of one call: where to come."""
    if row.kind == WHISTLE:
        return [_called(selectors.callouts([row.id]), actor)]
    if row.kind != CALLOUT:
        return []
    whistle = flow.by_ids([row.parent]).get(row.parent)
    words_ = actions.words(whistle) if whistle else {}
    items: list[tuple[str, Any]] = [
        (_("Where to come"), words_.get("address", "")), (_("What has to be done together"), words_.get("detail", "")),
        (_("How soon?"), pace(row)), (_("Answered at"), _moment(row, "answered")),
        (_("On the spot since"), _moment(row, "arrived")),
        (_("Whistle"), cells.To(whistle.code, href(whistle)) if whistle and opens(actor, whistle) else
         whistle.code if whistle else ""),
    ]  # fmt: skip
    found: list[Panel] = [
        Facts(id="callout", title=_("This call"), items=[item for item in items if item[1]])
    ]
    # A department called reads where, what and who else is called, whether or not it may open the whistle itself.
    return [*found, _called(selectors.callouts([row.parent]), actor)] if whistle else found


def pace(row: MatterRow) -> Any:
    """Return how soon departments have to be there, loud for an emergency."""
    title = _(dict(PACES)[row.value("pace")])
    return cells.Tag(title, "bad") if row.value("pace") == EMERGENCY else title


def _moment(row: MatterRow, name: str) -> Any:
    """Return when somebody answered or came, and whether that was late."""
    at = row.value(f"{name}_at")
    late = cells.Tag(_("late"), "bad") if row.value(name) == "no" else ""
    if not at:
        return late
    shown = f"{local(datetime.fromisoformat(at)):%m-%d %H:%M}"
    return cells.Row((shown, late)) if late else shown


def _called(rows: list[MatterRow], actor: Actor) -> Table:
    names = names_of(sorted({row.lead_unit for row in rows}))
    stages = {stage.name: stage.title for stage in declared(CALLOUT).stages}
    columns = [
        Column(_("Light"), lambda row: cells.Lamp(light(row))),
        Column(
            _("Department"),
            lambda row: (
                cells.To(names.get(row.lead_unit, ""), href(row))
                if opens(actor, row)
                else names.get(row.lead_unit, "")
            ),
            head=True,
        ),
        Column(_("Stage"), lambda row: _(stages[row.stage])),
        Column(_("Answered at"), lambda row: _moment(row, "answered")),
        Column(_("On the spot since"), lambda row: _moment(row, "arrived")),
    ]
    empty = Empty(text=_("The departments are being told; reload in a moment."), icon="bell")
    return Table(
        id="called", title=_("Departments called"), rows=rows, columns=columns, row_key=lambda row: row.id,
        row_href=href, empty=empty,
    )  # fmt: skip


@page(permit="hotline.whistles")
def whistles(request: HttpRequest) -> Page:
    """Show the whistles that sound and what one's department owes to them."""
    actor = actor_of(request)
    rows, more = selectors.whistles(actor, is_open=None, before=words.number(request.GET.get("before", "")))
    mine, _more = selectors.owed(actor)
    panels: list[Panel] = [*_figures(actor)]
    waits = [row for row in mine if row.holder_unit == actor.unit]
    if waits:
        panels.append(Matters(id="owed", title=_("Your department is called"), cards=cards(waits)))
    panels.append(_table(rows, more))
    found = []
    if may("hotline.whistle", actor):
        url = reverse("hotline_whistle")
        found.append(Action(title=_("Blow the whistle"), href=url, icon="bell", primary=True, key="n"))
    return Page(title=_("Whistles"), kind="list", panels=panels, actions=found)


def _figures(actor: Actor) -> list[Panel]:
    branches = figures.yard(actor)
    if not branches:
        return []
    found = [figures.value(one.name, branches)[0] for one in (ANSWERED, ARRIVED)]
    tiles = [
        Figure(
            title=_(one.title), part=int(value.numerator), whole=value.denominator, as_of=value.at, small=value.small,
            definition=_(one.definition), href=reverse("figure", args=[one.name]),
        )
        for one, value in zip((ANSWERED, ARRIVED), found, strict=True)
    ]  # fmt: skip
    return [Figures(id="rates", figures=tiles)]


def _table(rows: list[MatterRow], more: int) -> Table:
    called: dict[int, list[MatterRow]] = {}
    for one in selectors.callouts([row.id for row in rows]):
        called.setdefault(one.parent, []).append(one)
    stages = {stage.name: stage.title for stage in declared(WHISTLE).stages}

    def there(row: MatterRow) -> str:
        came = sum(bool(one.value("arrived_at")) for one in called.get(row.id, []))
        return f"{came} / {len(called.get(row.id, []))}"

    columns = [
        Column(_("Light"), lambda row: cells.Lamp(light(row))),
        words.named(_("Whistle")),
        Column(_("How soon?"), pace),
        Column(_("Stage"), lambda row: _(stages[row.stage])),
        Column(_("On the spot, of those called"), there, number=True),
        Column(_("Blown at"), lambda row: row.created),
    ]  # fmt: skip
    return Table(
        id="whistles", title=_("Whistles"), rows=rows, columns=columns, row_key=lambda row: row.id, row_href=href,
        pager=Pager(next=f"?before={more}" if more else ""),
        empty=Empty(text=_("No whistle has been blown. A grid blows one when it can't settle something alone."),
                    icon="bell"),
    )  # fmt: skip


@page(permit="hotline.whistle")
def blow(request: HttpRequest) -> Page | HttpResponseBase:
    """Call departments to a place, perhaps about an order one has at hand."""
    actor = actor_of(request)
    order = _order(actor, request.POST.get("order") or request.GET.get("order", ""))
    key = key_of(request)
    start = {"title": order.title} if order else {}
    sent = carry(
        request, BLOW, lambda values: actions.blow(actor, values, order=order.id if order else 0, key=key), start=start,
        parse=False,
    )  # fmt: skip
    if sent.done:
        return done(request, reverse("matter", args=[sent.answer.code]), _("The departments are called."))
    form = FormPanel(
        id="blow", form=BLOW, url=reverse("hotline_whistle"), submit=_("Blow the whistle"), values=sent.values,
        errors=sent.errors, in_place=False, hidden={"key": key, **({"order": order.code} if order else {})},
        options=lambda _item: words.unit_options(actor.division),
        intro=_("Each department called owes its own part: it answers, comes, does it, and you confirm it."),
    )  # fmt: skip
    crumbs = [Crumb(_("Whistles"), reverse("hotline_whistles"))]
    return Page(title=_("Blow the whistle"), kind="form", crumbs=crumbs, panels=[form], status=sent.status)


def _order(actor: Actor, code: str) -> MatterRow | None:
    found = flow.matter(actor, code[:30]) if code else None
    return found if found and found.kind in {ORDER, "hotline.part"} else None
