"""What stands beside a paper that a page is about: its number, and what may be done with it."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.kernel.papers.rows import PaperRow
from bihuan.ui import cells
from bihuan.ui.panels import Action


def number(paper: PaperRow | None) -> Any:
    """Return a paper's number as a cell; one that is not signed has none yet."""
    if paper is None:
        return None
    return paper.number or cells.Quiet(_("draft"))


def doors(paper: PaperRow, anew: str) -> list[Action]:
    """Return the ways to a paper; its words are edited and its tables drawn anew (at ``anew``) until it is signed."""
    found = [
        Action(title=_("Open the paper"), href=reverse("paper", args=[paper.id]), icon="file", primary=True),
        Action(title="PDF", href=reverse("paper_pdf", args=[paper.id]), icon="download"),
        Action(title="DOCX", href=reverse("paper_docx", args=[paper.id]), icon="download"),
    ]
    if not paper.is_signed and not paper.is_void:
        edit = Action(title=_("Edit the words"), href=reverse("paper_edit", args=[paper.id]), icon="edit")
        found.insert(1, edit)
        found.append(Action(title=_("Draw the tables anew"), href=anew, post=True, icon="refresh"))
    return found
