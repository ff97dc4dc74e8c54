"""Recurring meetings to come, planned or not yet, and what they clash with: read before somebody plans another."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bihuan.kernel.clock.ground import current, ground, place_of
from bihuan.kernel.identity.actors import Scope
from bihuan.kernel.identity.selectors import scope_of
from bihuan.kernel.identity.selectors.posts import find_posts
from bihuan.kernel.meetings.selectors import rules
from bihuan.kernel.meetings.selectors.deciding import Deciders
from bihuan.kernel.meetings.selectors.register import Clash, clashes
from bihuan.kernel.meetings.selectors.rules import Series
from bihuan.kernel.now import LOCAL, local, now, today
from bihuan.kernel.store.sql import run

#: Who is invited to a recurring meeting beside its chair.
ROLES = ("coordinator", "leader", "supervisor")
#: No holiday lasts longer (days).
_HOLIDAYS = 10


@dataclass(frozen=True, slots=True)
class Slot:
    """When a recurring meeting will sit that is not planned yet, its chair (0: nobody) and those it will invite.

    ``asked`` is the day its series names, ``day`` the working day it falls on.
    """

    series: Series
    division: int
    asked: date
    day: date
    begins: datetime
    ends: datetime
    chair: int
    posts: frozenset[int]


def slots(scope: Scope, first: date, last: date, found: Sequence[Series] | None = None) -> list[Slot]:
    """Return when the series of a place will sit from one day to another and are not planned yet, in order.

    A rest day moves a meeting to the next working day. ``found`` are the rows to read, all of them when not given.
    """
    rows = rules.in_force(rules.rows(Series) if found is None else found, scope, first, "name")
    planned = _planned(scope.division, first)
    made = [
        slot
        for slot in sittings([row for row in rows if row.active], scope, first, last)
        if (slot.series.name, slot.day) not in planned
    ]
    return sorted(made, key=lambda one: one.begins)


def sittings(found: Iterable[Series], scope: Scope, first: date, last: date) -> list[Slot]:
    """Return every sitting of these series at a place from one day to another that has not begun, planned or not."""
    ground()
    calendar, deciders = current().calendar(place_of(scope)), Deciders.load()
    invited = {row.id for role in ROLES for row in find_posts(role, scope)}
    made: list[Slot] = []
    for series in found:
        chair = deciders.find(scope, series.place)
        post = chair.post if chair else 0
        posts = frozenset(invited | {post}) - {0}
        # From earlier days on, too: what falls on a holiday moves into the days asked for.
        for number in range(-_HOLIDAYS, (last - first).days + 1):
            said = first + timedelta(days=number)
            day = calendar.next_working(said) if said.weekday() == series.weekday else date.min
            begins = datetime.combine(day, series.begins, LOCAL)
            if first <= day and begins > now():
                ends = begins + timedelta(minutes=series.minutes)
                made.append(Slot(series, scope.division, said, day, begins, ends, post, posts))
    return made


def _planned(division: int, first: date) -> set[tuple[str, date]]:
    sql = "SELECT series, day FROM meetings_meeting WHERE division = %s AND series <> '' AND day >= %s"
    return {(name, day) for name, day in run(sql, (division, first))}


def slot_clashes(
    scope: Scope, posts: Iterable[int], begins: datetime, ends: datetime, but: str = ""
) -> list[Clash]:
    """Return who of these posts a recurring meeting of the place, or of one above it, will want at that time.

    Such a meeting is not planned yet: ``meeting`` is 0 and ``code`` empty. The series named ``but`` is left out.
    """
    wanted, day = set(posts) - {0}, local(begins).date()
    found: list[Clash] = []
    for division in place_of(scope):
        for slot in slots(scope_of(division), day, local(ends).date()) if division else ():
            if slot.begins < ends and slot.ends > begins and slot.series.name != but:
                names = _names(wanted & slot.posts)
                found += [
                    Clash(post, name, 0, "", slot.series.title, slot.begins) for post, name in names.items()
                ]
    return list(dict.fromkeys(found))


def series_clashes(series: Series, scope: Scope, last: date) -> list[Clash]:
    """Return who a recurring meeting would want that is wanted elsewhere, sitting by sitting until a day."""
    own = {key for (key,) in run("SELECT matter FROM meetings_meeting WHERE series = %s", (series.name,))}
    found: list[Clash] = []
    for slot in sittings([series], scope, max(today(), series.valid_from), last):
        found += [one for one in clashes(slot.posts, slot.begins, slot.ends) if one.meeting not in own]
        found += slot_clashes(scope, slot.posts, slot.begins, slot.ends, but=series.name)
    return found


def _names(posts: Iterable[int]) -> dict[int, str]:
    sql = (
        "SELECT p.id, u.name FROM identity_post p JOIN identity_user u ON u.id = p.user_id"
        " WHERE p.id = ANY(%s) ORDER BY p.id"
    )
    return dict(run(sql, (sorted(posts),)))


_CROSSED = """
SELECT DISTINCT g.matter, mine.id, u.name, h.matter, n.code, n.title, h.begins
FROM meetings_meeting g JOIN meetings_invite i ON i.meeting = g.matter
JOIN identity_post mine ON mine.id = i.post JOIN identity_user u ON u.id = mine.user_id
JOIN identity_post other ON other.user_id = mine.user_id JOIN meetings_invite j ON j.post = other.id
JOIN meetings_meeting h ON h.matter = j.meeting AND h.matter <> g.matter AND NOT h.cancelled
     AND h.begins < g.ends AND h.ends > g.begins
JOIN flow_matter n ON n.id = h.matter
WHERE g.matter = ANY(%s) AND NOT g.cancelled AND g.ends >= %s ORDER BY h.begins, mine.id"""


def crossed(meetings: Iterable[int]) -> dict[int, list[Clash]]:
    """Return, by meeting still to be held, who of those invited is invited elsewhere at that time; one statement."""
    found: dict[int, list[Clash]] = {}
    for meeting, *rest in run(_CROSSED, (sorted(meetings), now())):
        found.setdefault(meeting, []).append(Clash(*rest))
    return found
