"""Key projects (重点项目): register, problems, promises, reports and the backward timetable."""

from bihuan.logic.mechanism import said as _
from bihuan.ui.line import Line, MenuEntry, Term

LINE = Line(
    name="projects",
    title=_("Key projects"),
    icon="project",
    order=10,
    permits={
        "projects": ("coordinator", "leader", "principal", "officer", "supervisor", "department", "auditor"),
        "projects.import": ("coordinator",),
        "projects.export": ("coordinator", "leader", "principal", "supervisor"),
        "projects.plans": ("coordinator", "leader", "principal", "officer"),
    },
    menu=(
        MenuEntry(_("Projects"), "projects", icon="project", permit="projects", phone=True),
        MenuEntry(_("Due this quarter"), "projects_quarter", icon="calendar", permit="projects"),
        MenuEntry(_("Plans for people"), "projects_plans", icon="people", permit="projects.plans"),
        MenuEntry(_("Progress reports"), "projects_reports", icon="table", permit="projects"),
        MenuEntry(_("Figures"), "projects_figures", icon="chart", permit="projects"),
        MenuEntry(_("Node templates"), "projects_templates", icon="gear", permit="projects"),
        MenuEntry(_("Import"), "projects_import", icon="upload", permit="projects.import"),
    ),
    modules=(
        "bihuan.lines.projects.guards",
        "bihuan.lines.projects.jobs",
        "bihuan.lines.projects.staffing.jobs",
        "bihuan.lines.projects.standings.jobs",
        "bihuan.lines.projects.timetables.guards",
        "bihuan.lines.projects.timetables.entering",
        "bihuan.lines.projects.timetables.jobs",
        "bihuan.lines.projects.timetables.offered",
        "bihuan.lines.projects.timetables.judging",
        "bihuan.lines.projects.reports.offered",
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
            "projects.plan",
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
    contacts=("bihuan.lines.projects.forms.CONTACT",),
    outside=("bihuan.lines.projects.forms.OUTSIDE",),
    limits=("limits.json",),
    subjects="bihuan.lines.projects.selectors.subjects",
    panels="bihuan.lines.projects.pages.problem.panels",
    by_link="bihuan.lines.projects.pages.linked.panels",
    urls="bihuan.lines.projects.urls",
    api="bihuan.lines.projects.api.router",
    glossary=(
        Term(
            _("Project"),
            "项目",
            _("A row of the register of projects: dated, as of any day, its changes can be undone."),
        ),
        Term(
            _("Class of a project"),
            "三类",
            _(
                "Being built, land idle, or no land yet: derived from the facts; one stated otherwise stands beside it."
            ),
        ),
        Term(_("Lacking evidence"), "缺佐证", _("The stated class and the one the dates show differ.")),
        Term(_("Inferred"), "推定", _("A year the workbook lacks, taken from the date of the report.")),
        Term(_("As written"), "原文", _("The text of the cell, kept beside the value it was read into.")),
        Term(
            _("Problem"),
            "问题",
            _(
                "What stands in a project's way: assigned, answered with evidence, verified by another, signed off."
            ),
        ),
        Term(_("Signed off"), "销号", _("Closed with evidence by somebody other than the handler.")),
        Term(
            _("Answered on the spot"),
            "即办件",
            _("Need and answer in one form, without a verifier; one in ten is looked at later."),
        ),
        Term(
            _("Three lists"),
            "问题清单、责任清单、时限清单",
            _("Three views of the same problems: what, who and by when."),
        ),
        Term(
            _("Promise"),
            "承诺事项",
            _("What either side undertook by contract or letter, with clause, owner and due date."),
        ),
        Term(
            _("Backward timetable"),
            "逆向时间控制表",
            _("What must start when, counted back from the promised day of production."),
        ),
        Term(_("Baseline"), "基线", _("An approved timetable; only under it lights run.")),
        Term(
            _("Slack"),
            "时差",
            _("Working days between earliest and latest finish of a node; negative when late."),
        ),
        Term(_("Binding chain"), "关键链", _("The nodes, first to last, that decide when it ends.")),
        Term(
            _("Progress by time"), "序时进度", _("What share of the year's plan should be done by this day.")
        ),
    ),
    commands=("bihuan.lines.projects.commands.IMPORT", "bihuan.lines.projects.commands.EXPORT"),
    demo="bihuan.lines.projects.demo.load",
    life="bihuan.lines.projects.life.LIFE",
)
