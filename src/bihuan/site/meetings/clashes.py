"""What stands against a meeting before it is planned: people who sit elsewhere, matters another meeting has."""

from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.kernel.identity.actors import Actor, Scope
from bihuan.kernel.identity.selectors import scope_of
from bihuan.kernel.meetings import selectors
from bihuan.kernel.meetings.selectors import coming
from bihuan.kernel.meetings.selectors.agenda import Taken
from bihuan.kernel.meetings.selectors.register import Clash
from bihuan.kernel.meetings.selectors.rules import Series
from bihuan.kernel.now import LOCAL, now, today
from bihuan.site.meetings import words
from bihuan.ui import cells
from bihuan.ui.panels import Alert, Column, Empty, Panel, Table


def panels(
    posts: Iterable[int], begins: datetime | str, ends: datetime | str, *, scope: Scope, but: int = 0
) -> list[Panel]:
    """Return a warning that names who of these posts, the chair among them, sits in another meeting then.

    Recurring meetings of the place count before they are planned.
    """
    since, until = (datetime.fromisoformat(at) if isinstance(at, str) else at for at in (begins, ends))
    given = list(posts)
    found = [
        *selectors.clashes(given, since, until, but),
        *coming.slot_clashes(scope, given, since, until),
    ]
    return _warning(found)


def of_series(series: Series, scope: Scope) -> list[Panel]:
    """Return a warning that names who a recurring meeting would want elsewhere in the weeks to come."""
    return _warning(coming.series_clashes(series, scope, today() + timedelta(days=28)))


def _warning(found: Sequence[Clash]) -> list[Panel]:
    if not found:
        return []
    details = [said(one) for one in found]
    text = _(
        "Nothing was planned yet: some of these people are in another meeting then."
        " Send it again to plan it all the same."
    )
    return [Alert(id="clashes", tone="warn", text=text, details=details)]


def said(one: Clash) -> str:
    """Return a clash in words: who, in which meeting, when."""
    title = f"{one.code} {one.title}" if one.code else _("%(title)s (recurs)") % {"title": one.title}
    return _("%(name)s: %(title)s at %(at)s") % {
        "name": one.name,
        "title": title,
        "at": words.moment(one.begins),
    }


def names(found: Sequence[Clash]) -> object:
    """Return who of a meeting is wanted elsewhere, as a cell; which meeting that is on hover."""
    if not found:
        return ""
    people = "、".join(dict.fromkeys(one.name for one in found))
    return cells.Hint(cells.Tag(people, "warn"), "; ".join(said(one) for one in found))


def diary(actor: Actor, days: int = 14) -> Panel:
    """Return what is in the diary of one's place in the days to come: meetings planned and those that recur."""
    first = today()
    last = first + timedelta(days=days)
    until = datetime.combine(last, time.max, LOCAL)
    planned = [row for row in selectors.listed(actor, since=now(), until=until) if row.stage != "cancelled"]
    recur = coming.slots(scope_of(actor.division), first, last) if actor.division else []
    rows: list[tuple[datetime, object, object]] = [
        (row.begins, cells.To(row.title, reverse("meeting", args=[row.id])), row.room) for row in planned
    ]
    rows += [
        (one.begins, _("%(title)s (recurs)") % {"title": one.series.title}, one.series.room) for one in recur
    ]
    rows.sort(key=lambda row: row[0])
    return Table(
        id="diary",
        title=_("In the next %(n)d days") % {"n": days},
        rows=rows,
        empty=Empty(text=_("No meeting stands in these days."), icon="calendar"),
        columns=[
            Column(_("When"), lambda row: words.moment(row[0])),
            Column(_("Meeting"), lambda row: row[1], head=True),
            Column(_("Where it is held"), lambda row: row[2]),
        ],
    )


def wanted(found: Sequence[Taken]) -> list[Panel]:
    """Return a warning that names the items another meeting has; they stay there until they are taken off."""
    if not found:
        return []
    details = [f"{one.title} → {one.code}, {words.moment(one.begins)}" for one in found]
    text = _("Another meeting has these items. They stay on its agenda until they are taken off it there.")
    return [Alert(id="wanted", tone="warn", text=text, details=details)]
