"""What stands against a meeting before it is planned: people who sit elsewhere, matters another meeting has."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from bihuan.kernel.meetings import selectors
from bihuan.kernel.meetings.selectors.agenda import Taken
from bihuan.site.meetings import words
from bihuan.ui.panels import Alert, Panel


def panels(
    posts: Iterable[int], begins: datetime | str, ends: datetime | str, *, but: int = 0
) -> list[Panel]:
    """Return a warning that names who of these posts, the chair among them, sits in another meeting then."""
    since, until = (datetime.fromisoformat(at) if isinstance(at, str) else at for at in (begins, ends))
    found = selectors.clashes(posts, since, until, but)
    if not found:
        return []
    details = [
        _("%(name)s: %(title)s at %(at)s")
        % {"name": one.name, "title": f"{one.code} {one.title}", "at": words.moment(one.begins)}
        for one in found
    ]
    text = _(
        "Nothing was planned yet: some of these people are in another meeting then."
        " Send it again to plan it all the same."
    )
    return [Alert(id="clashes", tone="warn", text=text, details=details)]


def wanted(found: Sequence[Taken]) -> list[Panel]:
    """Return a warning that names the items another meeting has; they stay there until they are taken off."""
    if not found:
        return []
    details = [f"{one.title} → {one.code}, {words.moment(one.begins)}" for one in found]
    text = _("Another meeting has these items. They stay on its agenda until they are taken off it there.")
    return [Alert(id="wanted", tone="warn", text=text, details=details)]
