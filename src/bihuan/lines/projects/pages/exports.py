"""Exports: asked for from the list, written at once or in the background, fetched by whoever asked."""

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from bihuan.lines.projects.pages.lists import what_of
from bihuan.lines.projects.transfers import exports, keeping
from bihuan.lines.projects.transfers.selectors import DONE, FAILED, WAITING
from bihuan.ui.page import Crumb, Page, actor_of, done, page
from bihuan.ui.panels import Action, Progress

PERMIT = "projects.export"
_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}


@page(permit=PERMIT)
def ask(request: HttpRequest) -> HttpResponseBase:
    """Ask for a file of exactly what the list shows."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    asked = request.GET.dict()
    work = exports.ask(
        actor_of(request), what_of(asked), asked.get("format", "xlsx"), key=asked.get("key", "")[:100]
    )
    name = "projects_export_file" if work.state == DONE else "projects_export_one"
    return done(request, reverse(name, args=[work.id]))


@page(permit=PERMIT)
def one(request: HttpRequest, work: int) -> Page:
    """Show how far an export is."""
    found = keeping.mine(actor_of(request), "export", work)
    ready = found.state == DONE
    words = {
        WAITING: _("Writing the file …"),
        DONE: _("The file is ready."),
        FAILED: _("The file was not written."),
    }
    download = Action(
        title=_("Download"), href=reverse("projects_export_file", args=[work]), icon="download", primary=True
    )
    panel = Progress(
        id="progress",
        title=found.name,
        url=reverse("projects_export_one", args=[work]),
        text=words[found.state],
        part=found.part,
        whole=found.whole,
        done=ready,
        failed=found.error if found.state == FAILED else "",
        action=download if ready else None,
    )
    crumbs = [Crumb(_("Key projects"), reverse("projects"))]
    return Page(title=_("Export"), kind="form", crumbs=crumbs, panels=[panel])


@page(permit=PERMIT)
def file(request: HttpRequest, work: int) -> HttpResponseBase:
    """Send the finished file to whoever asked for it."""
    return sent(*exports.fetch(actor_of(request), work))


def sent(name: str, data: bytes) -> HttpResponse:
    """Return a written file as a download that nothing on the way keeps."""
    answer = HttpResponse(data, content_type=_TYPES[name.rpartition(".")[2]])
    answer["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    answer["Cache-Control"] = "private, no-store"
    return answer
