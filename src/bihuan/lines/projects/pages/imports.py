"""Import: drop the workbook, see what it would do, answer what is asked, apply, and undo if need be."""

import uuid
from collections.abc import Mapping

from django.http import HttpRequest, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.kernel.errors import BadInput, Conflict
from bihuan.kernel.files.marks import NOTICE
from bihuan.kernel.forms.fields import Field, Form
from bihuan.lines.projects.pages import previews
from bihuan.lines.projects.pages.words import chosen_state
from bihuan.lines.projects.transfers import imports, keeping
from bihuan.lines.projects.transfers.selectors import APPLYING, DONE, READY, UNDONE, WAITING, Work
from bihuan.logic.mechanism import said
from bihuan.ui import cells
from bihuan.ui.page import Crumb, Page, actor_of, done, page, target_of
from bihuan.ui.panels import Action, Alert, Column, Empty, FormPanel, Pager, Panel, Progress, Table

PERMIT = "projects.import"
WORKBOOK = Form(
    "projects.import.workbook",
    said("Preview a workbook"),
    (
        Field(
            "workbook",
            said("Workbook"),
            "file",
            required=True,
            help=said(
                ".xlsx, .xls, .et or .csv as your office keeps it, up to 50 MB. First you see what it would do."
            ),
        ),
    ),
)
_PAGE = 30


def _crumbs(*more: Crumb) -> list[Crumb]:
    return [Crumb(_("Key projects"), reverse("projects")), *more]


@page(permit=PERMIT)
def upload(request: HttpRequest) -> Page | HttpResponseBase:
    """Take a workbook in and preview it; show the imports there have been."""
    if request.method != "POST":
        return _upload_page(request, "", uuid.uuid4().hex)
    key, file = request.POST.get("key", "")[:100], request.FILES.get("workbook")
    if file is None:
        return _upload_page(request, _("Please choose a workbook."), key, 422)
    try:
        work = imports.take_in(actor_of(request), file, file.name or "", key=key)
    except BadInput as error:
        return _upload_page(request, error.message, uuid.uuid4().hex, 422)
    return done(request, address(work))


def address(work: Work) -> str:
    """Return the address of an import."""
    return reverse("projects_import_one", args=[work.id])


def _upload_page(request: HttpRequest, error: str, key: str, status: int = 200) -> Page:
    actor = actor_of(request)
    before = request.GET.get("before", "")
    rows = keeping.listed(
        actor, "import", before=int(before) if before.isdecimal() and len(before) < 19 else 0, limit=_PAGE + 1
    )
    pager = Pager(next=f"?before={rows[_PAGE - 1].id}" if len(rows) > _PAGE else "")
    panel = FormPanel(
        id="import",
        form=WORKBOOK,
        url=reverse("projects_import"),
        errors={"workbook": error} if error else {},
        hidden={"key": key},
        in_place=False,
        submit=_("Preview"),
        intro=str(NOTICE),
    )
    table = Table(
        id="imports",
        title=_("Imports so far"),
        columns=[
            Column(_("Workbook"), "name", head=True, link=address),
            Column(_("State"), lambda work: cells.Tag(*chosen_state(work.state))),
            Column(_("Rows"), "whole", number=True),
            Column(_("Taken in"), "created_at"),
            Column(_("By"), "actor_title"),
        ],
        rows=rows[:_PAGE],
        row_key=lambda work: work.id,
        row_href=address,
        pager=pager,
        empty=Empty(
            text=_("Nothing has been imported yet. Nothing is written before you have seen what it does.")
        ),
    )
    return Page(title=_("Import"), kind="list", crumbs=_crumbs(), panels=[panel, table], status=status)


@page(permit=PERMIT)
def one(request: HttpRequest, work: int) -> Page | HttpResponseBase:
    """Show an import: its preview, its progress, what came of it, what an undo kept."""
    found = keeping.of_place(actor_of(request), "import", work)
    if target_of(request) == "progress" and found.state not in (WAITING, APPLYING):
        return done(request, address(found))
    return _page(request, found)


def _page(
    request: HttpRequest, work: Work, errors: Mapping[str, str] | None = None, status: int = 200
) -> Page:
    panels: list[Panel] = [Alert(id="notice", text=work.error, tone="bad")] if work.error else []
    actions: list[Action] = []
    if work.state in (WAITING, APPLYING):
        text = _("Reading the workbook …") if work.state == WAITING else _("Writing the rows …")
        if work.batch is not None:
            text = _("Putting back what it wrote …")
        panels.append(Progress(id="progress", url=address(work), text=text, whole=0))
    if work.state in (DONE, UNDONE):
        panels += previews.outcome(work)
    if work.result.get("digest"):
        panels += previews.panels(work, request.GET.dict(), errors or {})
    if work.state == READY:
        actions = [_apply_action(work), Action(title=_("Another workbook"), href=reverse("projects_import"))]
    if work.state == DONE:
        undo = _("Undo this import? Cells that others have changed since stay as they are.")
        url = reverse("projects_import_undo", args=[work.id])
        actions = [Action(title=_("Undo"), href=url, icon="undo", post=True, confirm=undo, danger=True)]
    return Page(
        title=work.name,
        lead=chosen_state(work.state)[0],
        kind="list",
        crumbs=_crumbs(Crumb(_("Import"), reverse("projects_import"))),
        panels=panels,
        actions=actions,
        status=status,
    )


def _apply_action(work: Work) -> Action:
    rows = work.result["counts"]
    count = rows.get("create", 0) + rows.get("update", 0)
    title = (
        _("Write %(count)d rows") % {"count": count} if count else _("Write nothing new: keep as imported")
    )
    return Action(
        title=title,
        href=reverse("projects_import_apply", args=[work.id]),
        icon="check",
        primary=True,
        post=True,
    )


@page(permit=PERMIT)
def answer(request: HttpRequest, work: int) -> Page | HttpResponseBase:
    """Answer which project each row asked about means."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    actor = actor_of(request)
    found = keeping.of_place(actor, "import", work)
    if request.POST.get("digest", "") != found.result.get("digest"):
        stale = _("The preview has changed meanwhile. Look at it again, then answer.")
        return _page(request, found, {"": stale}, 409)
    answers: dict[tuple[str, int], int | None] = {}
    for number, question in enumerate(found.result["questions"]):
        chosen = request.POST.get(f"row-{number}", "")
        if chosen == "new" or chosen.isdecimal():
            answers[question["sheet"], question["row"]] = None if chosen == "new" else int(chosen)
    try:
        imports.answer(actor, work, answers)
    except (BadInput, Conflict) as error:
        return _page(request, found, {"": error.message}, error.status)
    return done(request, address(found), _("Previewed again with your answers."))


@page(permit=PERMIT)
def apply(request: HttpRequest, work: int) -> Page | HttpResponseBase:
    """Write what was previewed."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    actor = actor_of(request)
    try:
        found = imports.apply(actor, work)
    except Conflict as error:
        return _changed(request, work, error)
    return done(request, address(found))


def _changed(request: HttpRequest, work: int, error: Conflict) -> Page:
    found = keeping.of_place(actor_of(request), "import", work)
    found.error = error.message
    return _page(request, found, status=409)


@page(permit=PERMIT)
def undo(request: HttpRequest, work: int) -> Page | HttpResponseBase:
    """Put back what an import wrote."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    try:
        found = imports.undo(actor_of(request), work)
    except Conflict as error:
        return _changed(request, work, error)
    return done(request, address(found))
