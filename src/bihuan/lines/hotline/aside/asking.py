"""What setting orders aside and deciding on them ask for."""

from bihuan.kernel.forms.fields import Field, Form
from bihuan.lines.hotline.aside.reasons import TITLES
from bihuan.lines.hotline.forms import LONGEST
from bihuan.logic.mechanism import said as _

_WHY = Field("why", _("Why it was set aside"), "choice", required=True, choices=TITLES)

ALL = (
    Form("hotline.heap", _("Set aside"), (
        Field("title", _("What it is about, in one sentence"), required=True, max_length=200), _WHY,
    )),
    # Never typed by anybody: the doors say it.
    Form("hotline.set_aside", _("Set aside"), (
        _WHY, Field("code", _("Wished to follow"), max_length=30),
    )),
    Form("hotline.discard", _("Discard"), (
        Field("reply", _("Reason"), "long", required=True, max_length=LONGEST,
              help=_("Whoever sent it in reads this by the look-up code.")),
    )),
)  # fmt: skip
