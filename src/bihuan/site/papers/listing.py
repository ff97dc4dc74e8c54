"""The papers of one matter, for its page."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.papers.rows import PaperRow
from bihuan.site.papers import seeing, words
from bihuan.ui import cells
from bihuan.ui.panels import Column, Table


def papers_panel(actor: Actor, about: int) -> Table | None:
    """Return the papers about a matter the actor sees, oldest first; None when there are none to see."""
    rows = seeing.of_matter(actor, about)
    if not rows:
        return None
    later = {row.corrects: row.number for row in rows if row.is_signed and row.corrects}
    columns = [
        Column(_("Title"), words.title, head=True, link=words.href),
        Column(_("Kind"), lambda row: words.kind_title(row.kind)),
        Column(_("Number of the paper"), lambda row: row.number or None),
        Column(_("State"), lambda row: _state(row, later.get(row.id, ""))),
        Column(_("Signed on"), "signed_on"),
        Column(_("Files"), _files),
        Column(_("Check code"), _check),
    ]
    return Table(id="papers", title=_("Official papers"), columns=columns, rows=rows, row_href=words.href)


def _state(row: PaperRow, later: str) -> Any:
    if not row.is_signed or not later:
        return words.state(row)
    text = _("Replaced by %(number)s.") if words.replaces(row) else _("Corrected by %(number)s.")
    return cells.Stack([words.state(row), cells.Quiet(text % {"number": later})])


def _files(row: PaperRow) -> cells.Row:
    ways = (("PDF", "paper_pdf"), ("DOCX", "paper_docx"))
    return cells.Row([cells.To(title, reverse(name, args=[row.id])) for title, name in ways])


def _check(row: PaperRow) -> cells.To | None:
    return cells.To(row.code, reverse("check", args=[row.code])) if row.number else None
