"""What is asked to keep doors, accounts and quiet hours."""

from bihuan.kernel.forms.fields import Field, Form
from bihuan.logic.mechanism import said as _
from bihuan.site.admin.words import choices
from bihuan.site.notices.words import SHAPES

DOOR = Form(
    "admin.door",
    _("A door notices go out by"),
    (
        Field(
            "name", _("Name"), required=True, max_length=40,
            help=_("Letters, digits and hyphens. Its secret is read from BIHUAN_HOOK_<NAME> in the environment."),
        ),
        Field("shape", _("Kind of door"), "choice", required=True, choices=choices(SHAPES)),
        Field(
            "url", _("Address"), max_length=400,
            help=_("Of the robot or gateway; for an application only when the platform is your own."),
        ),
        Field("unit", _("Unit"), max_length=120, help=_("Whose notices go out here; only for groups.")),
        Field("phones", _("Phones"), max_length=400, help=_("For the SMS gateway: separated by commas.")),
        Field("ident", _("Identity"), max_length=80, help=_("WeCom: the corp id. DingTalk: the app key.")),
        Field("agent", _("Agent number"), max_length=40, help=_("The AgentId of the application.")),
        Field("urgent_only", _("For urgent notices only"), "bool"),
    ),
)  # fmt: skip
ACCOUNT = Form(
    "admin.door_account",
    _("What the door knows a person by"),
    (
        Field("user", _("Person"), required=True, max_length=80,
              help=_("Login name, or the name if only one bears it.")),
        Field("account", _("Account there"), required=True, max_length=80,
              help=_("The userid in WeCom or DingTalk, or the phone for SMS.")),
    ),
)  # fmt: skip
TRIAL = Form(
    "admin.door_trial",
    _("Send a trial message"),
    (Field("account", _("Account there"), max_length=80, help=_("Whom it goes to; groups need none.")),),
)
QUIET = Form(
    "notices.quiet",
    _("Set quiet hours"),
    (
        Field("start", _("From"), required=True, max_length=5, help=_("Such as 12:00.")),
        Field("until", _("Until"), required=True, max_length=5, help=_("Earlier than the beginning: over midnight.")),
        Field("unit", _("Unit"), max_length=120, help=_("For everyone of a unit; empty: for yourself.")),
    ),
)  # fmt: skip
PROGRAM = Form(
    "admin.webhook",
    _("A program that is told"),
    (
        Field("name", _("Name"), required=True, max_length=80),
        Field("url", _("Address"), required=True, max_length=400,
              help=_("Told by POST; only https to a public address.")),
        Field("kinds", _("Kinds of matter"), max_length=2000,
              help=_("Such as projects.problem, separated by commas. Empty: all.")),
        Field("moves", _("Moves"), max_length=2000, help=_("Such as open, sign_off. Empty: all.")),
        Field("division", _("Where"), max_length=240, help=_("Name or code of a division. Empty: the whole house.")),
    ),
)  # fmt: skip
