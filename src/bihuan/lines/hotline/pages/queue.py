"""The queue of orders: what waits at the desk, who has what, what is late, what feedback is owed."""

from datetime import datetime

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from bihuan.kernel.flow.registry import declared
from bihuan.kernel.flow.rows import MatterRow
from bihuan.kernel.flow.standing import stage_counts
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.identity.selectors import names_of
from bihuan.lines.hotline import selectors
from bihuan.lines.hotline.aside import pages as aside
from bihuan.lines.hotline.contracts import ASIDE, ORDER, TYPES
from bihuan.lines.hotline.pages import words
from bihuan.ui import cells
from bihuan.ui.cards import cards, href, left, light
from bihuan.ui.page import Page, actor_of, may, page
from bihuan.ui.panels import Action, Column, Empty, Figure, Figures, Filter, FilterBar, Matters, Pager, Table


@page(permit="hotline")
def queue(request: HttpRequest) -> Page:
    """Show open orders one may see, by stage and type, newest first; those set aside only when asked for."""
    actor = actor_of(request)
    asked = {name: request.GET.get(name, "")[:20] for name in ("stage", "type", "late")}
    before = words.number(request.GET.get("before", ""))
    stages = {stage.name: stage.title for stage in declared(ORDER).stages if not stage.final}
    rows, more = selectors.queue(
        actor,
        asked["stage"] if asked["stage"] in stages else "",
        late=asked["late"] == "yes",
        kind=asked["type"] if asked["type"] in dict(TYPES) else "",
        before=before,
    )
    query = {name: value for name, value in asked.items() if value}
    pager = Pager(next=f"?{urlencode({**query, 'before': str(more)})}" if more else "")
    bar = FilterBar(id="filters", url=reverse("hotline"), filters=[
        Filter("stage", _("Stage"), [("", _("every stage")), *((k, _(t)) for k, t in stages.items())], asked["stage"]),
        Filter("type", _("Type"), [("", _("every type")), *((k, _(t)) for k, t in TYPES)], asked["type"]),
        Filter("late", _("Limit"), [("", _("late or not")), ("yes", _("late"))], asked["late"]),
    ])  # fmt: skip
    counts, at = stage_counts(actor, ORDER)
    return Page(
        title=_("Hotline orders"),
        kind="list",
        panels=[
            *aside.alert(actor, counts.get(ASIDE, 0)),
            _counts(counts, at, stages),
            bar,
            _table(rows, pager),
        ],
        actions=_actions(actor),
    )


def _actions(actor: Actor) -> list[Action]:
    found = []
    if may("hotline.take", actor):
        found.append(
            Action(
                title=_("Take a call"), href=reverse("hotline_console"), icon="phone", primary=True, key="n"
            )
        )
    return found


def _counts(counts: dict[str, int], at: datetime, stages: dict[str, str]) -> Figures:
    return Figures(id="stages", figures=[
        Figure(title=_(title), value=counts.get(name, 0), as_of=at, href=f"?{urlencode({'stage': name})}")
        for name, title in stages.items()
    ])  # fmt: skip


def _table(rows: list[MatterRow], pager: Pager) -> Table:
    names = names_of(sorted({row.lead_unit for row in rows} - {0}))
    classes = selectors.class_names(rows)
    stages = {stage.name: stage.title for stage in declared(ORDER).stages}
    columns = [
        Column(_("Light"), lambda row: cells.Lamp(light(row))),
        words.named(_("Hotline order")),
        Column(_("Type"), lambda row: words.value(row, "type")),
        Column(_("Class"), lambda row: classes[row.id]),
        Column(_("Stage"), lambda row: _(stages[row.stage])),
        Column(_("Unit"), lambda row: names.get(row.lead_unit, "")),
        Column(_("Left"), left),
    ]
    return Table(
        id="orders", title=_("Hotline orders"), rows=rows, columns=columns, pager=pager, row_key=lambda row: row.id,
        row_href=href, empty=Empty(text=_("No order fits. Take a call, or choose another stage."), icon="phone"),
    )  # fmt: skip


@page(permit="hotline.parts")
def parts(request: HttpRequest) -> Page:
    """Show the feedback one's unit or grid still owes."""
    actor = actor_of(request)
    rows, more = selectors.parts(actor, before=words.number(request.GET.get("before", "")))
    listed = Matters(
        id="parts", title=_("Feedback owed"), cards=cards(rows), empty=_("No feedback is owed."),
        more=Action(title=_("Older ones"), href=f"?before={more}") if more else None,
    )  # fmt: skip
    return Page(title=_("Feedback owed"), kind="list", panels=[listed])
