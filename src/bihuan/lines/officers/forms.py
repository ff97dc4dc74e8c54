"""What each move asks for: the same fields on the page and in the API."""

from bihuan.kernel.forms.fields import Field, Form
from bihuan.logic.mechanism import said as _

REASONS = (
    ("leave", _("Leaves the post")),
    ("transfer", _("Other duties")),
    ("balance", _("Balance of load")),
    ("absence", _("Long absence")),
    ("request", _("Wish of the enterprise")),
)
WAYS = (
    ("phone", _("Phone call")),
    ("message", _("Message answered")),
    ("met", _("Met")),
    ("visit", _("Visit")),
    ("activity", _("Worked on a matter of the project")),
)
_TITLE = Field("title", _("Title"), required=True, max_length=200)
_NOTE = Field("note", _("Note"), "long")
_EVIDENCE = Field("evidence", _("Evidence"), "files")
_DEPUTY = Field("deputy", _("Deputy (B of AB)"), "post")

HANDOVER = Form("officers.handover.open", _("Hand the project over"), (
    _TITLE,
    Field("unit", _("Unit of the new officer"), "unit", required=True),
    Field("post", _("New officer"), "post", required=True),
    _DEPUTY,
    Field("why", _("Reason"), "choice", required=True, choices=REASONS),
    Field("detail", _("What is open"), "long"),
    _NOTE,
))  # fmt: skip
APPOINT = Form("officers.appoint", _("Appoint an officer"), (
    Field("post", _("Service officer"), "post", required=True),
    _DEPUTY,
    _NOTE,
))  # fmt: skip
KEEP = Form("officers.duty.keep", _("Note it as kept"), (
    Field("way", _("How"), "choice", required=True, choices=WAYS),
    _NOTE,
))  # fmt: skip
HAZARD = Form("officers.hazard.open", _("Report a hazard"), (
    _TITLE,
    Field("detail", _("Where and what"), "long"),
    _EVIDENCE,
))  # fmt: skip
ALL = (
    HANDOVER, APPOINT, KEEP, HAZARD,
    Form("officers.vacancy.open", _("Report the vacancy"), (_TITLE, _NOTE)),
    Form("officers.duty.open", _("Begin the turn"), (_TITLE,)),
    Form("officers.hazard.answer", _("It is removed"), (
        Field("reply", _("What was done"), "long", required=True),
        Field("evidence", _("Evidence"), "files", required=True),
    )),
    Form("officers.assign", _("Assign"), (Field("unit", _("Lead unit"), "unit", required=True), _NOTE)),
    Form("officers.evidence", _("Add evidence"), (Field("evidence", _("Evidence"), "files", required=True), _NOTE)),
    Form("officers.note", _("Note"), (Field("note", _("Note"), "long", required=True),)),
    Form("officers.note_optional", _("Note"), (_NOTE,)),
)  # fmt: skip
