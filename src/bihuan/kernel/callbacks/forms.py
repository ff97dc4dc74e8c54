"""What a contact asks, and what is written down around it."""

from dataclasses import replace

from bihuan.kernel.callbacks.words import GRADES
from bihuan.kernel.forms.fields import AsSaid, Field, Form
from bihuan.logic.mechanism import said as _

_TITLE = Field("title", _("Title"), required=True, max_length=200)
_GRADE = Field("grade", _("Are you satisfied?"), "choice", required=True, choices=GRADES)
_UNSOLVED = Field("unsolved", _("It is not solved: send it back"), "bool")
_WHY = Field("why", _("Why? (you need not say)"), "long", max_length=1000)
_RATED = Field("rated", _("Rated unit"), "unit")
#: Asked beside the grade wherever somebody says whether it is solved; a line may count it.
_CONTACTED = Field("contacted", _("Did anybody get in touch with you?"), "choice", choices=(
    ("yes", _("Yes, somebody did")), ("no", _("No, nobody did")),
))  # fmt: skip
_ABOUT = Field("about", _("Asked about"), max_length=60)
_SPOKEN = Field("said", _("What was said on the phone"), "long", required=True)
#: Whoever is rated reads the words, and no name or number in them.
_WORDS, _CALL = AsSaid(("why",)), AsSaid(("said",))

ALL = (
    Form("callbacks.ask", _("Ask for a rating"), (
        _TITLE, _ABOUT, _RATED, Field("turn", _("Handling episode"), "int", required=True),
    )),
    Form("callbacks.rate", _("Confirm and rate"), (_CONTACTED, _UNSOLVED, _WHY, replace(_GRADE, tap=True)),
         _WORDS),
    Form("callbacks.phone", _("Record a call"), (
        _CONTACTED, _UNSOLVED, _GRADE, _WHY,
        Field("spoke", _("Spoken with"), required=True, cls="personal", max_length=60),
        Field("called", _("Called at"), "datetime", required=True),
    ), _WORDS),
    Form("callbacks.missed", _("Not reached"), (Field("note", _("Note"), max_length=200),)),
    Form("callbacks.again", _("Rate again"), (
        Field("why_again", _("Why? (you need not say)"), "long", max_length=1000),
        Field("grade_again", _("After it was put right, are you satisfied?"), "choice", required=True, choices=GRADES,
              tap=True),
    ), AsSaid(("why_again",))),
    Form("callbacks.recall", _("Call back"), (_TITLE, _ABOUT, _RATED, Field("why", _("Reason"), "long")), _WORDS),
    Form("callbacks.called", _("Have it put right"), (
        _SPOKEN, Field("unit", _("Unit that has to put it right"), "unit", required=True),
    ), _CALL),
    Form("callbacks.explained", _("Nothing to put right"), (_SPOKEN,), _CALL),
    Form("callbacks.rectify", _("Put right"), (
        _TITLE, _ABOUT, Field("unit", _("Unit"), "unit", required=True), Field("detail", _("Reason"), "long"),
    )),
    Form("callbacks.rectified", _("Report it put right"), (
        Field("reply", _("What was done"), "long", required=True),
        Field("evidence", _("Evidence"), "files", required=True),
    )),
    Form("callbacks.accept", _("Accept as put right"), (Field("note", _("Note"), "long"),)),
    Form("callbacks.reason", _("Reason"), (Field("reason", _("Reason"), "long", required=True),)),
)  # fmt: skip
