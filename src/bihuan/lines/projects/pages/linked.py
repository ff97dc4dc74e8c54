"""What whoever comes by link sees of a timetable: the enterprise answers it without an account."""

from bihuan.kernel.flow.rows import MatterRow
from bihuan.kernel.identity.actors import Actor
from bihuan.lines.projects.timetables import panels as timetables
from bihuan.lines.projects.timetables import selectors
from bihuan.lines.projects.timetables.rows import Current
from bihuan.lines.projects.timetables.selectors import Shown
from bihuan.ui.panels import Panel


def panels(actor: Actor, row: MatterRow, code: str) -> list[Panel]:
    """Return the picture of the timetable a link was given for, with its table; nothing for other matters."""
    found = selectors.of_matter(row.id) if row.kind == "projects.timetable" else None
    if found is None:
        return []
    project, timetable = found
    reading = selectors.compute(project, timetable)
    shown = Shown(project, Current(), timetable)
    return [timetables.picture(shown, timetable, reading, inside=False)]
