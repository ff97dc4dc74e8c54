"""Agency (代办帮办): approvals obtained for a client, free of charge, on his mandate."""

from bihuan.logic.mechanism import said as _
from bihuan.ui.line import Line, MenuEntry

_OFFICE = ("agent", "coordinator", "leader", "principal", "supervisor")

LINE = Line(
    name="agency",
    title=_("Agency"),
    icon="inbox",
    order=30,
    depends_on=("projects",),
    permits={
        "agency": (*_OFFICE, "officer", "department", "auditor"),
        "agency.work": ("agent", "coordinator"),
        "agency.see": (*_OFFICE, "auditor"),
        "agency.import": ("coordinator",),
    },
    menu=(
        MenuEntry(_("Agency cases"), "agency", icon="inbox", permit="agency", phone=True),
        MenuEntry(_("My day"), "agency_day", icon="phone", permit="agency.work", phone=True),
        MenuEntry(_("Approval items"), "agency_items", icon="book", permit="agency"),
        MenuEntry(_("Agents' workload"), "agency_board", icon="people", permit="agency.see"),
        MenuEntry(_("Approval time saved"), "agency_time", icon="chart", permit="agency.see"),
    ),
    modules=(
        "bihuan.lines.agency.guards",
        "bihuan.lines.agency.submissions.guards",
        "bihuan.lines.agency.papers",
        "bihuan.lines.agency.jobs",
        "bihuan.lines.agency.approvals.counted",
    ),
    roles=("bihuan.lines.agency.roles.ALL",),
    rights={"coordinator": ("agency.catalogue", "agency.import")},
    forms=("bihuan.lines.agency.forms.ALL",),
    registers=("bihuan.lines.agency.registers.ALL", "bihuan.lines.agency.approvals.register.APPROVALS"),
    mechanisms=("bihuan.lines.agency.mechanisms.ALL",),
    figures=("bihuan.lines.agency.figures.ALL",),
    limits=("limits.json",),
    urls="bihuan.lines.agency.urls",
    api="bihuan.lines.agency.api.router",
    demo="bihuan.lines.agency.demo.load",
    life="bihuan.lines.agency.life.LIFE",
    subjects="bihuan.lines.agency.selectors.subjects",
    panels="bihuan.lines.agency.pages.case.panels",
    options="bihuan.lines.agency.selectors.options",
    named="bihuan.lines.agency.selectors.named",
)
