"""What each move of an order asks for: the same fields on the page, in the API and in Excel."""

from bihuan.kernel.forms import fields
from bihuan.kernel.forms.fields import Field, Form
from bihuan.kernel.orders.words import CLOSINGS, INSTRUCTION_KINDS, PAPERS, SIGNERS, SOURCES, STATES
from bihuan.logic.mechanism import said as _

_NOTE = Field("note", _("Note"), "long")
_REASON = Field("reason", _("Reason"), "long", required=True)
_EVIDENCE = Field(
    "evidence", _("Evidence"), "files", help=_("Photos, documents or sheets. No state or work secrets.")
)
_DEMAND = _("What is to be done")
_UNIT = _("Lead unit")
_SUPPORTS = Field("supports", _("Supporting units"), "units")
_DUE = Field(
    "due", _("To be answered by"), "date", help=_("Left empty, the office's usual limit runs from signing.")
)
_BASIS = Field("basis", _("Basis"), max_length=300)
_SIGNER = Field("signer", _("To be signed by"), "post", roles=SIGNERS)
_PAPER = Field(
    "paper",
    _("Paper"),
    "choice",
    choices=PAPERS,
    help=_("Left empty, it follows from how the unit stands to you."),
)
_SCAN = Field("evidence", _("Scan of what was signed"), "files", required=True)
_SIGNED_BY = Field("signer", _("Who signed the paper"), "post", required=True, roles=SIGNERS)
_SIGNED_ON = Field("signed_on", _("Day of the signature"), "date", required=True)
_CLOSING = Field("closing", _("Result"), "choice", required=True, choices=CLOSINGS)
_POLICY = Field("basis", _("Policy basis"), "text", help=_("Required when policy does not allow it."))

DRAFT = Form("orders.draft", _("Draft an order"), (
    Field("title", _("Matter in one sentence"), required=True, max_length=200),
    Field("demand", _DEMAND, "long", required=True),
    Field("unit", _UNIT, "unit", required=True),
    _SUPPORTS,
    _DUE,
    _BASIS,
    Field("source", _("Comes from"), "choice", choices=SOURCES),
    _SIGNER,
    _PAPER,
    _EVIDENCE,
))  # fmt: skip
ANSWER = Form("orders.answer", _("Answer"), (
    _CLOSING,
    Field("state", _("How far it is"), "choice", choices=STATES),
    Field("reply", _("What was done"), "long", required=True),
    _POLICY,
    _EVIDENCE,
))  # fmt: skip
INSTRUCTION = Form("orders.instruction", _("Enter an instruction"), (
    Field("title", _("On what"), required=True, max_length=200),
    Field("kind", _("Kind"), "choice", required=True, choices=INSTRUCTION_KINDS),
    Field("text", _("Wording of the instruction"), "long", required=True),
    Field("leader", _("Whose instruction"), "post", required=True, roles=SIGNERS),
    Field("given_on", _("Day of the instruction"), "date", required=True),
    Field("readers", _("Who else may read it"), "posts"),
    Field("evidence", _("Scan of the instruction"), "files"),
))  # fmt: skip

ALL = (
    DRAFT,
    ANSWER,
    INSTRUCTION,
    Form("orders.revise", _("Revise the draft"), (
        Field("title", _("Matter in one sentence"), max_length=200),
        Field("demand", _DEMAND, "long"),
        Field("unit", _UNIT, "unit"),
        _SUPPORTS, _DUE, _BASIS, _SIGNER, _PAPER, _EVIDENCE,
    )),
    Form("orders.put_up", _("Put up for signing"), (_SIGNER, _NOTE)),
    Form("orders.readdress", _("Put up to another signer"), (
        Field("signer", _("To be signed by"), "post", required=True, roles=SIGNERS), _NOTE,
    )),
    Form("orders.sign", _("Sign"), (
        Field("note", _("Remark when signing"), "long"),
        Field("due", _("To be answered by"), "date"),
    )),
    Form("orders.sign_paper", _("Enter a signature on paper"), (_SIGNED_BY, _SIGNED_ON, _SCAN, _NOTE)),
    Form("orders.return", _("Return to the signer"), (
        Field("basis", _("Basis: why it is not this unit's duty"), "long", required=True),
        Field("proposed", _("Unit that should handle it"), "unit", required=True),
    )),
    Form("orders.reassign", _("Give it to another unit"), (
        Field("unit", _UNIT, "unit", required=True, begins="proposed"), _NOTE,
    )),
    Form("orders.hand_over", _("Hand over from an abolished unit"), (
        Field("unit", _("Unit that took over its duties"), "unit", required=True), _REASON,
    )),
    Form("orders.divide", _("Name who handles it"), (
        Field("post", _("Handled by"), "post", required=True), _NOTE,
    )),
    Form("orders.report", _("Report how far it is"), (
        Field("state", _("How far it is"), "choice", required=True, choices=STATES),
        Field("note", _("Progress"), "long", required=True),
        _EVIDENCE,
    )),
    Form("orders.check", _("Check the answer"), (
        Field("method", _("Verified by"), "choice", required=True, choices=(
            ("site", _("Visit on site")), ("call", _("Call to the enterprise")), ("papers", _("Papers")),
        )),
        _NOTE, _EVIDENCE,
    )),
    Form("orders.see_on_paper", _("Enter that the signer has read it on paper"), (_SIGNED_BY, _SIGNED_ON, _SCAN)),
    Form("orders.extension", _("Ask for more time"), (
        Field("days", _("Working days more"), "int", required=True), _REASON,
    )),
    Form("orders.supported", _("Answer"), (
        Field("reply", _("What was done"), "long", required=True), _EVIDENCE,
    )),
    Form("orders.support", _("Ask for support"), (
        Field("title", _("Matter in one sentence"), required=True, max_length=200),
        Field("demand", _DEMAND, "long", required=True),
        Field("unit", _("Supporting unit"), "unit", required=True),
        Field("supports", _UNIT, "units"),
        Field("due", _("To be answered by"), "date"),
    )),
    Form("orders.lead", _("The lead unit has changed"), (
        Field("unit", _("Supporting unit"), "unit", required=True), Field("supports", _UNIT, "units"),
    )),
    Form("orders.note", _("Comment"), (Field("note", _("Comment"), "long", required=True), _EVIDENCE)),
    Form("orders.note_optional", _("Note"), (_NOTE,)),
    Form("orders.evidence", _("Add evidence"), (
        Field("evidence", _("Evidence"), "files", required=True), _NOTE,
    )),
    Form("orders.reason", _("Reason"), (_REASON,)),
)  # fmt: skip


def register() -> None:
    """Make the forms of this room known."""
    for form in ALL:
        fields.register(form)
