"""What is asked to set a time limit or a reminder."""

from bihuan.kernel.forms.fields import Field, Form
from bihuan.logic.mechanism import said as _
from bihuan.site.admin.words import UNITS, choices

ROW = Form(
    "admin.limit",
    _("Set a time limit"),
    (
        Field("rule", _("Rule"), required=True, max_length=80, help=_("The name mechanisms ask for it by.")),
        Field("title", _("Title"), max_length=120),
        Field("value", _("How long"), "int", required=True),
        Field("unit", _("Counted in"), "choice", required=True, choices=choices(UNITS)),
        Field(
            "roll", _("An end on a rest day moves to the next working day"), "bool",
            help=_("For calendar days and months; Civil Code, article 203."),
        ),
        Field(
            "source", _("Source"), required=True, max_length=300,
            help=_("The law, rule or promise it rests on, with article and number."),
        ),
        Field(
            "verified_on", _("Checked on"), "date",
            help=_("The day somebody read the source itself. Empty: marked as to be verified."),
        ),
        Field(
            "division", _("Where"), max_length=240,
            help=_("Name or code of a division; the most specific place wins. Empty: the whole house."),
        ),
        Field("valid_from", _("Holds from"), "date", required=True),
    ),
)  # fmt: skip
REMINDER = Form(
    "admin.reminder",
    _("Set a reminder"),
    (
        Field(
            "kind", _("Kind"), "choice", required=True,
            choices=(
                ("early", _("Reminder before")), ("due", _("Due now")), ("urge", _("Urge")),
                ("bulletin", _("Bulletin")),
            ),
        ),
        Field(
            "side", _("When"), "choice", required=True,
            choices=(
                ("before", _("Before it is due")), ("at", _("When it is due")), ("after", _("After it was due")),
            ),
        ),
        Field("value", _("By how much"), "int", help=_("0 with “after” is the next working day's morning.")),
        Field("unit", _("Counted in"), "choice", required=True,
              choices=(("wd", _("working days")), ("wh", _("working hours")))),
        Field("upto_days", _("Only for limits of at most so many days"), "int"),
        Field("over_days", _("Only for limits of more than so many days"), "int"),
        Field("digest", _("Wait for the daily digest"), "bool"),
        Field("active", _("In use"), "bool", help=_("Without it, this reminder is no longer given.")),
        Field("source", _("Source"), required=True, max_length=200),
    ),
)  # fmt: skip
