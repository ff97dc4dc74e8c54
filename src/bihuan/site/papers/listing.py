"""The papers of one matter, for its page."""

from django.utils.translation import gettext as _

from bihuan.kernel.identity.actors import Actor
from bihuan.site.papers import seeing, words
from bihuan.ui.panels import Column, Table


def papers_panel(actor: Actor, about: int) -> Table | None:
    """Return the papers about a matter the actor sees, oldest first; None when there are none to see."""
    rows = seeing.of_matter(actor, about)
    if not rows:
        return None
    columns = [
        Column(_("Title"), words.title, head=True, link=words.href),
        Column(_("Number of the paper"), lambda row: row.number or None),
        Column(_("State"), words.state),
        Column(_("Signed on"), "signed_on"),
    ]
    return Table(id="papers", title=_("Official papers"), columns=columns, rows=rows, row_href=words.href)
