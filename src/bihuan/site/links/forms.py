"""What is asked of somebody with a code, and of whoever gives one out."""

from bihuan.kernel.forms.fields import Field, Form, register
from bihuan.logic.mechanism import said as _

ENTER = register(
    Form(
        "site.link_enter",
        _("Look up a matter"),
        (
            Field(
                "code",
                _("Look-up code"),
                required=True,
                max_length=40,
                help=_("Sixteen digits, as they were told to you."),
            ),
        ),
    )
)
ISSUE = register(
    Form(
        "site.link_issue",
        _("Give a link"),
        (
            Field(
                "until",
                _("Good until"),
                "date",
                required=True,
                help=_("Whoever has the link sees this one matter until then; you can take it back."),
            ),
        ),
    )
)
