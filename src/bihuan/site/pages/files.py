"""Files handed in: seen by whoever sees the matter, looked at in place with the viewer's name on it."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from bihuan.kernel.errors import NotFound, Unavailable
from bihuan.kernel.files import previews, selectors
from bihuan.kernel.files.kinds import PICTURES
from bihuan.kernel.files.previews import Preview
from bihuan.kernel.files.selectors import Stored
from bihuan.kernel.flow import selectors as flow
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.now import today
from bihuan.kernel.papers import selectors as papers
from bihuan.site.papers import seeing
from bihuan.ui import format as fmt
from bihuan.ui.cards import href
from bihuan.ui.naming import names_for
from bihuan.ui.page import Crumb, Page, actor_of, page
from bihuan.ui.panels import Action, Alert, Column, Panel, Prose, Table


@page(permit="signed_in", writes_on_get=True)  # opening a personal file is written down
def file(request: HttpRequest, file_id: int) -> Page | HttpResponseBase:
    """Show a file: a picture or PDF in place, a text or table as a page, each with the viewer's name.

    ``size=small`` is its thumbnail, ``download=1`` the file as it was handed in.
    """
    actor = actor_of(request)
    found = visible(actor, file_id)
    if request.GET.get("download"):
        return _sent(selectors.open_file(file_id, actor), found.mime, found.name, inline=False)
    small = request.GET.get("size") == "small"
    try:
        if small or found.ext in PICTURES or found.ext == "pdf":
            data, kind = previews.picture(file_id, actor, viewer(actor), small=small)
            return _sent(data, kind, found.name, inline=True)
        return _page(actor, found, previews.preview(file_id, actor))
    except Unavailable as error:
        return _page(actor, found, Preview("none", error.message))


def _sent(data: bytes, kind: str, name: str, *, inline: bool) -> HttpResponse:
    answer = HttpResponse(data, content_type=kind)
    if header := content_disposition_header(not inline, name):
        answer["Content-Disposition"] = header
    answer["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    answer["Cache-Control"] = "private, max-age=300"
    return answer


def viewer(actor: Actor) -> str:
    """Return what stands across a preview: who looks, from which post, on which day."""
    facts = {"kind": actor.kind, "user": actor.user, "unit": actor.unit, "party": actor.party,
             "role": actor.role, "delegated_by": actor.delegated_by}  # fmt: skip
    who, post = names_for(actors=[facts]).actor(facts)
    return "  ".join(filter(None, (who, post, fmt.day(today()))))


def _page(actor: Actor, found: Stored, shown: Preview) -> Page:
    """Return a text or table as a page; what can't be shown says why and is offered for download."""
    panels: list[Panel] = []
    if shown.kind == "none":
        panels.append(Alert(id="none", text=shown.why, tone="info"))
    else:
        text = _("Shown to %(viewer)s. Do not pass it on.") % {"viewer": viewer(actor)}
        panels.append(Alert(id="viewer", text=text, tone="warn"))
    if shown.kind == "text":
        panels.append(Prose(id="text", paragraphs=shown.lines))
    panels += [_sheet(number, sheet) for number, sheet in enumerate(shown.sheets)]
    if shown.cut:
        panels.append(Prose(id="cut", paragraphs=[_("Only the beginning is shown.")]))
    matter = flow.matter(actor, found.matter) if found.matter and not _of_paper(found) else None
    save = Action(title=_("Download"), href="?download=1", icon="download")
    crumbs = [Crumb(matter.code, href(matter))] if matter else []
    return Page(title=found.name, kind="list", crumbs=crumbs, panels=panels, actions=[save])


def _sheet(number: int, sheet: previews.Sheet) -> Table:
    width = max((len(row) for row in sheet.rows), default=0)
    columns = [Column(_letter(n), _cell(n)) for n in range(width)]
    title = sheet.title + (" · " + _("Only the beginning is shown.") if sheet.cut else "")
    return Table(id=f"sheet-{number}", title=title, columns=columns, rows=sheet.rows)


def _cell(number: int) -> Callable[[list[str]], str]:
    return lambda row: row[number] if number < len(row) else ""


def _letter(number: int) -> str:
    """Return a column's letter: A … Z, AA …"""
    return (chr(64 + number // 26) if number >= 26 else "") + chr(65 + number % 26)


def visible(actor: Actor, file_id: int) -> Stored:
    """Return the file if the actor sees its matter, or handed it in; NotFound otherwise."""
    found = selectors.stored(file_id)
    if _of_paper(found):
        seeing.visible(actor, found.matter)
    elif found.matter:
        flow.matter(actor, found.matter)
    elif not found.user or found.user != actor.user:
        raise NotFound(_("There is no such file."), where=str(file_id))
    return found


def _of_paper(found: Stored) -> bool:
    """Whether the file is the scan of a paper signed by hand."""
    return bool(found.matter) and found.matter in papers.by_ids([found.matter])
