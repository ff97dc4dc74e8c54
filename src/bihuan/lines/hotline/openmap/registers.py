"""The columns of the public map's settings and of the classes reviewed for it."""

from bihuan.kernel.intake.columns import Column
from bihuan.kernel.registers.registry import Register, register
from bihuan.lines.hotline.models import OpenClass, OpenMap
from bihuan.lines.hotline.registers import Ident
from bihuan.logic.mechanism import said as _

MAPS = register(Register(
    name="hotline.maps", title=_("Public map"), model=OpenMap, match=("level",),
    fields=(
        Column("opened", _("Open to everybody"), "choice", required=True, choices={"是": "yes", "否": "no"}),
        Column("level", _("Counted by"), "choice", required=True, choices={"街道": "street", "社区": "community"}),
        Column("period", _("Period"), "choice", required=True, choices={"月": "month", "周": "week"}),
        Ident("least", _("Smallest number shown"), required=True),
        Ident("delay", _("Days from the end of a period to its release"), required=True),
        Column("source", _("Source"), required=True, longest=300),
    ),
))  # fmt: skip
CLASSES = register(Register(
    name="hotline.map_classes", title=_("Classes on the public map"), model=OpenClass, match=("duty",),
    fields=(
        Ident("duty", _("Class"), required=True),
        Column("reason", _("Why everybody may read it"), "prose", required=True, longest=1000),
        Ident("proposer", _("Proposed by"), required=True), Ident("reviewer", _("Reviewed by")),
    ),
))  # fmt: skip
ALL = (MAPS, CLASSES)
