"""The work map as a panel: who has which needs by when."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from bihuan.lines.enterprise.selectors import BUCKETS, Cell, UnitRow
from bihuan.logic.pictures.workmap import WorkCell, WorkLine, workmap_svg, workmap_table
from bihuan.ui.panels import Empty, Panel, Picture


def bucket_titles() -> dict[str, str]:
    """Return what the columns are called."""
    return {
        "late": _("■ Late"), "week": _("This week"), "next": _("Next week"), "later": _("Later"),
        "none": _("No clock runs"),
    }  # fmt: skip


def map_panel(rows: Sequence[UnitRow], empty: str) -> Panel:
    """Return the map, or what it is for when there is nothing on it."""
    if not rows:
        return Empty(id="map", text=empty, icon="map")
    titles = bucket_titles()
    columns = [titles[name] for name in BUCKETS]
    lines = [
        WorkLine(
            row.name or _("Not handed out yet"),
            [_cell(row.cells.get(name, Cell())) for name in BUCKETS],
        )
        for row in rows
    ]  # fmt: skip
    title = _("Work map: who has what by when")
    head, table = workmap_table(columns, lines)
    return Picture(
        id="map",
        title=title,
        svg=workmap_svg(title, columns, lines),
        narrow=workmap_svg(title, columns, lines, narrow=True),
        head=head,
        rows=table,
    )


def _cell(cell: Cell) -> WorkCell:
    return WorkCell(cell.count, cell.titles)
