"""What each move asks for. No form here has a field for money: the service is free."""

from bihuan.kernel.forms.fields import Field, Form
from bihuan.logic.mechanism import said as _

SIDES = (
    ("agent", _("The agent")),
    ("authority", _("The authority")),
    ("client", _("The client")),
)
HANDS = (("client", _("The client himself")), ("agent", _("The agent")))
SOURCES = (
    ("window", _("At the window")),
    ("phone", _("Phone")),
    ("visit", _("Visit")),
    ("wechat", _("Group chat")),
    ("other", _("Other")),
)
VERDICTS = (
    ("agree", _("Can be approved")),
    ("change", _("Can be approved after changes")),
    ("refuse", _("Can't be approved")),
)
STOPS = (
    ("publicity", _("Public notice")),
    ("review", _("Expert review")),
    ("test", _("Inspection, test or appraisal")),
    ("hearing", _("Hearing")),
)
WAITS = (
    ("enterprise", _("The enterprise asked to wait")),
    ("force", _("Force majeure")),
)
RESULTS = (
    ("granted", _("Granted")),
    ("filed", _("Filed")),
    ("refused", _("Refused by the authority")),
)
#: Whose delay it was that something owed did not come; only the government's counts in scores.
DELAYED_BY = (
    ("government", _("Government")),
    ("enterprise", _("Enterprise")),
    ("supply", _("Land, utilities and other supply")),
    ("third", _("Third party")),
)
OUTCOMES = (
    ("made_good", _("Handed in after all")),
    ("ordered", _("Ordered to be put right by a day")),
    ("withdrawn", _("The decision was withdrawn")),
    ("waived", _("Not needed any more")),
)

_NOTE = Field("note", _("Note"), "long")
_REASON = Field("reason", _("Reason"), "long", required=True)
_EVIDENCE = Field("evidence", _("Evidence"), "files")
_SCAN = Field("evidence", _("Scan of the signed paper"), "files", required=True)
_POST = Field("post", _("Agent in charge"), "post", help=_("Empty: you."))

_MANDATE = (
    Field("scope", _("Items the mandate covers"), "rows", help=_("Empty: all items of the case.")),
    Field("valid_from", _("Valid from"), "date", required=True),
    Field("valid_until", _("Valid until"), "date", required=True),
    Field("signed_by", _("Signed by"), required=True, cls="personal", max_length=60),
    _SCAN,
)

