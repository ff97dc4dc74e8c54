"""What each move asks for: the same fields on the page, in the API and in Excel."""

from bihuan.kernel.callbacks.registry import Asked
from bihuan.kernel.flow.outside import Outside
from bihuan.kernel.forms.fields import Field, Form
from bihuan.lines.projects.contracts import NEEDS
from bihuan.logic.mechanism import said as _

CATEGORIES = (
    ("land", _("Land and demolition")),
    ("utilities", _("Water, power, roads, gas and telecoms")),
    ("permit", _("Permits and approvals")),
    ("finance", _("Financing")),
    ("labour", _("Labour")),
    ("policy", _("Policy and rewards")),
    ("surroundings", _("Surroundings and disputes")),
    ("construction", _("Construction")),
    ("other", _("Other")),
)
SOURCES = (
    ("visit", _("Visit")),
    ("phone", _("Phone")),
    ("wechat", _("Group chat")),
    ("meeting", _("Meeting")),
    ("register", _("The register")),
    ("enterprise", _("The enterprise itself")),
    ("other", _("Other")),
)
CLOSINGS = (
    ("solved", _("Solved")),
    ("partly", _("Partly solved")),
    ("explained", _("Explained")),
    ("policy", _("Policy does not allow it")),
    ("longterm", _("Taken on for the long term")),
)
CAUSES = (
    ("supplement", _("Applicant supplements papers")),
    ("publicity", _("Public notice")),
    ("review", _("Expert review")),
    ("test", _("Inspection, test or appraisal")),
    ("force", _("Force majeure")),
    ("enterprise", _("The enterprise asked to wait")),
)
SATISFACTION = (
    ("satisfied", _("Satisfied")),
    ("basically", _("Basically satisfied")),
    ("unsatisfied", _("Not satisfied")),
)
SIDES = (
    ("enterprise", _("Enterprise")),
    ("government", _("Government approval")),
    ("supply", _("Land, utilities and other supply")),
    ("third", _("Third party")),
)
PRECISIONS = (("day", _("Day")), ("month", _("Month")), ("year", _("Year")))

_NOTE = Field("note", _("Note"), "long")
_REASON = Field("reason", _("Reason"), "long", required=True)
_EVIDENCE = Field(
    "evidence", _("Evidence"), "files", help=_("Photos, documents or sheets. No state or work secrets.")
)
_CLOSING = Field("closing", _("Result"), "choice", required=True, choices=CLOSINGS)
_BASIS = Field("basis", _("Policy basis"), "text", help=_("Required when policy does not allow it."))

