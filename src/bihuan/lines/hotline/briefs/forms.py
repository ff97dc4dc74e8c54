"""What is asked for to draft a brief."""

from bihuan.kernel.forms.fields import Field, Form
from bihuan.logic.mechanism import said as _
from bihuan.logic.periods import PeriodKind

CHOICES: tuple[tuple[PeriodKind, str], ...] = (
    ("day", _("Daily brief of the hotline")),
    ("week", _("Weekly brief of the hotline")),
    ("month", _("Monthly brief of the hotline")),
)
DRAFT = Form(
    "hotline.brief",
    _("Draft a brief"),
    (
        Field("kind", _("Kind"), "choice", required=True, choices=CHOICES),
        Field("day", _("A day in the period"), "date", required=True),
    ),
)
ALL = (DRAFT,)
