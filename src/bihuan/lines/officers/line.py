"""Service officers (服务专员): who serves which project, contact and visits, enterprises and their grids."""

from bihuan.logic.mechanism import said as _
from bihuan.ui.line import Line, MenuEntry

LINE = Line(
    name="officers",
    title=_("Service officers"),
    icon="people",
    order=20,
    depends_on=("projects",),
    permits={
        "officers": ("coordinator", "leader", "principal", "officer", "supervisor"),
        "officers.own": ("officer", "leader", "principal", "coordinator"),
        "officers.board": ("coordinator", "leader", "principal", "supervisor"),
        "officers.assign": ("coordinator",),
        "officers.visits": ("coordinator", "leader", "principal", "officer", "supervisor", "department"),
        "officers.grids": ("coordinator", "leader", "principal", "officer", "supervisor", "department"),
        "officers.keep": ("coordinator",),
    },
    menu=(
        MenuEntry(_("My portfolio"), "officers_mine", icon="people", permit="officers.own", phone=True),
        MenuEntry(_("Who serves which project"), "officers_board", icon="flow", permit="officers.board"),
        MenuEntry(_("Visit plan"), "officers_calendar", icon="calendar", permit="officers.visits"),
        MenuEntry(_("Enterprise register"), "officers_enterprises", icon="building", permit="officers.grids"),
        MenuEntry(_("Grids and coverage"), "officers_grids", icon="map", permit="officers.grids"),
        MenuEntry(_("Quota and weights"), "officers_rules", icon="gear", permit="officers.assign"),
        MenuEntry(_("Kinds of visits"), "officers_templates", icon="gear", permit="officers.assign"),
        MenuEntry(_("Classes of needs"), "officers_needs", icon="gear", permit="officers.assign"),
    ),
    modules=(
        "bihuan.lines.officers.guards",
        "bihuan.lines.officers.jobs",
        "bihuan.lines.officers.pages.hooks",
        "bihuan.lines.officers.visits.counted",
    ),
    rights={"coordinator": ("officers.assign", "officers.rules", "officers.enterprises")},
    forms=("bihuan.lines.officers.forms.ALL",),
    registers=(
        "bihuan.lines.officers.registers.ASSIGNMENTS",
        "bihuan.lines.officers.visits.register.VISITS",
        "bihuan.lines.officers.grids.register.ENTERPRISES",
        "bihuan.lines.officers.grids.register.GRIDS",
    ),
    mechanisms=("bihuan.lines.officers.mechanisms.ALL",),
    figures=("bihuan.lines.officers.figures.ALL",),
    limits=("limits.json",),
    subjects="bihuan.lines.officers.selectors.subjects",
    options="bihuan.lines.officers.pages.words.options",
    urls="bihuan.lines.officers.urls",
    api="bihuan.lines.officers.api.router",
    demo="bihuan.lines.officers.demo.load",
    life="bihuan.lines.officers.life.LIFE",
)
