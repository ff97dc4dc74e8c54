"""What the pages of the timetable ask for."""

from bihuan.kernel.forms.fields import Field, Form
from bihuan.lines.projects.timetables.words import BASES, CAUSES, METRICS, PHASES, SIDES, STOP_CAUSES, UNITS
from bihuan.logic.mechanism import said as _

PRECISIONS = (("day", _("Day")), ("month", _("Month")), ("year", _("Year")))

_NOTE = Field("note", _("Note"), "long")
_CAUSE = Field("cause", _("Cause"), "choice", required=True, choices=tuple(CAUSES.items()))
_SIDE = Field("side", _("Whose days"), "choice", required=True, choices=tuple(SIDES.items()))

ACTUAL = Form("projects.node.actual", _("Record begun or done"), (
    Field("start", _("Begun on"), "date", help=_("For a permit: the day the application was accepted.")),
    Field("finish", _("Done on"), "date"),
    Field("precision", _("Certain to the"), "choice", choices=PRECISIONS),
    _NOTE,
))  # fmt: skip
NOT_DONE = Form(
    "projects.node.not_done", _("Not done yet"), (Field("note", _("Why"), "long", required=True),)
)
STOP = Form("projects.node.stop", _("Stop the clock"), (
    Field("since", _("Stopped since"), "date", required=True),
    Field("cause", _("Cause"), "choice", required=True, choices=tuple(STOP_CAUSES.items())),
    Field("evidence", _("Evidence"), "files", required=True, help=_("No state or work secrets.")),
    _NOTE,
))  # fmt: skip
RESUME = Form("projects.node.resume", _("Let the clock run again"), (
    Field("on", _("Running again from"), "date", required=True),
    _NOTE,
))  # fmt: skip
CAUSE = Form("projects.node.cause", _("Say why it is late"), (_CAUSE, _SIDE, _NOTE))
RULE = Form("projects.node.rule", _("Rule on why it is late"), (
    _CAUSE, _SIDE, Field("note", _("Reason of the ruling"), "long", required=True),
))  # fmt: skip
ADJUST = Form("projects.node.adjust", _("Adjust this node"), (
    Field("duration", _("Days"), "int", help=_("In the node's own unit; drafts only.")),
    Field("unit", _("Responsible unit"), "unit"),
    Field("reason", _("Reason"), "long"),
))  # fmt: skip
REANCHOR = Form("projects.reanchor", _("Move the production date"), (
    Field("date", _("New production date"), "date", required=True),
    Field("precision", _("Certain to the"), "choice", choices=PRECISIONS),
    Field("reason", _("Reason"), "long", required=True),
))  # fmt: skip
TEMPLATE_NODE = Form("projects.template.node", _("Node of the template"), (
    Field("title", _("Name"), required=True, max_length=100),
    Field("title_en", _("Name in English"), max_length=100),
    Field("phase", _("Phase"), "choice", required=True, choices=tuple(PHASES.items())),
    Field("side", _("Side"), "choice", required=True, choices=tuple(SIDES.items())),
    Field("duration", _("Days"), "int", required=True, help=_("0 is a milestone.")),
    Field("unit", _("Counted in"), "choice", required=True, choices=tuple(UNITS.items())),
    Field("statutory", _("Statutory limit (its start day does not count)"), "bool"),
    Field("basis", _("Where the number stands"), "choice", required=True, choices=tuple(BASES.items())),
    Field("source", _("Source"), max_length=300),
    Field("after", _("Comes after"), help=_("Keys of nodes, with waiting days: survey, permit +5wd, notice +10d")),
))  # fmt: skip
LIGHT_RULE = Form("projects.light_rule", _("Threshold of the lights"), (
    Field("metric", _("Metric"), "choice", required=True, choices=tuple(METRICS.items())),
    Field("near", _("Yellow"), "decimal", required=True),
    Field("late", _("Red"), "decimal", required=True),
    Field("since", _("In force from"), "date", required=True),
    Field("enabled", _("Gives a light"), "bool"),
    Field("source", _("Rule it comes from"), required=True, max_length=300),
))  # fmt: skip
GUESS = Form("projects.guess", _("Guessed durations of a side"), (
    Field("side", _("Side"), "choice", required=True, choices=tuple(SIDES.items())),
    Field("best", _("At best, in times of the planned length"), "decimal", required=True),
    Field("often", _("Most often"), "decimal", required=True),
    Field("worst", _("At worst"), "decimal", required=True),
    Field("since", _("In force from"), "date", required=True),
    Field("source", _("Where the number comes from"), required=True, max_length=300),
))  # fmt: skip
