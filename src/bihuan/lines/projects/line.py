"""Key projects (重点项目): register, problems, promises, reports and the backward timetable."""

from bihuan.logic.mechanism import said as _
from bihuan.ui.line import Line, MenuEntry

LINE = Line(
    name="projects",
    title=_("Key projects"),
    icon="project",
    order=10,
    permits={
        "projects": ("coordinator", "leader", "principal", "officer", "supervisor", "department"),
        "projects.import": ("coordinator",),
        "projects.export": ("coordinator", "leader", "principal", "supervisor"),
    },
    menu=(
        MenuEntry(_("Projects"), "projects", icon="project", permit="projects", phone=True),
        MenuEntry(_("Due this quarter"), "projects_quarter", icon="calendar", permit="projects"),
        MenuEntry(_("Progress reports"), "projects_reports", icon="table", permit="projects"),
        MenuEntry(_("Figures"), "projects_figures", icon="chart", permit="projects"),
        MenuEntry(_("Node templates"), "projects_templates", icon="gear", permit="projects.import"),
        MenuEntry(_("Import"), "projects_import", icon="upload", permit="projects.import"),
    ),
    modules=(
        "bihuan.lines.projects.guards",
        "bihuan.lines.projects.jobs",
        "bihuan.lines.projects.timetables.guards",
        "bihuan.lines.projects.timetables.jobs",
        "bihuan.lines.projects.reports.jobs",
        "bihuan.lines.projects.reports.progress",
    ),
    rights={
        "coordinator": (
            "projects.amend",
            "projects.import",
            "projects.export",
            "projects.report",
            "projects.templates",
        ),
        "leader": ("projects.export",),
        "principal": ("projects.export",),
        "officer": ("projects.amend", "projects.report"),
        "department": ("projects.report",),
        "supervisor": ("projects.export",),
    },
    forms=("bihuan.lines.projects.forms.ALL",),
    registers=(
        "bihuan.lines.projects.registers.PROJECTS",
        "bihuan.lines.projects.reports.register.REPORTS",
    ),
    mechanisms=("bihuan.lines.projects.mechanisms.ALL",),
    figures=("bihuan.lines.projects.reports.figures.PROBLEMS",),
    limits=("limits.json",),
    subjects="bihuan.lines.projects.selectors.subjects",
    urls="bihuan.lines.projects.urls",
    api="bihuan.lines.projects.api.router",
    commands=("bihuan.lines.projects.commands.IMPORT", "bihuan.lines.projects.commands.EXPORT"),
    demo="bihuan.lines.projects.demo.load",
)
