"""The numbers of the line that are no time limits, with their sources."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.kernel.forms.fields import Field, Form
from bihuan.kernel.identity.selectors import scope_of
from bihuan.kernel.now import today
from bihuan.lines.officers import selectors
from bihuan.lines.officers.pages import words
from bihuan.lines.officers.pages.asking import Asked, answer
from bihuan.lines.officers.portfolios import actions
from bihuan.logic.mechanism import said
from bihuan.ui.page import Page, actor_of, page
from bihuan.ui.panels import Column, Table

TITLES = (
    ("quiet.visits", said("Visits to one enterprise a month, at most")),
    ("portfolio.load", said("What load weighs")),
    ("portfolio.distance", said("What distance weighs")),
    ("portfolio.industry", said("What an unknown industry weighs")),
)
RULE = Form(
    "officers.rule",
    said("Set a rule"),
    (
        Field("name", said("Rule"), "choice", required=True, choices=TITLES),
        Field("value", said("Value"), "decimal", required=True),
        Field("since", said("In force from"), "date", required=True),
        Field("source", said("Rule it comes from"), required=True, max_length=300),
    ),
)


@page(permit="officers.assign")
def rules(request: HttpRequest) -> Page | HttpResponseBase:
    """Show the quota and the weights in force here, and set one from a day on."""
    actor = actor_of(request)
    found = selectors.rules(scope_of(actor.division))
    columns = [
        Column(_("Rule"), lambda row: _(row[1]), head=True),
        Column(_("Value"), lambda row: f"{found[row[0]]:g}", number=True),
        Column(_("Source"), lambda row: found.sources[row[0]]),
    ]
    rows = [row for row in TITLES if row[0] in found.values]
    table = Table(
        id="rules", title=_("Rules in force"), rows=rows, columns=columns, row_key=lambda row: row[0]
    )
    back = reverse("officers_rules")

    def act(values: Mapping[str, Any], _key: str) -> tuple[str, str]:
        since = date.fromisoformat(values["since"])
        actions.set_rule(actor, values["name"], Decimal(values["value"]), values["source"], since)
        return back, _("Kept.")

    asked = Asked(RULE, act, reverse("officers_board"), [words.board_crumb()], title=_("Quota and weights"),
                  start={"since": today().isoformat()}, above=[table])  # fmt: skip
    return answer(request, asked)
