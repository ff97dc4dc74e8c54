"""The words of the house, gathered from what its lines declare."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bihuan.site.discovery import lines
from bihuan.ui.page import Page, page
from bihuan.ui.panels import Column, Empty, FilterBar, Table


@dataclass(frozen=True, slots=True)
class Word:
    """A word as the reader sees it: in both languages, its meaning, and whose it is."""

    word: str
    other: str
    meaning: str
    line: str


def words() -> list[Word]:
    """Return the words of all lines in the reader's language, each line's together."""
    chinese = (get_language() or "").startswith("zh")
    found = []
    for line in lines():
        for term in line.glossary:
            word, other = (term.chinese, term.word) if chinese else (_(term.word), term.chinese)
            found.append(Word(word, other, _(term.meaning), _(line.title)))
    return found


@page(permit="signed_in")
def glossary(request: HttpRequest) -> Page:
    """List the words of all lines; ``q`` keeps those that contain it."""
    q = request.GET.get("q", "").strip()[:40]
    sought = q.lower()
    rows = [row for row in words() if sought in f"{row.word} {row.other} {row.meaning}".lower()]
    table = Table(
        id="words",
        caption=_("Glossary"),
        rows=rows,
        columns=[
            Column(_("Word"), "word", head=True),
            Column(_("In the other language"), "other"),
            Column(_("Meaning"), "meaning"),
            Column(_("Line"), "line"),
        ],
        empty=Empty(text=_("No word fits."), icon="search"),
    )
    filters = FilterBar(id="filters", url=request.path, filters=[], search=q)
    lead = _("What the words on these pages mean, said by the lines that use them.")
    return Page(title=_("Glossary"), lead=lead, kind="list", panels=[filters, table])
