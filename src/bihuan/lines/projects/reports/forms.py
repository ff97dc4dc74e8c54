"""The forms of reports: fields as the register's columns, built for what the form is asked for."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from bihuan.kernel.forms.fields import Field, Form
from bihuan.kernel.intake.columns import Column
from bihuan.lines.projects.reports.periods import Period
from bihuan.lines.projects.reports.register import REPORTED
from bihuan.lines.projects.reports.words import BASES, KINDS, LISTED
from bihuan.logic.cells import Amount, plain
from bihuan.logic.mechanism import said

_HELP = {
    "listed_on": said("As you know it: 2026-10-31, 2026年10月 or 2026."),
    "problems": said("One a line. Each can then be registered as a problem with one click."),
    "explanation": said("Only where the numbers above don't add up with the last report."),
}
_KINDS = {"money": "money_wan", "prose": "long", "choice": "choice"}
_LONGEST = {"progress": 1000, "next_steps": 1000, "problems": 1000}
_EXPLANATION = "explanation"

CUTOFF = Form(
    "projects.report.cutoff",
    said("When reports are due"),
    (
        Field("kind", said("Kind of report"), "choice", required=True, choices=tuple(KINDS.items())),
        Field("basis", said("Due"), "choice", required=True, choices=tuple(BASES.items())),
        Field("value", said("Day, or working days"), "int", required=True),
        Field("following", said("Of the month after (not of the month itself)"), "bool"),
        Field("since", said("In force from"), "date", required=True),
        Field("enabled", said("Reports of this kind are asked for here"), "bool"),
        Field("source", said("Rule it comes from"), required=True, max_length=300),
    ),
)
WORKBOOK = Form(
    "projects.report.workbook",
    said("Preview a workbook"),
    (
        Field(
            "workbook",
            said("Workbook"),
            "file",
            required=True,
            help=said("The monthly table as it was sent round or downloaded here; .xlsx, .xls, .et or .csv."),
        ),
        Field("period", said("Period"), "choice", choices=()),
    ),
)


def _field(column: Column, help_: str = "") -> Field:
    choices = tuple(LISTED.items()) if column.name == "listed" else ()
    return Field(
        column.name,
        column.title,
        _KINDS.get(column.kind, "text"),
        column.required and column.name != "cumulative_wan",
        choices=choices,
        help=help_ or _HELP.get(column.name, ""),
        max_length=_LONGEST.get(column.name, column.longest),
    )


def report_form(previous: Amount | None, *, correcting: bool, explaining: bool) -> Form:
    """Return the form of a report; ``previous`` is the cumulative before it, where it is known.

    A correction asks why; the explanation is asked for only where something needs one.
    """
    cumulative = ""
    if previous is not None and not previous.approximate and not correcting:
        cumulative = _("Left empty it is the last one (%(previous)s) and this period's amount.") % {
            "previous": plain(previous.value)
        }
    fields = [
        _field(column, cumulative if column.name == "cumulative_wan" else "")
        for column in REPORTED
        if column.name != _EXPLANATION or explaining
    ]
    if correcting:
        fields.append(Field("cause", said("Why it is corrected"), "text", required=True, max_length=200))
    return Form(
        "projects.report", said("Correct the report") if correcting else said("Report"), tuple(fields)
    )


def workbook_form(periods: Sequence[tuple[Period, str]]) -> Form:
    """Return the form that takes a workbook in, with the periods it may be for."""
    file, period = WORKBOOK.fields
    offered = (("", said("as its title says")), *((one.code, title) for one, title in periods))
    chosen = Field(period.name, period.title, period.kind, choices=offered)
    return Form(WORKBOOK.name, WORKBOOK.title, (file, chosen))
