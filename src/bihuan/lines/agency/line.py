"""Agency (代办帮办): approvals obtained for a client, free of charge, on his mandate."""

from bihuan.logic.mechanism import said as _
from bihuan.ui.line import Line

_OFFICE = ("agent", "coordinator", "leader", "principal", "supervisor")

LINE = Line(
    name="agency",
    title=_("Agency"),
    icon="inbox",
    order=30,
    depends_on=("projects",),
    permits={
        "agency": (*_OFFICE, "officer", "department"),
        "agency.work": ("agent", "coordinator"),
        "agency.see": _OFFICE,
        "agency.import": ("coordinator",),
    },
    modules=("bihuan.lines.agency.guards", "bihuan.lines.agency.jobs"),
    roles=("bihuan.lines.agency.roles.ALL",),
    rights={"coordinator": ("agency.catalogue", "agency.import")},
    forms=("bihuan.lines.agency.forms.ALL",),
    registers=("bihuan.lines.agency.registers.ALL",),
    mechanisms=("bihuan.lines.agency.mechanisms.ALL",),
    figures=("bihuan.lines.agency.figures.ALL",),
    limits=("limits.json",),
    subjects="bihuan.lines.agency.selectors.subjects",
    options="bihuan.lines.agency.selectors.options",
)
