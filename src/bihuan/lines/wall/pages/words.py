"""What the wall calls things, and the links from its numbers."""

from collections.abc import Mapping

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from bihuan.kernel.now import now
from bihuan.lines.projects.contracts import Place, ProjectStanding
from bihuan.lines.wall import selectors
from bihuan.logic.mechanism import said
from bihuan.ui import format as fmt

CLASSES = {
    "building": said("Under construction"),
    "land_idle": said("Land acquired, not begun"),
    "no_land": said("Land not acquired"),
    "finished": said("Completed and producing"),
}


def behind(name: str, **narrowed: str | int | None) -> str:
    """Return the address of what stands behind a number."""
    kept = {key: value for key, value in narrowed.items() if value not in (None, "")}
    return reverse(name) + (f"?{urlencode(kept)}" if kept else "")


def place_name(place: Place, names: Mapping[int, str]) -> str:
    """Return what a place is called."""
    return names.get(place.division, "") if place.level else _("All places")


def part_name(part: int, place: Place, names: Mapping[int, str]) -> str:
    """Return what a part of a place is called; 0 is the place itself."""
    if part:
        return names.get(part, f"#{part}")
    return place_name(place, names)


def lateness(row: ProjectStanding) -> str:
    """Say what is wrong with a project, in half a line; nothing when nothing is."""
    said_ = []
    if row.late_wd and row.light in ("late", "near"):
        said_.append(_("late by %(days)s working days") % {"days": row.late_wd})
    if row.overdue:
        said_.append(_("%(n)s matters overdue") % {"n": row.overdue})
    return " · ".join(said_)


def counted(place: Place) -> str:
    """Say when the figures were counted; that they are old, when they are."""
    _parts, made = selectors.loads(place)
    if made is None:
        return _("The figures are being counted for the first time.")
    words = {"at": fmt.moment(made)}
    if (now() - made).total_seconds() > 900:
        return _("Figures of %(at)s: counting has stopped since, tell the administrator.") % words
    return _("as of %(at)s") % words
