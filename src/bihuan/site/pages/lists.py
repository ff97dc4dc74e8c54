"""Lists of matters: the three lists (问题、责任、时限) are this one read in three ways."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from bihuan.kernel.flow import registry, selectors
from bihuan.kernel.flow.rows import MatterRow
from bihuan.kernel.flow.selectors import Filter as What
from bihuan.kernel.identity.actors import Actor
from bihuan.site.discovery import subjects
from bihuan.ui import cells
from bihuan.ui.cards import href, left, light
from bihuan.ui.naming import Names, names_for
from bihuan.ui.page import Page, actor_of, page, roles_permit
from bihuan.ui.panels import Action, Column, Empty, Filter, FilterBar, Pager, Table

VIEWS = ("problem", "duty", "time")
#: Who takes whole lists along; others read them here.
may_take = roles_permit(("coordinator", "leader", "principal", "supervisor", "auditor"))


@page(permit="signed_in")
def matters(request: HttpRequest) -> Page:
    """Show matters filtered by sentence: as problems, by who is responsible, or by when they are due."""
    actor, asked = actor_of(request), request.GET
    what = what_of(asked)
    before = int(asked.get("before", "0") or 0) if asked.get("before", "0").isdigit() else 0
    rows, more = selectors.listed(actor, what, before=before, limit=50)
    names = names_for(rows)
    view = asked.get("view", "problem") if asked.get("view") in VIEWS else "problem"
    kept = {k: str(v) for k, v in asked.items() if k != "before"}
    pager = Pager(next=f"?{urlencode({**kept, 'before': str(more)})}" if more else "")
    table = Table(
        id="matters",
        columns=_columns(view, names),
        rows=rows,
        row_key=lambda row: row.code,
        row_href=href,
        pager=pager,
        caption=_("Matters"),
        empty=Empty(
            text=_("No matter fits. Take a filter away, or register the first one from a project's page.")
        ),
    )
    return Page(
        title=_("Matters"),
        kind="list",
        panels=[_filters(asked, view, rows, what.subject), table],
        actions=_taking(actor, kept) if rows else (),
    )


def _taking(actor: Actor, kept: dict[str, str]) -> list[Action]:
    if not may_take(actor):
        return []
    href = f"{reverse('matters_export')}?{urlencode({k: v for k, v in kept.items() if k != 'view'})}"
    return [Action(title=_("Download as a table"), href=href, icon="download")]


def what_of(asked: Any) -> What:
    """Return the filter an address asks for; what can't be read asks for nothing."""
    state = asked.get("state", "open")
    return What(
        kind=asked.get("kind", ""),
        stage=asked.get("stage", ""),
        closing=asked.get("closing", ""),
        open={"open": True, "late": True, "closed": False}.get(state),
        late=state == "late",
        subject=int(asked["subject"]) if asked.get("subject", "").isdigit() else 0,
    )


def _about(rows: list[MatterRow], subject: int) -> list[Filter]:
    """Return what the list is about, so that other filters keep it; named only where one sees a matter of it."""
    if not subject:
        return []
    known = subjects(rows[0].line, [subject]).get(subject) if rows else None
    name = known[0] if known else f"#{subject}"
    return [
        Filter("subject", _("Concerns"), [("", _("about everything")), (str(subject), name)], str(subject))
    ]


def _filters(asked: Any, view: str, rows: list[MatterRow], subject: int) -> FilterBar:
    kinds = [("", _("all kinds")), *((m.name, _(m.title)) for m in registry.all_declared())]
    states = [
        ("open", _("open")),
        ("late", _("overdue")),
        ("closed", _("closed")),
        ("all", _("open and closed")),
    ]
    views = [("problem", _("as problem list")), ("duty", _("as duty list")), ("time", _("as time list"))]
    return FilterBar(
        id="filters",
        url=reverse("matters"),
        filters=[
            Filter("kind", _("Kind"), kinds, asked.get("kind", "")),
            Filter("state", _("State"), states, asked.get("state", "open")),
            Filter("view", _("View"), views, view),
            *_about(rows, subject),
        ],
    )


def _columns(view: str, names: Names) -> list[Column]:
    def stage(row: MatterRow) -> str:
        return _(registry.worded(row.rules).stage(row.stage).title)

    head = [
        Column(_("Light"), lambda row: cells.Lamp(light(row))),
        Column(pgettext("of a matter", "Code"), "code", link=href),
        Column(_("Title"), lambda row: row.title or _("(erased)"), head=True, link=href),
    ]
    duty = [
        Column(_("Lead unit"), lambda row: names.unit(row.lead_unit)),
        Column(_("Supporting units"), lambda row: "、".join(names.unit(u) for u in row.supports)),
        Column(_("Waits for"), names.holder),
        Column(_("First receiver"), lambda row: names.unit(row.first_unit), wide=True),
    ]
    time = [
        Column(_("Due"), lambda row: row.due if row.open else None),
        Column(_("Left"), left),
        Column(_("Registered on"), "created", wide=True),
        Column(_("Closed"), "closed", wide=True),
    ]
    return {
        "problem": [*head, Column(_("Stage"), stage), duty[0], time[0], time[1]],
        "duty": [*head, *duty, Column(_("Stage"), stage)],
        "time": [*head, *time, duty[2]],
    }[view]
