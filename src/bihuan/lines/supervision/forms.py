"""What each move of supervision asks for."""

from bihuan.kernel.forms.fields import Field, Form
from bihuan.lines.supervision.contracts import CORRECTED_TO, CRITERIA, SIDES, SUBJECTS
from bihuan.logic.mechanism import said as _

COLOURS = (("yellow", _("Yellow card")), ("red", _("Red card")))
MENTIONS = (("praise", _("Commendation")), ("blame", _("Criticism in a circular")))
MANNERS = (("urge", _("Urge")), ("watch", _("Watch")))

_NOTE = Field("note", _("Note"), "long")
_REASON = Field("reason", _("Reason"), "long", required=True)
_EVIDENCE = Field(
    "evidence", _("Evidence"), "files", help=_("Photos, documents or sheets. No state or work secrets.")
)
_UNIT = Field("unit", _("Unit"), "unit", required=True)

ASSESS = Form("supervision.assessment.open", _("Draft an assessment"), (
    Field("title", _("Title"), required=True, max_length=120),
    Field("subjects", _("Who is scored"), "choice", required=True, choices=tuple(SUBJECTS.items())),
    Field("since", _("From"), "date", required=True),
    Field("until", _("To"), "date", required=True),
    Field("as_of", _("As known at the end of"), "date", help=_("Empty: as known now.")),
    Field("scheme", _("Rules of scoring"), "int", help=_("Empty: those in force on the last day.")),
))  # fmt: skip
APPEAL = Form("supervision.appeal.open", _("Appeal against a score"), (
    Field("title", _("What is wrong, in one sentence"), required=True, max_length=200),
    Field("assessment", _("Assessment"), "int", required=True),
    Field("criterion", _("Criterion"), "choice", required=True, choices=tuple(CRITERIA.items())),
    Field("case", _("Case"), required=True, max_length=40, help=_("As the score lists it: matter and episode.")),
    _REASON,
    _EVIDENCE,
))  # fmt: skip
CORRECT = Form("supervision.appeal.correct", _("Correct the score"), (
    Field("after", _("The case"), "choice", required=True, choices=tuple(CORRECTED_TO.items())),
    Field("side", _("Whose delay it was"), "choice", choices=tuple(SIDES.items())),
    _REASON,
))  # fmt: skip
CARD = Form("supervision.card.open", _("Draft a card"), (
    Field("title", _("Title"), required=True, max_length=200),
    Field("colour", _("Colour"), "choice", required=True, choices=COLOURS),
    _UNIT,
    Field("grounds", _("Grounds"), "long", required=True),
    Field("basis", _("Rule it rests on"), required=True, max_length=300),
))  # fmt: skip
MENTION = Form("supervision.mention.open", _("Draft a commendation or criticism"), (
    Field("title", _("Title"), required=True, max_length=200),
    Field("mention", _("Commend or criticise"), "choice", required=True, choices=MENTIONS),
    _UNIT,
    Field("grounds", _("Grounds"), "long", required=True),
    Field("basis", _("Rule it rests on"), required=True, max_length=300),
))  # fmt: skip
WATCH = Form("supervision.watch.open", _("Urge or watch"), (
    Field("title", _("What supervision asks"), required=True, max_length=200),
    Field("manner", _("How"), "choice", required=True, choices=MANNERS),
    _UNIT,
    Field("ask", _("What is to be answered"), "long"),
))  # fmt: skip
_DUTY = (
    Field("leader", _("Leader in charge"), "post", required=True),
    _UNIT,
    Field("officer", _("Service officer"), "post"),
)
PLATE = Form("supervision.plate.open", _("Hang a plate"), (
    Field("title", _("Duty"), required=True, max_length=200),
    *_DUTY,
    Field("due", _("Due date"), "date", required=True),
    Field("shows_names", _("Names may be shown to the public"), "bool"),
))  # fmt: skip
ALL = (
    ASSESS, APPEAL, CORRECT, CARD, MENTION, WATCH, PLATE,
    Form("supervision.hear", _("Hear the unit"), (_UNIT, _NOTE)),
    Form("supervision.statement", _("Statement"), (
        Field("statement", _("Statement"), "long", required=True),
        _EVIDENCE,
    )),
    Form("supervision.card.issue", _("Issue the card"), (
        Field("colour", _("Colour"), "choice", required=True, choices=COLOURS, begins="colour"),
        Field("reply", _("How the statement was weighed"), "long", required=True),
    )),
    Form("supervision.watch.answer", _("Answer supervision"), (
        Field("reply", _("What was done, and what is next"), "long", required=True),
        _EVIDENCE,
    )),
    Form("supervision.plate.change", _("Change who answers for it"), (*_DUTY, _REASON)),
    Form("supervision.plate.done", _("Take it down"), (
        _NOTE,
        Field("evidence", _("Evidence"), "files", required=True),
    )),
    Form("supervision.reason", _("Reason"), (_REASON,)),
    Form("supervision.note_optional", _("Note"), (_NOTE,)),
)  # fmt: skip
