"""What each move of an order asks for: the same fields on the page, in the API and in a workbook."""

from bihuan.kernel.callbacks.registry import Asked
from bihuan.kernel.flow.outside import Outside
from bihuan.kernel.forms.fields import AsSaid, Field, Form
from bihuan.lines.hotline.contracts import CHANNELS, OPEN, SECRECY, TIERS, TYPES
from bihuan.logic.mechanism import said as _

SATISFIED = (("yes", _("Satisfied")), ("no", _("Not satisfied")))
CLOSINGS = (
    ("solved", _("Solved")), ("partly", _("Partly solved")), ("explained", _("Explained")),
    ("policy", _("Policy does not allow it")),
)  # fmt: skip
CONTACTED = (
    ("yes", _("Contacted")),
    ("unreached", _("Could not be reached")),
    ("hidden", _("No contact is known")),
)
SOLVED = (("solved", _("Solved")), ("partly", _("Partly solved")), ("no", _("Not solved")))
WHY_NOT = (
    ("conditions", _("Conditions are not there yet")), ("policy", _("Policy does not allow it")),
    ("beyond", _("Beyond one's powers")), ("untrue", _("The facts are otherwise")), ("other", _("Other reason")),
)  # fmt: skip
HEARD = (
    ("rated", _("Rated by the caller")), ("lapsed", _("Not rated")), ("unreached", _("Not reached")),
    ("none", _("Nobody to ask")),
)  # fmt: skip
#: More than this nobody reads out; what is longer is cut, and said to be, before it gets here.
LONGEST = 20_000

_TITLE = Field("title", _("What it is about, in one sentence"), required=True, max_length=200)
_DETAIL = Field("detail", _("What the caller described"), "long", max_length=LONGEST)
_TYPE = Field("type", _("Type"), "choice", required=True, choices=TYPES)
_CLASS = Field("about", _("Class"), "rows")
_ADDRESS = Field("address", _("Where it is"), max_length=200)
_TIER = Field("tier", _("Limit"), "choice", choices=TIERS)
_CHANNEL = Field("channel", _("Came by"), "choice", choices=CHANNELS)
_AGAINST = Field("against", _("Unit complained of"), "unit")
_SECRECY = Field("secrecy", _("May the caller be known?"), "choice", choices=SECRECY)
_EVIDENCE = Field(
    "evidence", _("Evidence"), "files", help=_("Photos, documents or sheets. No state or work secrets.")
)
_REASON = Field("reason", _("Reason"), "long", required=True)
_NOTE = Field("note", _("Note"), "long")
_CITY_NO = Field("city_no", _("Number on the city platform"), max_length=60)
_CITY_DUE = Field("city_due", _("Deadline of the city platform"), "datetime")
#: Of a caller who asked to stay unknown no text is kept that may tell who it is.
_KNOWN = ("secrecy", OPEN)

