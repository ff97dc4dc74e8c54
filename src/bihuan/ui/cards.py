"""A matter as the card every list shows."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from django.utils.translation import gettext as _

from bihuan.kernel.clock import selectors as clock
from bihuan.kernel.clock.ground import current, place_of
from bihuan.kernel.flow import registry
from bihuan.kernel.flow.rows import MatterRow
from bihuan.kernel.identity.actors import Scope
from bihuan.kernel.now import local, now
from bihuan.logic.pictures import Light
from bihuan.ui import format as fmt
from bihuan.ui.addresses import address_of
from bihuan.ui.naming import Names, names_for
from bihuan.ui.panels import MatterCard

#: States of a main clock that still says something; one that was met or ended doesn't.
_TICKS = frozenset({"running", "paused"})


def href(row: MatterRow) -> str:
    """Return the address of a matter."""
    return address_of("matter", row.code)


def light(row: MatterRow, at: datetime | None = None) -> str:
    """Return the name of the matter's light."""
    if not row.open:
        return "done"
    found = clock.light(row.due, row.clock, at or now(), place_of(scope_of(row)))
    # Under supervision (督办) shows unless something louder does: late, or a clock that stands still.
    if row.value("watched") and found in {Light.NORMAL, Light.NEAR, Light.NONE}:
        found = Light.WATCHED
    return found.value


def left(row: MatterRow, at: datetime | None = None) -> str:
    """Return what is left of the main limit, in words; '' when no clock runs."""
    if not row.open or row.due is None or row.clock not in _TICKS:
        return ""
    if row.clock == "paused":
        return _("clock stopped")
    calendar = current().calendar(place_of(scope_of(row)))
    today, due = local(at).date(), local(row.due).date()
    late = (at or now()) > row.due
    return fmt.left(calendar.working_between(today, due) - (late and due == today), "wd")


def scope_of(row: MatterRow) -> Scope:
    """Return the place a matter lies in."""
    return Scope(**{name: getattr(row, name) for name in Scope.__dataclass_fields__})


def cards(rows: Sequence[MatterRow], names: Names | None = None) -> list[MatterCard]:
    """Return the cards of these matters, in order."""
    named = names or names_for(rows)
    return [_card(row, named) for row in rows]


def pressed(rows: Sequence[MatterRow], owed: Mapping[str, str] | None = None) -> list[tuple[MatterRow, str]]:
    """Return each matter with the limit that presses in place of its own, and what that limit is called.

    It is the one ``owed`` names for the matter's stage, else whichever running limit ends first; '' and the
    matter as it is where none runs.
    """
    running = clock.open_clocks([row.id for row in rows])
    made = []
    for row in rows:
        clocks = [one for one in running.get(row.id, ()) if not one.paused]
        wanted = [one for one in clocks if one.name == (owed or {}).get(row.stage)]
        first = min(wanted or clocks, key=lambda one: one.due, default=None)
        if first is None:
            made.append((row, ""))
            continue
        limits = {limit.name: limit.title for limit in registry.worded(row.rules).limits}
        title = _(limits.get(first.name, first.name))
        made.append((row._replace(due=first.due, clock="running"), title))
    return made


def pressing(
    rows: Sequence[MatterRow], names: Names | None = None, owed: Mapping[str, str] | None = None
) -> list[MatterCard]:
    """Return the cards of matters that wait for somebody, each with the limit that presses (see ``pressed``)."""
    named = names or names_for(rows)
    return [replace(_card(row, named), limit=title) for row, title in pressed(rows, owed)]


def _card(row: MatterRow, names: Names) -> MatterCard:
    rules = registry.worded(row.rules)
    return MatterCard(
        code=row.code,
        title=row.title or _("(erased)"),
        href=href(row),
        noun=_(rules.noun),
        stage=_(rules.stage(row.stage).title),
        light=light(row),
        left=left(row),
        due=row.due if row.open and row.clock in _TICKS else None,
        holder=names.holder(row),
    )
