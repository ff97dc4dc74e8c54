"""A park's grids in from Excel: looked at row by row first, taken in, and put back if wrong."""

from collections.abc import Sequence
from io import BytesIO

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.kernel.files.actions import upload
from bihuan.kernel.files.selectors import open_file
from bihuan.kernel.forms.fields import Field, Form
from bihuan.kernel.intake.plan import CREATE, UPDATE, PlanRow
from bihuan.lines.officers.grids import gridbooks, selectors
from bihuan.lines.officers.grids.register import GRIDS
from bihuan.lines.officers.grids.selectors import Standing
from bihuan.lines.officers.pages.asking import Asked, answer
from bihuan.logic.mechanism import said
from bihuan.ui.page import Crumb, Page, actor_of, done, page
from bihuan.ui.panels import Change as Cell
from bihuan.ui.panels import DiffRow
from bihuan.ui.workbooks import Way, diff_row, preview_page, sent_again, taken_page

WORKBOOK = Form("officers.gridbook", said("Take in a workbook of grids"), (
    Field("workbook", said("Workbook"), "file", required=True,
          help=said("Grid, department, head (网格长) and members (网格员), a row a grid; .xlsx, .xls, .et or .csv.")),
))  # fmt: skip


def _crumbs() -> list[Crumb]:
    return [Crumb(_("Grids and coverage"), reverse("officers_grids"))]


@page(permit="officers.keep")
def workbook(request: HttpRequest) -> Page | HttpResponseBase:
    """Ask for a workbook of grids and show what taking it in would do; nothing is written yet."""
    actor, back = actor_of(request), reverse("officers_grids")
    file = request.FILES.get("workbook") if request.method == "POST" else None
    if file is None:
        return answer(
            request, Asked(WORKBOOK, lambda _v, _k: (back, ""), back, _crumbs(), submit=_("Preview"))
        )
    kept = upload(actor, file.file, file.name or "", waits=True)  # type: ignore[arg-type]
    made = gridbooks.preview(actor, BytesIO(open_file(kept.id, actor)), kept.name)
    staff = selectors.standing(actor)
    titles = {CREATE: _("New grids"), UPDATE: _("Grids that change")}
    way = Way(titles, reverse("officers_gridbook_apply"), back, _crumbs())
    return preview_page(kept.id, made, way, lambda row: _row(row, staff))


def _row(row: PlanRow, staff: Sequence[Standing]) -> DiffRow:
    columns = {item.name: item for item in GRIDS.fields}
    words = gridbooks.said_of(row, staff)
    told = [
        Cell(
            _(columns[one.field].title),
            words.get(one.old or "") or columns[one.field].show(one.old),
            words.get(one.new or "") or columns[one.field].show(one.new),
            one.note,
        )
        for one in row.differences
    ]
    if members := gridbooks.members_of(row.proposals, staff):
        told.append(Cell(_("Members"), "", members, ""))
    return diff_row(row, told)


@page(permit="officers.keep")
def apply(request: HttpRequest) -> Page | HttpResponseBase:
    """Take in the workbook of grids that was looked at; all of it can be put back."""
    looked_at = sent_again(request)
    if looked_at is None:
        return done(request, reverse("officers_gridbook"), "")
    taken = gridbooks.take_in(actor_of(request), *looked_at, seen=request.POST.get("sha", ""))
    return taken_page(taken, reverse("officers_gridbook_undo", args=[taken.batch]), _crumbs())


@page(permit="officers.keep")
def undo(request: HttpRequest, batch: int) -> HttpResponseBase:
    """Put back what a workbook of grids wrote and nobody has changed since."""
    if request.method == "POST":
        gridbooks.take_back(actor_of(request), batch)
    return done(request, reverse("officers_grids"), _("Put back what nobody has changed since."))
