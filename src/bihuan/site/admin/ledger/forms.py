"""What is asked before the ledger is recomputed."""

from bihuan.kernel.forms.fields import Field, Form
from bihuan.logic.mechanism import said as _

VERIFY = Form(
    "admin.ledger.verify",
    _("Verify the ledger"),
    (
        Field(
            "anchors", _("Signed roots kept elsewhere"), "file",
            help=_("A file downloaded here earlier. With it even a ledger cut back to an older state is found."),
        ),
    ),
)  # fmt: skip