ALL = (
    Form("projects.problem.open", _("Register a problem"), (
        Field("title", _("Problem in one sentence"), required=True, max_length=200),
        Field("category", _("Kind"), "choice", required=True, choices=CATEGORIES),
        Field("need", _("Class of need"), "choice", choices=NEEDS),
        Field("source", _("Came by"), "choice", choices=SOURCES),
        Field("detail", _("Details"), "long"),
        Field("contact", _("Contact person"), cls="personal", max_length=60),
        Field("phone", _("Contact's phone"), "phone", cls="personal"),
        _EVIDENCE,
    )),
    Form("projects.assign", _("Assign"), (
        Field("unit", _("Lead unit"), "unit", required=True),
        Field("supports", _("Supporting units"), "units"),
        _NOTE,
    )),
    Form("projects.problem.quick", _("Answered on the spot"), (
        _CLOSING,
        Field("reply", _("What was answered"), "long", required=True),
        _BASIS,
        _EVIDENCE,
    )),
    Form("projects.problem.answer", _("Answer"), (
        _CLOSING,
        Field("reply", _("What was done"), "long", required=True),
        _BASIS,
        _EVIDENCE,
    )),
    Form("projects.problem.settle", _("Settled by its order"), (
        _CLOSING,
        Field("reply", _("What was done"), "long", required=True),
        Field("order", _("Order"), required=True, max_length=30),
    )),
    Form("projects.problem.return", _("Return to the centre"), (
        _REASON,
        Field("proposed", _("Unit that should handle it"), "unit", required=True),
    )),
    Form("projects.problem.verify", _("Verify"), (
        Field("method", _("Verified by"), "choice", choices=(
            ("site", _("Visit on site")), ("call", _("Call to the enterprise")), ("papers", _("Papers")),
        ), required=True),
        _NOTE,
        _EVIDENCE,
    )),
    Form("projects.problem.sign_off", _("Sign off"), (_NOTE, _EVIDENCE)),
    Form("projects.problem.confirm", _("Confirm it is done"), (
        Field("satisfaction", _("Satisfaction"), "choice", required=True, choices=SATISFACTION),
        _NOTE,
    )),
    Form("projects.stop", _("Stop the clock"), (
        Field("cause", _("Cause"), "choice", required=True, choices=CAUSES),
        Field("evidence", _("Evidence"), "files", required=True),
        _NOTE,
    )),
    Form("projects.extension", _("Ask for more time"), (
        Field("days", _("Working days more"), "int", required=True),
        _REASON,
    )),
    Form("projects.reason", _("Reason"), (_REASON,)),
    Form("projects.note", _("Comment"), (Field("note", _("Comment"), "long", required=True),)),
    Form("projects.note_optional", _("Note"), (_NOTE,)),
    Form("projects.evidence", _("Add evidence"), (
        Field("evidence", _("Evidence"), "files", required=True),
        _NOTE,
    )),
    Form("projects.date.open", _("Ask for a date"), (
        Field("title", _("Question"), required=True, max_length=200),
        Field("asks", _("What is asked"), "choice", required=True, choices=(
            ("missing", _("Planned production date is missing")),
            ("past", _("Planned production date has passed")),
        )),
    )),
    Form("projects.date.answer", _("Give the date"), (
        Field("planned", _("Planned production date"), "date"),
        Field("precision", _("Certain to the"), "choice", choices=PRECISIONS),
        Field("produced", _("Actual production date"), "date"),
        Field("ask_again", _("No date yet: ask again on"), "date"),
        _NOTE,
    )),
    Form("projects.node_date.open", _("Enter dates of a node"), (
        Field("title", _("Title"), required=True, max_length=200),
        Field("node", _("Node"), required=True, max_length=40, help=_("Its key in the project's timetable.")),
        Field("start", _("Begun or accepted on"), "date"),
        Field("finish", _("Done on"), "date"),
        Field("source", _("Where it stands"), max_length=300),
        Field("progress", _("Progress seen"), "long", max_length=1000),
        Field("undoes", _("Takes back the entry"), "int"),
    )),
    Form("projects.timetable.open", _("Draft a timetable"), (
        Field("title", _("Title"), required=True, max_length=200),
        Field("timetable", _("Timetable"), "int", required=True),
        Field("reanchored", _("Anchor moved"), "bool"),
        Field("reason", _("Reason"), "long"),
    )),
    Form("projects.timetable.opinion", _("Give an opinion"), (
        Field("agrees", _("Opinion"), "choice", required=True, choices=(
            ("agree", _("Agrees")), ("change", _("Asks for a change")), ("refuse", _("Does not agree")),
        )),
        Field("note", _("Note"), "long", help=_("Name the node and the days you need.")),
    )),
    Form("projects.promise.open", _("Register a promise"), (
        Field("title", _("What was promised"), required=True, max_length=200),
        Field("side", _("Who promised"), "choice", required=True, choices=(
            ("government", _("Government")), ("enterprise", _("Enterprise")),
        )),
        Field("topic", _("About"), "choice", required=True, choices=(
            ("land", _("Land")), ("utilities", _("Utilities")), ("reward", _("Reward")),
            ("investment", _("Investment")), ("tax", _("Tax")), ("production", _("Production date")),
            ("other", _("Other")),
        )),
        Field("clause", _("Contract or letter, and clause"), required=True, max_length=200),
        Field("unit", _("Who has to keep it"), "unit", required=True),
        Field("due", _("Due date"), "date", required=True),
        Field("detail", _("Details"), "long"),
        _EVIDENCE,
    )),
    Form("projects.promise.claim", _("Say it is kept"), (
        Field("reply", _("How it was kept"), "long", required=True),
        Field("evidence", _("Evidence"), "files", required=True),
    )),
)  # fmt: skip

#: Whoever asked without an account reads what was asked and, once it is verified, the answer.
OUTSIDE = (Outside("projects.problem", answered=("verified", "ruling")), Outside("projects.promise"))
#: How a problem hears of its contact: noted as satisfaction, or back to whoever handled it.
CONTACT = Asked(
    "projects.problem",
    confirm="confirm",
    into="satisfaction",
    grades={
        "very": "satisfied",
        "satisfied": "satisfied",
        "basically": "basically",
        "unsatisfied": "unsatisfied",
        "very_unsatisfied": "unsatisfied",
    },
    unsolved=("reopen", "take_up"),
)
