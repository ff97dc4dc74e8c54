"""What is asked of an organisation."""

from bihuan.kernel.forms.fields import Field, Form
from bihuan.logic.mechanism import said as _
from bihuan.site.admin.words import UNIT_KINDS, choices

BODY = Form(
    "admin.organisation",
    _("Organisation"),
    (
        Field("name", _("Full name"), required=True, max_length=120, help=_("As on its certificate.")),
        Field("short_name", _("Short name"), max_length=60, help=_("As people say it; shown in lists.")),
        Field("kind", _("Kind"), "choice", required=True, choices=choices(UNIT_KINDS)),
        Field(
            "uscc",
            _("Unified social credit code"),
            max_length=40,
            help=_("18 characters; its check digit is proved. May be left empty until it is known."),
        ),
        Field("division", _("Lies in"), max_length=240, help=_("Name or code of the division.")),
        Field("parent", _("Part of"), max_length=120, help=_("The organisation it belongs to, if any.")),
        Field("contact", _("Contact"), max_length=200, help=_("The office's own line; no private numbers.")),
    ),
)
