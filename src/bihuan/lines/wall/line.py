"""The wall (挂图作战): how a place stands on one screen, from figures of all lines."""

from bihuan.logic.mechanism import said as _
from bihuan.ui.line import Line, MenuEntry, Term

LINE = Line(
    name="wall",
    title=_("Wall"),
    icon="wall",
    order=12,
    depends_on=("projects",),
    permits={"wall": ("coordinator", "leader", "principal", "supervisor", "auditor")},
    menu=(
        MenuEntry(_("Wall"), "wall", icon="wall", permit="wall"),
        MenuEntry(_("Wall for visitors"), "wall_visitors", icon="people", permit="wall"),
    ),
    modules=("bihuan.lines.wall.jobs",),
    urls="bihuan.lines.wall.urls",
    api="bihuan.lines.wall.api.router",
    glossary=(
        Term(
            _("Wall"),
            "挂图作战",
            _("One screen for a place: where it is red, which project is harmed most, what is due today."),
        ),
        Term(
            _("Visitors' mode"),
            "接待模式",
            _("The wall without problems, tax and names of people: they aren't in the page at all."),
        ),
    ),
    demo="bihuan.lines.wall.demo.load",
)
