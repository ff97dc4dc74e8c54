"""Building rolls in from Excel: looked at row by row first, taken in, and put back if wrong."""

from collections.abc import Mapping
from io import BytesIO

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.kernel.errors import BadInput
from bihuan.kernel.files.actions import upload
from bihuan.kernel.files.marks import NOTICE
from bihuan.kernel.files.selectors import open_file
from bihuan.kernel.forms.fields import Field, Form
from bihuan.kernel.intake.plan import CREATE, UPDATE, PlanRow
from bihuan.lines.hotline.grids import rolls, selectors
from bihuan.lines.hotline.registers import BUILDINGS
from bihuan.logic.mechanism import said
from bihuan.ui.page import Crumb, Page, actor_of, done, page
from bihuan.ui.panels import Change as Cell
from bihuan.ui.panels import DiffRow, FormPanel
from bihuan.ui.workbooks import Way, diff_row, preview_page, sent_again, taken_page

WORKBOOK = Form("hotline.rolls", said("Take in a workbook of buildings"), (
    Field("workbook", said("Workbook"), "file", required=True,
          help=said("A row a building: 楼栋, 所属网格, 户数; .xlsx, .xls, .et or .csv.")),
))  # fmt: skip


def _crumbs() -> list[Crumb]:
    return [Crumb(_("Grids"), reverse("hotline_grids"))]


@page(permit="hotline.keep")
def workbook(request: HttpRequest) -> Page | HttpResponseBase:
    """Ask for a roll and show what taking it in would do; nothing is written yet."""
    actor = actor_of(request)
    file = request.FILES.get("workbook") if request.method == "POST" else None
    if file is None:
        return _asking(_("Please choose a workbook.") if request.method == "POST" else "")
    try:
        kept = upload(actor, file.file, file.name or "", waits=True)  # type: ignore[arg-type]
        made = rolls.preview(actor, BytesIO(open_file(kept.id, actor)), kept.name)
    except BadInput as error:
        return _asking(error.message)
    grids = {str(row.id): row.name for row in selectors.grids(actor)}
    titles = {CREATE: _("New buildings"), UPDATE: _("Buildings that change")}
    way = Way(titles, reverse("hotline_rolls_apply"), reverse("hotline_grids"), _crumbs())
    return preview_page(kept.id, made, way, lambda row: _row(row, grids))


def _asking(fault: str) -> Page:
    form = FormPanel(
        id="rolls", form=WORKBOOK, url=reverse("hotline_rolls"), submit=_("Preview"), in_place=False,
        errors={"workbook": fault} if fault else {}, cancel=reverse("hotline_grids"), intro=str(NOTICE),
    )  # fmt: skip
    title = _("Take in a workbook of buildings")
    return Page(title=title, kind="form", crumbs=_crumbs(), panels=[form], status=422 if fault else 200)


def _row(row: PlanRow, grids: Mapping[str, str]) -> DiffRow:
    titles = {item.name: item.title for item in BUILDINGS.fields}

    def said_of(field: str, code: str | None, written: str) -> str:
        return grids.get(code or "", "") if field == "cell" else written or code or ""

    told = [
        Cell(_(titles[one.field]), said_of(one.field, one.old, ""), said_of(one.field, one.new, one.written), one.note)
        for one in row.differences
    ]  # fmt: skip
    return diff_row(row, told)


@page(permit="hotline.keep")
def apply(request: HttpRequest) -> Page | HttpResponseBase:
    """Take in the roll that was looked at; all of it can be put back."""
    looked_at = sent_again(request)
    if looked_at is None:
        return done(request, reverse("hotline_rolls"), "")
    taken = rolls.take_in(actor_of(request), *looked_at, seen=request.POST.get("sha", ""))
    return taken_page(taken, reverse("hotline_rolls_undo", args=[taken.batch]), _crumbs())


@page(permit="hotline.keep")
def undo(request: HttpRequest, batch: int) -> HttpResponseBase:
    """Put back what a roll wrote and nobody has changed since."""
    if request.method == "POST":
        rolls.take_back(actor_of(request), batch)
    return done(request, reverse("hotline_grids"), _("Put back what nobody has changed since."))