ALL = (
    Form("agency.apply", _("Apply for agency"), (
        Field("title", _("What is to be obtained"), required=True, max_length=200),
        Field("items", _("Approval items"), "rows"),
        Field("preset", _("Preset"), "rows", help=_("Adds the items of the preset.")),
        Field("contact", _("Contact person"), cls="personal", max_length=60),
        Field("phone", _("Contact's phone"), "phone", cls="personal"),
        Field("detail", _("Details"), "long"),
        _EVIDENCE,
    )),
    Form("agency.accept", _("Accept the case"), (_POST, _NOTE)),
    Form("agency.hand_over", _("Hand over to another agent"), (
        Field("post", _("Agent in charge"), "post", required=True),
        _REASON,
    )),
    Form("agency.mandate", _("Take the mandate"), _MANDATE),
    Form("agency.renew", _("Renew the mandate"), _MANDATE),
    Form("agency.reason", _("Reason"), (_REASON,)),
    Form("agency.materials", _("Keep the materials"), (
        Field("have", _("Now at hand"), "rows"),
        Field("missing", _("Missing"), "rows"),
        Field("waived", _("Not needed"), "rows"),
        Field("signed", _("Statements signed by"), "choice", choices=HANDS,
              help=_("The agent can't sign statutory declarations for the client.")),
        _NOTE,
        _EVIDENCE,
    )),
    Form("agency.notice", _("Ask for what is missing, once"), (
        Field("materials", _("Missing materials"), "rows", required=True),
        Field("until", _("To be handed in by"), "date"),
        Field("again", _("Why once more"), "long",
              help=_("Only when something was asked for before: what is new, or what was forgotten.")),
        Field("fault", _("Who should have said so before"), "choice", choices=SIDES),
        Field("fault_unit", _("The authority"), "unit"),
        _NOTE,
    )),
    Form("agency.owe", _("Accept without it, to be handed in later"), (
        Field("owed", _("What is handed in later"), "rows", required=True),
        Field("due", _("To be handed in by"), "date", required=True),
        Field("consequence", _("What happens if it isn't"), "long", required=True),
        Field("evidence", _("The promise, signed by the client"), "files", required=True),
    )),
    Form("agency.prereview", _("Ask for a joint pre-review"), (
        Field("authorities", _("Authorities asked"), "units", required=True),
        _NOTE,
        _EVIDENCE,
    )),
    Form("agency.conclude", _("Sum up the pre-review"), (
        Field("verdict", _("Consolidated opinion"), "choice", required=True, choices=VERDICTS),
        Field("summary", _("In words"), "long", required=True),
        _EVIDENCE,
    )),
    Form("agency.submit", _("Submit to the authority"), (
        Field("submitted_on", _("Accepted by the authority on"), "date", required=True),
        Field("expected", _("Decision expected by"), "date", required=True),
        Field("number", _("Number on the approval platform"), max_length=60),
        Field("submitted_items", _("Items submitted"), "rows", help=_("Empty: all items of the case.")),
        _NOTE,
        _EVIDENCE,
    )),
    Form("agency.submit_part", _("Submit further items"), (
        Field("part", _("Items submitted"), "rows", required=True),
        Field("part_on", _("Accepted by the authority on"), "date", required=True),
        Field("part_expected", _("Decision expected by"), "date"),
        Field("part_number", _("Number on the approval platform"), max_length=60),
        _NOTE,
        _EVIDENCE,
    )),
    Form("agency.decide_part", _("Note a decision"), (
        Field("submission", _("Which submission"), "rows", required=True),
        Field("part_decided", _("Decided on"), "date", required=True),
        _NOTE,
        _EVIDENCE,
    )),
    Form("agency.correct", _("The authority asks for corrections"), (
        Field("cause", _("Cause"), "choice", required=True,
              choices=(("supplement", _("Applicant supplements papers")),)),
        Field("what", _("What is to be corrected"), "long", required=True),
        Field("evidence", _("The authority's notice"), "files", required=True),
    )),
    Form("agency.stop", _("The authority's clock stops"), (
        Field("cause", _("Cause"), "choice", required=True, choices=STOPS),
        Field("evidence", _("Evidence"), "files", required=True),
        _NOTE,
    )),
    Form("agency.suspend", _("Suspend"), (
        Field("cause", _("Cause"), "choice", required=True, choices=WAITS),
        _REASON,
        Field("evidence", _("Evidence"), "files", required=True),
    )),
    Form("agency.finish", _("Finish"), (
        Field("result", _("Result"), "choice", required=True, choices=RESULTS),
        Field("decided_on", _("Decided on"), "date", required=True),
        Field("licence", _("Number of the licence or filing"), max_length=80),
        Field("received_by", _("Received by"), "choice", required=True, choices=HANDS),
        _NOTE,
        _EVIDENCE,
    )),
    Form("agency.note", _("Comment"), (Field("note", _("Comment"), "long", required=True),)),
    Form("agency.note_optional", _("Note"), (_NOTE,)),
    Form("agency.evidence", _("Add evidence"), (Field("evidence", _("Evidence"), "files", required=True), _NOTE)),
    Form("agency.guide", _("Record guidance"), (
        Field("title", _("What was asked"), required=True, max_length=200),
        Field("items", _("Approval items"), "rows"),
        Field("source", _("Came by"), "choice", choices=SOURCES),
        Field("answer", _("What was explained"), "long", required=True),
        Field("contact", _("Contact person"), cls="personal", max_length=60),
        Field("phone", _("Contact's phone"), "phone", cls="personal"),
    )),
    Form("agency.opinion.ask", _("Ask for an opinion"), (
        Field("title", _("Question to the authority"), required=True, max_length=200),
        Field("unit", _("Authority"), "unit", required=True),
    )),
    Form("agency.opinion.give", _("Give the opinion"), (
        Field("verdict", _("Opinion"), "choice", required=True, choices=VERDICTS),
        Field("opinion", _("In words"), "long", required=True),
        Field("lacking", _("Materials that are lacking"), "long", help=_("All of them: they are asked for once.")),
        _EVIDENCE,
    )),
    Form("agency.owed.open", _("Register what is owed"), (
        Field("title", _("What is owed"), required=True, max_length=200),
        Field("unit", _("Unit"), "unit", required=True),
        Field("post", _("Agent in charge"), "post"),
        Field("due", _("To be handed in by"), "date", required=True),
        Field("consequence", _("What happens if it isn't"), "long", required=True),
        Field("materials", _("What is handed in later"), "rows", required=True),
    )),
    Form("agency.owed.deliver", _("Handed in later"), (
        Field("evidence", _("Evidence"), "files", required=True), _NOTE,
    )),
    Form("agency.breach.open", _("Owed material overdue"), (
        Field("title", _("Circumstances"), required=True, max_length=200),
        Field("consequence", _("Stated consequence"), "long"),
    )),
    Form("agency.breach.settle", _("Settle"), (
        Field("outcome", _("Outcome"), "choice", required=True, choices=OUTCOMES),
        Field("side", _("Whose delay it was"), "choice", required=True, choices=DELAYED_BY),
        Field("reply", _("What was done"), "long", required=True),
        _EVIDENCE,
    )),
)  # fmt: skip
