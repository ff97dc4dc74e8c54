"""What keeping a household file and writing down a visit ask for."""

from bihuan.kernel.forms.fields import Field, Form
from bihuan.lines.hotline.contracts import EVERY, FOUND_WELL, PURPOSES, TAGS
from bihuan.logic.mechanism import said as _

_EVERY = Field("every", _("How often visited"), "choice", required=True, choices=EVERY)
RESIDENT = Form("hotline.resident", _("Look after somebody"), (
    Field("building", _("Building or stretch of street"), "rows", required=True),
    Field("door", _("Unit and door"), required=True, max_length=40),
    Field("name", _("Name"), required=True, max_length=60),
    Field("phone", _("Phone"), "phone"),
    Field("tag", _("Why the grid looks after this person"), "choice", required=True, choices=TAGS),
    Field("purpose", _("For what this may be used"), "choice", required=True, choices=PURPOSES),
    Field("source", _("How the grid knows, and that the person agreed"), required=True, max_length=200),
    Field("until", _("Kept until"), "date", required=True),
    _EVERY,
))  # fmt: skip
LOOK = Form("hotline.look", _("Show those looked after"), (
    Field("purpose", _("For what"), "choice", required=True, choices=PURPOSES),
    Field("why", _("What you need it for"), required=True, max_length=200),
))  # fmt: skip
WHY = Form("hotline.resident_why", _("Show in clear"), (
    Field("purpose", _("For what"), "choice", required=True, choices=PURPOSES),
    Field("why", _("What you need it for"), required=True, max_length=200),
))  # fmt: skip
ALL = (
    Form("hotline.visit", _("Plan visits"), (
        Field("title", _("Whom"), required=True, max_length=200), _EVERY,
        Field("resident", _("Household file"), "rows"),
    )),
    Form("hotline.visited", _("Write the visit down"), (
        Field("well", _("How it stands"), "choice", required=True, choices=FOUND_WELL),
        Field("note", _("What was said or needed"), "long", cls="sensitive"),
    )),
)  # fmt: skip
