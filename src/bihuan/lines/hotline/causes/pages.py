"""Root-cause tasks: what keeps coming back and from where, who puts it right, whether fewer calls came."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from bihuan.kernel.flow import selectors as flow
from bihuan.kernel.flow.registry import declared
from bihuan.kernel.flow.rows import MatterRow
from bihuan.kernel.forms.fields import Field
from bihuan.kernel.forms.fields import get as form_named
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.identity.rights import reaches
from bihuan.kernel.identity.selectors import names_of, scope_of
from bihuan.lines.hotline.causes import actions, selectors
from bihuan.lines.hotline.causes.selectors import Frequent
from bihuan.lines.hotline.contracts import CAUSE
from bihuan.lines.hotline.duties import selectors as duties
from bihuan.lines.hotline.grids.selectors import division_names
from bihuan.lines.hotline.pages import words
from bihuan.lines.hotline.selectors import class_names
from bihuan.ui import cells
from bihuan.ui.cards import cards, href, light
from bihuan.ui.doors import carry, key_of
from bihuan.ui.page import Crumb, Page, actor_of, done, may, page
from bihuan.ui.panels import Alert, Column, Empty, Facts, FormPanel, Matters, Pager, Panel, Table


def panels(row: MatterRow) -> list[Panel]:
    """Return what stands on the page of a task: its class and calls, and the effect since it was put right."""
    level = selectors.level_of(row.division)
    items: list[tuple[str, Any]] = [
        (_("Class"), class_names([row])[row.id]),
        (_("Calls of the 90 days before"), selectors.calls_behind(row, level)),
    ]
    found: list[Panel] = [Facts(id="cause", title=_("What keeps coming back"), items=items)]
    measured = selectors.effect(row, level)
    if measured is None:
        return found
    told: list[tuple[str, Any]] = [
        (_("Days since it was put right"), measured.days), (_("Calls since"), measured.since),
        (_("Would have come since"), f"{measured.expected:.1f}"),
        (_("Fewer calls"), f"{measured.expected - measured.since:.1f}"),
    ]  # fmt: skip
    note = _(
        "Would have come: calls of the 90 days before the task, changed as calls of the same class changed in the rest"
        " of the district; where there were none, by the days alone. Below %(days)d days nothing is concluded."
    ) % {"days": selectors.AT_LEAST}
    return [
        *found,
        Facts(id="effect", title=_("Effect on later calls"), items=told),
        Alert(id="method", text=note),
    ]


def on_order(row: MatterRow) -> list[Panel]:
    """Return the tasks an order belongs to by its class and place."""
    rows = selectors.of_order(row)
    return [Matters(id="causes", title=_("Put right at its root"), cards=cards(rows))] if rows else []


@page(permit="hotline.desk")
def causes(request: HttpRequest) -> Page:
    """Show what keeps coming back, and the tasks about it."""
    actor = actor_of(request)
    rows, more = selectors.causes(actor, before=words.number(request.GET.get("before", "")))
    return Page(
        title=_("Root-cause tasks"), kind="list", panels=[_frequent(actor), _table(rows, more)],
        lead=_("Many complaints about one thing become one task; later calls say whether it held."),
    )  # fmt: skip


def _frequent(actor: Actor) -> Table:
    rows = selectors.frequent(actor)
    names = duties.by_ids([row.duty for row in rows])
    places, tasks = (
        division_names(row.place for row in rows),
        flow.by_ids([row.task for row in rows if row.task]),
    )

    def todo(row: Frequent) -> Any:
        if row.task in tasks:
            return cells.To(tasks[row.task].code, href(tasks[row.task]))
        if not may("hotline.cause", actor):
            return ""
        query = urlencode({"place": row.place, "class": row.duty})
        return cells.To(_("Set a task"), f"{reverse('hotline_cause')}?{query}")

    columns = [
        Column(_("Class"), lambda row: names[row.duty].name if row.duty in names else _("No class"), head=True),
        Column(_("Community"), lambda row: places.get(row.place, "")),
        Column(_("Calls in 90 days"), "calls", number=True),
        Column(_("Root-cause task"), todo),
    ]  # fmt: skip
    empty = Empty(text=_("Nothing came five times or more in 90 days from one community."), icon="check")
    return Table(id="frequent", title=_("What keeps coming back"), rows=rows, columns=columns, empty=empty)


def _table(rows: list[MatterRow], more: int) -> Table:
    names, units = class_names(rows), names_of(sorted({row.lead_unit for row in rows} - {0}))
    places = division_names(row.division for row in rows)
    stages = {stage.name: stage.title for stage in declared(CAUSE).stages}
    columns = [
        Column(_("Light"), lambda row: cells.Lamp(light(row))),
        words.named(_("Task")),
        Column(_("Class"), lambda row: names[row.id]), Column(_("Place"), lambda row: places.get(row.division, "")),
        Column(_("Unit"), lambda row: units.get(row.lead_unit, "")),
        Column(_("Stage"), lambda row: _(stages[row.stage])),
    ]  # fmt: skip
    empty = Empty(text=_("No task has been set."), icon="flag")
    return Table(
        id="causes", title=_("Root-cause tasks"), rows=rows, columns=columns, row_key=lambda row: row.id, row_href=href,
        pager=Pager(next=f"?before={more}" if more else ""), empty=empty,
    )  # fmt: skip


@page(permit="hotline.cause")
def new(request: HttpRequest) -> Page | HttpResponseBase:
    """Set a task about a class in a place."""
    actor, key, form = actor_of(request), key_of(request), form_named("hotline.cause")
    asked = words.number(request.POST.get("place") or request.GET.get("place", ""))
    place = asked if asked and reaches(actor, asked) else actor.division
    start = _start(actor, words.number(request.GET.get("class", "")))
    sent = carry(
        request, form, lambda values: actions.set_task(actor, place, values, key), start=start, parse=False
    )
    if sent.done:
        return done(request, reverse("matter", args=[sent.answer.code]), _("The task is given."))

    def options(item: Field) -> list[tuple[str, str]]:
        if item.name == "about":
            return [(str(one.id), one.name) for one in duties.duties(scope_of(actor.division))]
        return words.unit_options(actor.division)

    panel = FormPanel(
        id="cause", form=form, url=reverse("hotline_cause"), values=sent.values, errors=sent.errors, options=options,
        hidden={"key": key, "place": place}, in_place=False, submit=_("Give the task"),
        intro=_("For %(place)s.") % {"place": division_names([place]).get(place, "")},
    )  # fmt: skip
    crumbs = [Crumb(_("Root-cause tasks"), reverse("hotline_causes"))]
    return Page(
        title=_("Set a root-cause task"), kind="form", crumbs=crumbs, panels=[panel], status=sent.status
    )


def _start(actor: Actor, duty: int) -> Mapping[str, Any]:
    found = duties.by_ids([duty]).get(duty) if duty else None
    if found is None:
        return {}
    return {"about": [str(duty)], "unit": str(duties.unit_for(found, scope_of(actor.division))[0])}
