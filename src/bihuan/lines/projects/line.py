"""Key projects (重点项目): the register, from the office's workbook and back."""

from django.utils.translation import gettext_noop as _

from bihuan.ui.line import Line

LINE = Line(
    name="projects",
    title=_("Key projects"),
    registers=("bihuan.lines.projects.registers.PROJECTS",),
)
