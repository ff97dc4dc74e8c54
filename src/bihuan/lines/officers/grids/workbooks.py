"""The register of enterprises in and out as Excel: looked at cell by cell first, taken in, and put back if wrong."""

from collections.abc import Mapping
from io import BytesIO
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.kernel.files.actions import upload
from bihuan.kernel.files.selectors import open_file
from bihuan.kernel.forms.fields import Field, Form
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.intake.plan import CREATE, UPDATE, Plan, PlanRow
from bihuan.kernel.now import today
from bihuan.lines.officers.grids import actions, selectors
from bihuan.lines.officers.grids.books import write_workbook
from bihuan.lines.officers.grids.register import ENTERPRISES
from bihuan.lines.officers.pages.asking import Asked, answer
from bihuan.logic.mechanism import said
from bihuan.ui.page import Crumb, Page, actor_of, done, page
from bihuan.ui.panels import Change as Cell
from bihuan.ui.panels import DiffRow
from bihuan.ui.workbooks import Way, diff_row, preview_page, sent_again, taken_page

WORKBOOK = Form("officers.workbook", said("Take in a workbook"), (
    Field("workbook", said("Workbook"), "file", required=True,
          help=said("The list of enterprises as your office keeps it; .xlsx, .xls, .et or .csv.")),
))  # fmt: skip


def _crumbs() -> list[Crumb]:
    return [Crumb(_("Enterprise register"), reverse("officers_enterprises"))]


@page(permit="officers.keep")
def workbook(request: HttpRequest) -> Page | HttpResponseBase:
    """Ask for a workbook and show what taking it in would do; nothing is written yet."""
    actor = actor_of(request)
    file = request.FILES.get("workbook") if request.method == "POST" else None
    if file is None:
        back = reverse("officers_enterprises")
        return answer(
            request, Asked(WORKBOOK, lambda _v, _k: (back, ""), back, _crumbs(), submit=_("Preview"))
        )
    kept = upload(actor, file.file, file.name or "", waits=True)  # type: ignore[arg-type]
    made = actions.preview(actor, BytesIO(open_file(kept.id, actor)), kept.name)
    return _preview(kept.id, made, _grids(actor))


def _grids(actor: Actor) -> dict[str, str]:
    return {str(grid.id): grid.name for grid in selectors.grids(actor, today(), today())}


def _preview(file: int, made: Plan, grids: Mapping[str, str]) -> Page:
    titles = {CREATE: _("New enterprises"), UPDATE: _("Enterprises that change")}
    way = Way(titles, reverse("officers_workbook_apply"), reverse("officers_enterprises"), _crumbs())
    return preview_page(file, made, way, lambda row: _row(row, grids))


def _said(field: str, code: str | None, written: str, grids: Mapping[str, str]) -> str:
    return grids.get(code or "", "") if field == "cell" else written or code or ""


def _row(row: PlanRow, grids: Mapping[str, str]) -> DiffRow:
    titles = {item.name: item.title for item in ENTERPRISES.fields}
    told = [
        Cell(_(titles.get(one.field, one.field)), _said(one.field, one.old, "", grids),
             _said(one.field, one.new, one.written, grids), one.note)
        for one in row.differences
    ]  # fmt: skip
    return diff_row(row, told)


@page(permit="officers.keep")
def apply(request: HttpRequest) -> Page | HttpResponseBase:
    """Take in the workbook that was looked at; all of it can be put back."""
    actor = actor_of(request)
    looked_at = sent_again(request)
    if looked_at is None:
        return done(request, reverse("officers_workbook"), "")
    taken = actions.take_in(actor, *looked_at, seen=request.POST.get("sha", ""))
    return taken_page(taken, reverse("officers_workbook_undo", args=[taken.batch]), _crumbs())


@page(permit="officers.keep")
def undo(request: HttpRequest, batch: int) -> HttpResponseBase:
    """Put back what a workbook wrote and nobody has changed since."""
    if request.method == "POST":
        actions.take_back(actor_of(request), batch)
    return done(request, reverse("officers_enterprises"), _("Put back what nobody has changed since."))


@page(permit="officers.keep")
def export(request: HttpRequest) -> HttpResponseBase:
    """Send the register as a workbook that can be taken in again."""
    actor = actor_of(request)
    response = HttpResponse(
        write_workbook(selectors.live_rows(actor), _grids(actor)),
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    )
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote('企业台账.xlsx')}"
    return response
