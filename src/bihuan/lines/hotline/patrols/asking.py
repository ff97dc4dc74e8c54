"""What a record of a patrol asks for: one form, on the phone and at the desk."""

from bihuan.kernel.forms.fields import AsSaid, Field, Form
from bihuan.lines.hotline.forms import LONGEST
from bihuan.logic.mechanism import said as _

_TITLE = Field("title", _("What was found, in one sentence"), required=True, max_length=200)
_ADDRESS = Field("address", _("Where it is"), max_length=200)
_CLASS = Field("about", _("Class"), "rows")
_DONE = Field("done", _("What was done at once, or what was told"), "long", max_length=LONGEST)
_POINT = Field("point", _("Place on the map, if you wish"), max_length=60)
_PHOTOS = Field(
    "evidence",
    _("Photos"),
    "files",
    help=_("Only if you wish. No faces of others, no state or work secrets."),
)

#: Settled on the spot it is a record; otherwise it becomes an order like any other.
RECORD = Form("hotline.patrol", _("Record what was found"), (
    _TITLE, _ADDRESS, _CLASS,
    Field("settled", _("Put right at once?"), "choice", required=True, choices=(
        ("yes", _("Yes, it is settled")), ("no", _("No, make it an order")),
        ("told", _("No, residents told it in a chat group: make it an order")))),
    _DONE, _POINT, _PHOTOS,
))  # fmt: skip
ALL = (
    RECORD,
    Form("hotline.found", _("Record what was found"), (
        _TITLE, _ADDRESS, _CLASS, Field("reply", _("What was done at once"), "long", required=True, max_length=LONGEST),
        _POINT, _PHOTOS,
    ), AsSaid(("title", "address", "reply"))),
)  # fmt: skip
