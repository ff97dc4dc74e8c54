"""What is asked to change a calendar."""

from bihuan.kernel.forms.fields import Field, Form
from bihuan.logic.mechanism import said as _

_WHERE = Field(
    "division", _("Where"), max_length=240,
    help=_("Name or code of a division; everything in it is meant. Empty: the whole house."),
)  # fmt: skip
_SOURCE = Field(
    "source", _("On whose word"), max_length=200, help=_("The notice or order it rests on, with its number.")
)

DAYS = Form(
    "admin.calendar.days",
    _("Close or open days"),
    (
        _WHERE,
        Field("first", _("First day"), "date", required=True),
        Field("last", _("Last day"), "date", help=_("Empty when it is one day.")),
        Field(
            "what", _("What they are"), "choice", required=True,
            choices=(
                ("shut", _("Closed: not counted")), ("open", _("Worked: counted")),
                ("plain", _("As their weekday again")),
            ),
        ),
        Field("name", _("What for"), max_length=60, help=_("For example a storm, a fair, a removal.")),
        _SOURCE,
    ),
)  # fmt: skip
YEAR = Form(
    "admin.calendar.year",
    _("Enter a year's notice"),
    (
        Field("year", _("Year"), "int", required=True),
        Field("source", _("Holiday notice"), required=True, max_length=200, help=_("Its title and number.")),
        Field("address", _("Address"), max_length=300, help=_("Where it is published.")),
        Field("published", _("Published on"), "date"),
        Field(
            "text", _("Text of the notice"), "long", required=True, max_length=8000,
            help=_("Paste the notice's own words, or write a line each: 2027-01-01 至 2027-01-03 放假 元旦."),
        ),
    ),
)  # fmt: skip
HOURS = Form(
    "admin.calendar.hours",
    _("Set working hours"),
    (
        _WHERE,
        Field("valid_from", _("From which day"), "date", required=True),
        Field(
            "spans",
            _("Hours"),
            required=True,
            max_length=100,
            help=_("For example 09:00-12:00, 13:30-17:30."),
        ),
        _SOURCE,
    ),
)
