"""The columns of visits."""

from bihuan.kernel.intake.columns import Column
from bihuan.kernel.registers.registry import Register, register
from bihuan.lines.officers.registers import Ident
from bihuan.lines.officers.visits.models import Visit
from bihuan.logic.mechanism import said as _

STATES = {"计划": "planned", "已走访": "made", "取消": "cancelled"}

VISITS = register(
    Register(
        name="officers.visits",
        title=_("Visits"),
        model=Visit,
        fields=(
            Ident("enterprise", _("Enterprise")),
            Ident("project", _("Project")),
            Ident("post", _("Who goes"), required=True),
            Column("day", _("Day"), "day", required=True),
            Column("state", _("State"), "choice", choices=STATES, required=True),
            Column("template", _("Template"), longest=40),
            Column("purpose", _("Purpose"), longest=200),
            Column("progress", _("Progress seen"), "prose", longest=1000),
            Column("notes", _("Notes"), "prose", longest=2000),
            Column("ticks", _("What was ticked"), "prose"),
            Column("why", _("Why beyond the quota"), longest=300),
        ),
        match=("enterprise",),
    )
)
