"""How papers are worded on pages."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from bihuan.kernel.papers import kinds
from bihuan.kernel.papers.models import ON_PAPER, SCREEN
from bihuan.kernel.papers.rows import PaperRow
from bihuan.kernel.papers.selectors import Checked
from bihuan.ui import cells


def href(row: PaperRow) -> str:
    """Return the address of a paper's page."""
    return reverse("paper", args=[row.id])


def kind_title(name: str) -> str:
    """Return what a kind is called; one nobody declares any more by its name."""
    return _(kinds.get(name).title) if kinds.known(name) else name


def replaces(row: PaperRow) -> bool:
    """Whether a later paper of this kind takes the place of an older one, instead of correcting it."""
    return kinds.known(row.kind) and kinds.get(row.kind).replaces


def state(row: PaperRow) -> cells.Tag:
    """Return where a paper stands as a mark."""
    words = {
        "draft": (pgettext("paper", "Draft"), "quiet"),
        "reviewed": (pgettext("paper", "Reviewed"), "info"),
        "signed": (pgettext("paper", "Signed"), "good"),
        "void": (pgettext("paper", "Void"), "bad"),
    }
    text, tone = words[row.state]
    return cells.Tag(text, tone)  # type: ignore[arg-type]


def form(row: PaperRow | Checked) -> str:
    """Return how it was signed."""
    return {SCREEN: _("Signed on screen"), ON_PAPER: _("Signed on paper")}.get(row.form, "")


def title(row: PaperRow) -> str:
    """Return its title, or that it is gone."""
    return row.title or _("(erased)")
