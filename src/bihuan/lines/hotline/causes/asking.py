"""What setting, handling and judging a root-cause task ask for."""

from bihuan.kernel.forms.fields import Field, Form
from bihuan.lines.hotline.forms import LONGEST
from bihuan.logic.mechanism import said as _

_EVIDENCE = Field(
    "evidence", _("Evidence"), "files", help=_("Photos, documents or sheets. No state or work secrets.")
)
_REPLY = Field(
    "reply", _("What was changed so that it does not come back"), "long", required=True, max_length=LONGEST
)
ALL = (
    Form("hotline.cause", _("Set a root-cause task"), (
        Field("title", _("What keeps coming back, in one sentence"), required=True, max_length=200),
        Field("about", _("Class"), "rows", required=True),
        Field("unit", _("Lead unit"), "unit", required=True),
        Field("detail", _("What the task is"), "long", max_length=LONGEST),
    )),
    Form("hotline.cause_plan", _("Take it on with a plan"), (
        Field("plan", _("What will be done by when"), "long", required=True, max_length=LONGEST),
    )),
    Form("hotline.cause_done", _("The cause is put right"), (_REPLY, _EVIDENCE)),
    Form("hotline.cause_judged", _("It held: fewer calls came"), (
        Field("note", _("Judgement"), "long", required=True),
    )),
    Form("hotline.cause_rule", _("Dispatch such calls as the meeting decided"), (
        Field("unit_from_now", _("Unit in charge from now on"), "unit", required=True),
        Field("reason", _("What the meeting decided"), "long", required=True),
    )),
)  # fmt: skip
