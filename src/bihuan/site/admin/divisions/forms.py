"""What is asked to change the tree."""

from bihuan.kernel.forms.fields import Field, Form
from bihuan.logic.mechanism import said as _
from bihuan.site.admin.words import LEVELS, choices

_NAME = Field("name", _("Name"), required=True, max_length=80)
_CODE = Field(
    "code", _("Code"), max_length=12,
    help=_("GB/T 2260: 6 digits to the county, 9 the street, 12 the community. Grids and parks have none."),
)  # fmt: skip
_PARENT = Field(
    "parent", _("Part of"), max_length=240,
    help=_("Name or code of the division above; empty for a province or whatever stands on top."),
)  # fmt: skip

ADD = Form(
    "admin.division.add",
    _("Add a division"),
    (
        _NAME,
        Field("level", _("Level"), "choice", required=True, choices=choices(LEVELS)),
        _PARENT,
        _CODE,
        Field(
            "as_of",
            _("Exists from"),
            "date",
            help=_("Empty when it has been there as long as anybody knows."),
        ),
    ),
)
AMEND = Form(
    "admin.division.amend",
    _("Rename, renumber or move"),
    (
        _NAME,
        _CODE,
        _PARENT,
        Field(
            "as_of", _("From which day"), "date", required=True,
            help=_("What was before stays readable; days before this one keep the old name."),
        ),
    ),
)  # fmt: skip
END = Form(
    "admin.division.end",
    _("End a division"),
    (Field("as_of", _("From which day"), "date", required=True, help=_("It no longer exists on that day.")),),
)
UPLOAD = Form(
    "admin.division.upload",
    _("Bring in a table of divisions"),
    (
        Field(
            "tables", _("Tables"), "files", required=True,
            help=_("CSV (also .gz) or Excel with the columns code and name; several files are read as one."),
        ),
    ),
)  # fmt: skip
OPTIONS = Form(
    "admin.division.options",
    _("How the table is to be read"),
    (
        Field("as_of", _("Changes hold from"), "date", required=True),
        Field(
            "complete", _("The table is complete: what it does not list any more is ended"), "bool",
            help=_("Only below the highest divisions that stand in the table itself."),
        ),
        Field(
            "same", _("Renumbered"), "long", max_length=20_000,
            help=_("One a line, new code = old code. Its parts follow."),
        ),
    ),
)  # fmt: skip
