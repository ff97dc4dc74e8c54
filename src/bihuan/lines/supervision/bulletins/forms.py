"""What is asked for to draft a bulletin."""

from bihuan.kernel.forms.fields import Field, Form
from bihuan.logic.mechanism import said as _
from bihuan.logic.periods import PeriodKind

CHOICES: tuple[tuple[PeriodKind, str], ...] = (
    ("week", _("Weekly progress table")),
    ("month", _("Monthly bulletin")),
    ("quarter", _("Quarterly summary")),
)
DRAFT = Form(
    "supervision.bulletin",
    _("Draft a bulletin"),
    (
        Field("kind", _("Kind"), "choice", required=True, choices=CHOICES),
        Field("day", _("A day in the period"), "date", required=True),
    ),
)
ALL = (DRAFT,)
