"""On time both ways over orders of years gone by: with and without those still open past their limit, explained."""

from datetime import datetime

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.kernel.identity import rights
from bihuan.lines.hotline.duties.actions import KEEP
from bihuan.lines.hotline.imports import selectors
from bihuan.lines.hotline.imports.selectors import OnTime
from bihuan.lines.hotline.upstream.selectors import county_of
from bihuan.ui import cells
from bihuan.ui.page import Page, actor_of, page
from bihuan.ui.panels import Action, Alert, Column, Empty, Figure, Figures, Filter, FilterBar, Panel, Table


@page(permit="hotline.desk")
def past(request: HttpRequest) -> Page:
    """Show the rate both ways, and by agency or class."""
    county = county_of(actor_of(request))
    by = request.GET.get("by") if request.GET.get("by") in {"agency", "class"} else "agency"
    at = selectors.last_moment(county)
    if at is None:
        text = _(
            "Nothing was brought in yet. An administrator imports a file by a saved mapping of its columns."
        )
        return Page(
            title=_("Orders of years gone by"),
            kind="list",
            panels=[Empty(id="none", text=text, icon="upload")],
            actions=_doors(request),
        )
    (whole,) = selectors.on_time(county, at)
    bar = FilterBar(id="filters", url=reverse("hotline_past"), filters=[
        Filter("by", _("Told apart by"), [("agency", _("by unit")), ("class", _("by class"))], str(by)),
    ])  # fmt: skip
    panels: list[Panel] = [
        _tiles(whole, at),
        _explained(whole),
        bar,
        _table(selectors.on_time(county, at, str(by))),
    ]
    return Page(title=_("Orders of years gone by"), kind="list", panels=panels, actions=_doors(request))


def _doors(request: HttpRequest) -> list[Action]:
    if not rights.has_right(actor_of(request), KEEP):
        return []
    return [Action(title=_("Column mappings"), href=reverse("hotline_mappings"), icon="table")]


def _tiles(one: OnTime, at: datetime) -> Figures:
    return Figures(id="both", figures=[
        Figure(title=_("On time, open overdue ones counted as late"), part=one.kept, whole=one.whole, as_of=at),
        Figure(title=_("On time, of those closed only"), part=one.kept, whole=one.closed, as_of=at),
        Figure(title=_("Open past the limit"), value=one.overdue, as_of=at),
    ])  # fmt: skip


def _explained(one: OnTime) -> Alert:
    text = _(
        "The second rate leaves out what is open past its limit: it rises while a backlog grows."
        " The first is what counts."
    )
    details = [
        _("Open within the limit, left out: %(n)d") % {"n": one.waiting},
        _("Without a limit, left out: %(n)d") % {"n": one.unlimited},
        _("Closed, but nobody says when, left out: %(n)d") % {"n": one.undated},
        _("Repeated, left out: %(n)d") % {"n": one.doubles},
    ]
    return Alert(id="explained", text=text, details=details)


def _table(rows: list[OnTime]) -> Table:
    columns = [
        Column(_("Unit or class"), lambda row: row.group or _("not said"), head=True),
        Column(
            _("On time, open overdue ones counted as late"),
            lambda row: cells.Rate(row.kept, row.whole) if row.whole else "",
            number=True,
        ),
        Column(
            _("On time, of those closed only"),
            lambda row: cells.Rate(row.kept, row.closed) if row.closed else "",
            number=True,
        ),
        Column(_("Open past the limit"), "overdue", number=True),
    ]
    return Table(id="groups", title=_("Told apart"), rows=rows, columns=columns)