#: The console: caller first, because the phone number is there before the first word.
CONSOLE = Form("hotline.console", _("Take a call"), (
    Field("phone", _("Caller's phone"), "phone"), Field("caller", _("Caller"), max_length=60), _TITLE, _DETAIL,
    _ADDRESS, _TYPE, _CLASS, _SECRECY, _TIER, _AGAINST, _CHANNEL, _EVIDENCE,
))  # fmt: skip
ALL = (
    CONSOLE,
    Form("hotline.open", _("Register"), (
        _TITLE, _DETAIL, _TYPE, _CLASS, _ADDRESS, _TIER, _CHANNEL, _AGAINST, _SECRECY, _CITY_NO, _CITY_DUE, _EVIDENCE,
    ), AsSaid(("title", "detail", "address"), _KNOWN)),
    Form("hotline.dispatch", _("Dispatch"), (
        Field("unit", _("Lead unit"), "unit", required=True), _CLASS, Field("supports", _("Supporting units"), "units"),
        Field("no_grid", _("Leave the grid out"), "bool"), _NOTE,
    )),
    Form("hotline.direct", _("Answer at once"), (
        Field("source", _("From the knowledge base"), "rows"),
        Field("reply", _("What was answered"), "long", required=True, max_length=LONGEST),
    )),
    Form("hotline.refuse", _("Cannot be accepted"), (
        Field("rule", _("Rule"), "rows", required=True),
        Field("reply", _("Where the caller was sent"), "long", required=True),
    )),
    Form("hotline.return", _("Return to the desk"), (
        Field("basis", _("On what basis it is not this unit's"), "long", required=True),
        Field("proposed", _("Unit whose it is"), "unit", required=True),
    )),
    Form("hotline.send_on", _("It goes to another unit"), (
        Field("unit", _("Lead unit"), "unit", required=True), _REASON,
        Field("lasting", _("Dispatch such orders there from now on"), "bool"),
    )),
    Form("hotline.contact", _("Write down that the caller was contacted"), (
        Field("contacted", _("Was the caller contacted?"), "choice", required=True, choices=CONTACTED),
        Field("contacted_at", _("Contacted at"), "datetime", required=True), _NOTE,
    )),
    Form("hotline.answer", _("Answer the order"), (
        Field("contacted", _("Was the caller contacted?"), "choice", required=True, choices=CONTACTED),
        Field("contacted_at", _("Contacted at"), "datetime"),
        Field("solved", _("Is it solved?"), "choice", required=True, choices=SOLVED),
        Field("why_not", _("Why it is not solved"), "choice", choices=WHY_NOT),
        Field("reply", _("Answer to the caller"), "long", required=True, max_length=LONGEST,
              help=_("This is what the caller reads.")),
        Field("course", _("How it was handled"), "long", max_length=LONGEST), _EVIDENCE,
    )),
    Form("hotline.answer_with", _("Answered with its twin"), (
        Field("reply", _("Answer to the caller"), "long", required=True, max_length=LONGEST),
        Field("solved", _("Is it solved?"), "choice", choices=SOLVED),
        Field("twin", _("Answered with"), "rows"),
    )),
    Form("hotline.hand_over", _("Hand over to another place"), (
        Field("system", _("System of another place"), "rows", required=True),
        Field("service", _("Service there (service_code)"), max_length=80,
              help=_("Empty: the one its class has there, or the one for all else.")),
        _NOTE,
    )),
    Form("hotline.close_abroad", _("Closed in the other place"), (
        Field("reply", _("Answer to the caller"), "long", required=True, max_length=LONGEST),
    )),
    Form("hotline.confirmed", _("What the caller said"), (
        Field("satisfaction", _("Satisfaction"), "choice", required=True, choices=SATISFIED),
    )),
    Form("hotline.join", _("It is the same event as another"), (
        Field("code", _("Code of the other order"), required=True, max_length=30), _NOTE,
    ), AsSaid(("note",), _KNOWN)),
    Form("hotline.extension", _("Ask for more time"), (
        Field("days", _("Working days more"), "int", required=True), _REASON,
    )),
    Form("hotline.told", _("Grant more time and tell the caller"), (
        Field("reason", _("What the caller was told"), "long", required=True),
    )),
    Form("hotline.city_granted", _("The city grants more time; tell the caller"), (
        Field("until", _("New deadline of the city platform"), "datetime", required=True),
        Field("reason", _("What the caller was told"), "long", required=True),
    )),
    Form("hotline.city_refused", _("The city refuses more time"), (
        Field("reason", _("What the city said"), "long", required=True),
    )),
    Form("hotline.added", _("The caller adds something"), (
        Field("said", _("What was added"), "long", required=True, max_length=LONGEST), _EVIDENCE,
    ), AsSaid(("said",), _KNOWN)),
    Form("hotline.give_back", _("Return it to the city"), (
        Field("reply", _("What the city is told"), "long", required=True),
    )),
    Form("hotline.relocate", _("Correct the place"), (
        Field("address", _("Where it is"), max_length=150,
              help=_("Street and number, or housing estate and building.")),
        Field("point", _("Place on the map, if you wish"), max_length=60), _REASON,
    ), AsSaid(("address", "reason"), _KNOWN)),
    Form("hotline.archive", _("Archive"), (
        Field("heard", _("What came of the call-back"), "choice", choices=HEARD), _NOTE,
    )),
    Form("hotline.reason", _("Reason"), (_REASON,)),
    Form("hotline.callers_reason", _("Reason"), (_REASON,), AsSaid(("reason",), _KNOWN)),
    Form("hotline.note", _("Comment"), (Field("note", _("Comment"), "long", required=True),)),
    Form("hotline.note_optional", _("Note"), (_NOTE,)),
    Form("hotline.evidence", _("Add evidence"), (
        Field("evidence", _("Evidence"), "files", required=True,
              help=_("Photos, documents or sheets. No state or work secrets.")), _NOTE,
    )),
    Form("hotline.part", _("Ask for feedback"), (
        _TITLE, Field("unit", _("Unit"), "unit", required=True), Field("role", _("As"), "choice", choices=(
            ("grid", _("Grid")), ("support", _("Supporting unit")))),
        Field("detail", _("What the caller described"), "long", max_length=LONGEST), _ADDRESS,
    )),
    # What the watch found: it is never typed by anybody.
    Form("hotline.spot", _("Raise"), (
        _TITLE, _CLASS, Field("cell", _("Watched cell"), "int", required=True),
        Field("since", _("Since when"), "date", required=True), Field("events", _("Events"), "int", required=True),
        Field("expected", _("Usually"), "decimal", required=True),
        Field("surprise", _("Surprise"), "decimal", required=True),
        Field("threshold", _("Raised from"), "decimal", required=True),
    )),
    Form("hotline.spot_issue", _("Issue the warning"), (
        Field("unit", _("Lead unit"), "unit", required=True), Field("supports", _("Supporting units"), "units"), _NOTE,
    )),
    Form("hotline.spot_measure", _("Say what is being done"), (
        Field("course", _("What is being done"), "long", required=True, max_length=LONGEST), _EVIDENCE,
    )),
    Form("hotline.spot_answer", _("Propose the standard answer"), (
        Field("name", _("What people ask"), required=True, max_length=200),
        Field("answer", _("Standard answer"), "long", required=True, max_length=8000,
              help=_("Everybody who asks about this is told the same.")),
        Field("basis", _("Basis"), required=True, max_length=300),
        Field("review_on", _("To be reviewed on"), "date", required=True),
        Field("expires_on", _("Good until"), "date", required=True),
    )),
    Form("hotline.spot_lift", _("Lift the hotspot"), (
        Field("reason", _("Why it is over"), "long", required=True, max_length=LONGEST),
    )),
    Form("hotline.part_answer", _("Give feedback"), (
        Field("reply", _("What was found or done"), "long", required=True, max_length=LONGEST), _EVIDENCE,
    )),
)  # fmt: skip

OUTSIDE = (
    Outside("hotline.order", asked=("detail",), answers=("reply",), answered=()),
    Outside("hotline.part", asked=("detail",), answers=("reply",)),
)
CONTACT = Asked(
    "hotline.order",
    confirm="confirm",
    into="satisfaction",
    grades={
        "very": "yes",
        "satisfied": "yes",
        "basically": "yes",
        "unsatisfied": "no",
        "very_unsatisfied": "no",
    },
    unsolved=("reopen", "ask_again", "take_up"),
)
