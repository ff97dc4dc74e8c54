"""What is asked when an enterprise says what it needs, and when somebody takes that in for it."""

from bihuan.kernel.callbacks.registry import Asked
from bihuan.kernel.flow.outside import Outside
from bihuan.kernel.forms.fields import Field, Form
from bihuan.lines.projects.contracts import NEEDS
from bihuan.logic.mechanism import said as _

#: The six an industrial park hears most, utilities, and the rest: one list with the problems of projects.
CLASSES = NEEDS
#: What the same need is called among the problems of a project, which bear the class itself as well.
CATEGORIES = {
    "declare": "policy", "payment": "policy", "certificate": "permit", "labour": "labour", "finance": "finance",
    "school": "other", "utilities": "utilities", "other": "other",
}  # fmt: skip
OTHER = "other"
CHANNELS = (
    ("page", _("The enterprise itself")),
    ("phone", _("Phone")),
    ("wechat", _("Group chat")),
    ("visit", _("Visit")),
)
SATISFACTION = (("yes", _("Satisfied")), ("no", _("Not satisfied")))
CLOSINGS = (
    ("solved", _("Solved")), ("partly", _("Partly solved")), ("explained", _("Explained")),
    ("policy", _("Policy does not allow it")),
)  # fmt: skip

_TITLE = Field("title", _("What you need, in one sentence"), required=True, max_length=200)
_CLASS = Field("class", _("Class of need"), "choice", required=True, choices=CLASSES)
_DETAIL = Field("detail", _("Details"), "long")
_EVIDENCE = Field(
    "evidence", _("Evidence"), "files", help=_("Photos, documents or sheets. No state or work secrets.")
)
_REASON = Field("reason", _("Reason"), "long", required=True)
_CALLER = Field("caller", _("Contact person"), cls="personal", max_length=60)
_PHONE = Field("phone", _("Contact's phone"), "phone", cls="personal")
_CHANNEL = Field("channel", _("Came by"), "choice", choices=CHANNELS)

#: The short form of the enterprise's own page; ``project`` is offered when there are any.
RAISE = Form("enterprise.raise", _("Say what you need"), (
    _TITLE, _CLASS, Field("project", _("About which project"), "rows"), _DETAIL,
))  # fmt: skip
TAKE_IN = Form("enterprise.take_in", _("Take in a need"), (
    Field("party", _("Enterprise"), "unit", required=True),
    Field("channel", _("Came by"), "choice", required=True, choices=CHANNELS),
    Field("title", _("The need in one sentence"), required=True, max_length=200), _CLASS,
    Field("detail", _("Details, or the message as it came"), "long"),
    _CALLER, _PHONE,
))  # fmt: skip
INVITE = Form("enterprise.invite", _("Invite an enterprise"), (
    Field("uscc", _("Unified social credit code"), "uscc", required=True),
    Field("name", _("Name of the enterprise"), required=True, max_length=120),
))  # fmt: skip
JOIN = Form("enterprise.join", _("Open an account"), (
    Field("code", _("Invitation code"), required=True, max_length=40),
    Field("uscc", _("Unified social credit code"), "uscc", required=True),
    Field("person", _("Your name"), required=True, max_length=60),
    Field("login", _("Name to sign in with"), required=True, max_length=60),
    Field("password", _("Password"), required=True, max_length=100, help=_("At least ten characters.")),
))  # fmt: skip
ALL = (
    RAISE, TAKE_IN, INVITE, JOIN,
    Form("enterprise.open", _("Say what you need"), (
        _TITLE, _CLASS, _CHANNEL, _DETAIL, _CALLER, _PHONE, _EVIDENCE,
    )),
    Form("enterprise.attach", _("The same need again"), (
        _CHANNEL, Field("note", _("What was said"), "long", required=True), _CALLER, _PHONE,
    )),
    Form("enterprise.assign", _("Assign"), (
        Field("unit", _("Lead unit"), "unit", required=True), Field("supports", _("Supporting units"), "units"),
        Field("note", _("Note"), "long"),
    )),
    Form("enterprise.answer", _("Answer"), (
        Field("closing", _("Result"), "choice", required=True, choices=CLOSINGS),
        Field("reply", _("What was done"), "long", required=True),
        Field("basis", _("Policy basis"), "text", help=_("Required when policy does not allow it.")),
        _EVIDENCE,
    )),
    Form("enterprise.settle", _("Settled by its order"), (
        Field("closing", _("Result"), "choice", required=True, choices=CLOSINGS),
        Field("reply", _("What was done"), "long", required=True),
        Field("order", _("Order"), required=True, max_length=30),
    )),
    Form("enterprise.reason", _("Reason"), (_REASON,)),
    Form("enterprise.note", _("Comment"), (Field("note", _("Comment"), "long", required=True),)),
    Form("enterprise.checked", _("Sign off"), (Field("note", _("Note"), "long"),)),
    Form("enterprise.confirmed", _("Confirm it is done"), (
        Field("satisfaction", _("Satisfaction"), "choice", required=True, choices=SATISFACTION),
    )),
)  # fmt: skip

OUTSIDE = Outside("enterprise.need")
CONTACT = Asked(
    "enterprise.need",
    confirm="confirm",
    into="satisfaction",
    grades={
        "very": "yes",
        "satisfied": "yes",
        "basically": "yes",
        "unsatisfied": "no",
        "very_unsatisfied": "no",
    },
    unsolved=("reopen", "take_up"),
)
