"""When reports are due: the rules in force and before, and setting one for one's place."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.kernel.identity.rights import has_right
from bihuan.kernel.identity.selectors.divisions import division
from bihuan.kernel.now import today
from bihuan.lines.projects.reports import cutoffs, words
from bihuan.lines.projects.reports.cutoffs import Cutoff
from bihuan.lines.projects.reports.forms import CUTOFF
from bihuan.lines.projects.reports.pages import crumbs
from bihuan.ui import cells
from bihuan.ui.doors import carry
from bihuan.ui.page import Crumb, Page, actor_of, done, page
from bihuan.ui.panels import Action, Column, FormPanel, Table


@page(permit="projects")
def rules(request: HttpRequest) -> Page:
    """Show when reports are due: where, since when, and by which rule."""
    actions = []
    if has_right(actor_of(request), cutoffs.RIGHT):
        actions = [Action(title=_("Set a cut-off"), href=reverse("projects_report_cutoff"), icon="plus")]
    columns = [
        Column(_("Kind of report"), lambda r: _(words.KINDS[r.kind]), head=True),
        Column(_("Place"), lambda r: _place(r.division)),
        Column(_("Due"), words.rule),
        Column(_("Asked for"), "enabled"),
        Column(_("In force from"), "since"),
        Column(_("Rule it comes from"), _source),
    ]
    return Page(
        title=_("When reports are due"),
        lead=_(
            "The most specific place wins, then the latest day. A rest day moves it to the next working day."
        ),
        kind="list",
        crumbs=crumbs(),
        panels=[
            Table(id="cutoffs", caption=_("When reports are due"), columns=columns, rows=cutoffs.rules())
        ],
        actions=actions,
    )


def _place(division_id: int) -> str:
    if not division_id:
        return _("everywhere")
    found = division(division_id)
    return found.name if found else f"#{division_id}"


def _source(rule: Cutoff) -> Any:
    if rule.tag == "local":
        return cells.Stack([rule.source, cells.Tag(_("set here"), "info")])
    return cells.Stack([rule.source, cells.Tag(_("to be verified"), "warn")])


@page(permit="projects")
def cutoff(request: HttpRequest) -> Page | HttpResponseBase:
    """Set when reports are due at the place one's post is over, from a day on."""
    actor = actor_of(request)
    back = reverse("projects_report_cutoffs")
    start = {
        "kind": "month",
        "basis": "day",
        "value": "5",
        "following": "1",
        "enabled": "1",
        "since": today().isoformat(),
    }

    def put(told: Mapping[str, Any]) -> None:
        cutoffs.put_cutoff(
            actor, told["kind"], told["basis"], told["value"], source=told["source"],
            following=bool(told.get("following")), division=actor.division,
            enabled=bool(told.get("enabled")), since=date.fromisoformat(told["since"]),
        )  # fmt: skip

    tried = carry(request, CUTOFF, put, start=start)
    if tried.done:
        return done(request, back, _("The cut-off is set."))
    panel = FormPanel(
        id="cutoff", form=CUTOFF, url=request.path, values=tried.values, errors=tried.errors, cancel=back,
        in_place=False,
    )  # fmt: skip
    trail = crumbs(Crumb(_("When reports are due"), back))
    return Page(title=_("Set a cut-off"), crumbs=trail, kind="form", panels=[panel], status=tried.status)
