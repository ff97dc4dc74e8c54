"""What is asked about people and their posts."""

from collections.abc import Sequence

from bihuan.kernel.forms.fields import Field, Form
from bihuan.logic.mechanism import said as _

PERSON = Form(
    "admin.person",
    _("Add a person"),
    (
        Field("name", _("Name of the person"), required=True, max_length=64),
        Field(
            "username", _("Login name"), required=True, max_length=64,
            help=_("Letters, digits, dot and hyphen. It is never given to somebody else."),
        ),
        Field("email", _("E-mail"), max_length=200),
    ),
)  # fmt: skip
END = Form(
    "admin.post.end",
    _("End a post"),
    (
        Field(
            "until", _("Last day"), "date",
            help=_("The whole of this day still counts. Empty: it ends now. Standing in for it ends with it."),
        ),
    ),
)  # fmt: skip
DELEGATE = Form(
    "admin.post.delegate",
    _("Let somebody stand in"),
    (
        Field("to_user", _("Who stands in"), required=True, max_length=64, help=_("Login name or name.")),
        Field("valid_from", _("Begins"), "date", required=True),
        Field("valid_until", _("Last day"), "date", required=True, help=_("The whole of this day counts.")),
        Field("reason", _("Why"), required=True, max_length=200, help=_("For example leave or a mission.")),
    ),
)


def appoint(roles: Sequence[tuple[str, str]]) -> Form:
    """Return the form of an appointment to one of these roles."""
    return Form(
        "admin.post.appoint",
        _("Appoint somebody"),
        (
            Field("user", _("Who"), required=True, max_length=64, help=_("Login name or name.")),
            Field("organisation", _("Organisation"), required=True, max_length=120),
            Field("role", _("Role"), "choice", required=True, choices=tuple(roles)),
            Field(
                "division", _("Over which division"), required=True, max_length=240,
                help=_("Name or code. The post reaches over this part of the tree."),
            ),
            Field("valid_from", _("Begins"), "date", required=True),
            Field(
                "valid_until", _("Last day"), "date",
                help=_("The whole of this day counts. Empty: until it is ended."),
            ),
        ),
    )  # fmt: skip


def token(posts: Sequence[tuple[str, str]], abilities: Sequence[tuple[str, str]]) -> Form:
    """Return the form of a new token for one of these posts, with some of these abilities."""
    return Form(
        "admin.token",
        _("Make a token"),
        (
            Field("post", _("Acts as"), "choice", required=True, choices=tuple(posts)),
            Field("name", _("What it is for"), required=True, max_length=80),
            Field(
                "abilities", _("What it may do"), "choices", required=True, choices=tuple(abilities),
                help=_("Never more than the post itself may."),
            ),
            Field("days", _("Valid for days"), "int", required=True, help=_("1 to 366.")),
        ),
    )  # fmt: skip
