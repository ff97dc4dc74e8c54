"""Hints that figures may have been worked upon: for the supervision office only, each with formula and evidence."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.kernel.errors import BadInput
from bihuan.kernel.flow import selectors as flow
from bihuan.kernel.flow.rows import MatterRow
from bihuan.kernel.now import today
from bihuan.lines.supervision.hints import selectors
from bihuan.lines.supervision.hints.selectors import Found, Hint
from bihuan.ui import cells
from bihuan.ui.page import Page, actor_of, page
from bihuan.ui.panels import Alert, Column, Empty, Panel, Prose, Table

_SHOWN = 12


def _day(text: str, otherwise: date) -> date:
    try:
        return date.fromisoformat(text) if text else otherwise
    except ValueError as error:
        raise BadInput(_("Please enter a day as 2026-10-31."), where="since") from error


@page(permit="supervision.desk")
def hints(request: HttpRequest) -> Page:
    """Run the detectors over the last ninety days, or those asked for."""
    until = _day(request.GET.get("until", ""), today())
    since = _day(request.GET.get("since", ""), until - timedelta(days=90))
    found = selectors.look(actor_of(request), since, until)
    matters = flow.by_ids([m for one in found for hint in one.hints for m in hint.matters[:_SHOWN]], "read")
    panels: list[Panel] = [
        Alert(id="what", tone="info", text=_(
            "Hints to look closer, no findings: they are no part of any score, and nobody else sees them."
        ))
    ]  # fmt: skip
    # What was found comes first: a page of nothing hides the one thing to look at.
    for one in sorted(found, key=lambda one: not one.hints):
        panels += _panels(one, matters)
    return Page(
        title=_("Hints"),
        kind="list",
        lead=_("From %(since)s to %(until)s") % {"since": since, "until": until},
        panels=panels,
    )


def _said(thresholds: Mapping[str, Any]) -> dict[str, Any]:
    """Return thresholds as they are read: a share in per cent."""
    return {name: f"{value * 100:.10g}%" if name == "share" else value for name, value in thresholds.items()}


def _panels(one: Found, matters: Mapping[int, MatterRow]) -> list[Panel]:
    how = Prose(
        id=f"{one.detector.name}-how",
        title=_(one.detector.title),
        paragraphs=[
            _(one.detector.formula) % _said(one.thresholds),
            _("When it is wrong: %(why)s") % {"why": _(one.detector.innocent)},
        ],
    )

    def evidence(hint: Hint) -> Any:
        rows = [matters[m] for m in hint.matters[:_SHOWN] if m in matters]
        links: list[Any] = [cells.To(row.code, reverse("matter", args=[row.code])) for row in rows]
        more = len(hint.matters) - len(rows)
        return cells.Row([*links, cells.Quiet(_("and %(n)d more") % {"n": more})] if more else links)

    columns = [
        Column(_("Unit"), "name", head=True),
        Column(_("Cases"), lambda h: cells.Rate(h.cases, h.of) if h.of else h.cases, number=True),
        Column(_("Evidence"), evidence),
    ]
    table = Table(
        id=one.detector.name, caption=_(one.detector.title), columns=columns, rows=one.hints, row_key=lambda h: h.unit,
        empty=Empty(text=_("Nothing of this kind."), icon="check"),
    )  # fmt: skip
    return [how, table]
