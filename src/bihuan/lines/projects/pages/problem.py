"""What the line adds to the page of its matters."""

from django.utils.translation import gettext as _

from bihuan.kernel.flow.rows import MatterRow
from bihuan.kernel.identity.actors import Actor
from bihuan.lines.projects.contracts import NEEDS
from bihuan.lines.projects.forms import CATEGORIES
from bihuan.ui.panels import Facts, Panel


def panels(actor: Actor, row: MatterRow) -> list[Panel]:
    """Return of a problem its kind, and the class of need it began as."""
    if row.kind != "projects.problem":
        return []
    said = [
        (_("Class of need"), dict(NEEDS).get(str(row.value("need", "")))),
        (_("Kind"), dict(CATEGORIES).get(str(row.value("category", "")))),
    ]
    items = [(title, _(word)) for title, word in said if word]
    return [Facts(id="kind", title=_("Kind and class of need"), items=items)] if items else []
