"""Hotline and five-level grid (12345 热线与五级网格): a call becomes one matter in the right hands and is answered."""

from bihuan.logic.mechanism import said as _
from bihuan.ui.line import Line

LINE = Line(
    name="hotline",
    title=_("Hotline and grid"),
    icon="phone",
    order=25,
    depends_on=("projects",),
)
