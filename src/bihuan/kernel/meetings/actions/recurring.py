"""Plan the meetings that recur, such as Monday's; their agenda stays a draft until somebody takes it on."""

from datetime import date, datetime, timedelta

from bihuan.kernel.clock.ground import current, ground, place_of
from bihuan.kernel.errors import Conflict
from bihuan.kernel.identity.actors import SYSTEM, Scope
from bihuan.kernel.identity.selectors import scope_of
from bihuan.kernel.identity.selectors.posts import find_posts
from bihuan.kernel.meetings.actions.planning import plan
from bihuan.kernel.meetings.selectors import rules
from bihuan.kernel.meetings.selectors.deciding import Deciders
from bihuan.kernel.meetings.selectors.rules import Series
from bihuan.kernel.now import LOCAL, now, today
from bihuan.kernel.store.sql import run

#: Who is invited to a recurring meeting beside its chair.
_ROLES = ("coordinator", "leader", "supervisor")
_KINDS = {1: "coordination", 2: "special", 3: "principal"}


def plan_series() -> list[int]:
    """Plan what recurs within the days ahead, once for each day and place; return the meetings planned."""
    ground()
    places = run(
        "SELECT DISTINCT division_id FROM identity_post WHERE role_id = 'coordinator' AND valid_from <= %s"
        " AND (valid_until IS NULL OR valid_until > %s)",
        (now(), now()),
    )
    found, deciders, planned = rules.rows(Series), Deciders.load(), []
    for (division,) in places:
        scope = scope_of(division)
        for series in rules.in_force(found, scope, today(), "name"):
            if series.active:
                planned += [_plan(series, scope, day, deciders) for day in _days(series, scope)]
    return [key for key in planned if key]


def _days(series: Series, scope: Scope) -> list[date]:
    """Return the days within reach, moved to the next working day where they are rest days."""
    calendar = current().calendar(place_of(scope))
    ahead = [today() + timedelta(days=n) for n in range(series.ahead + 1)]
    return [calendar.next_working(day) for day in ahead if day.weekday() == series.weekday]


def _plan(series: Series, scope: Scope, day: date, deciders: Deciders) -> int:
    sql = "SELECT 1 FROM meetings_meeting WHERE division = %s AND series = %s AND day = %s"
    begins = datetime.combine(day, series.begins, LOCAL)
    if run(sql, (scope.division, series.name, day)) or begins <= now():
        return 0
    chair = deciders.find(scope, series.place)
    posts = {row.id for role in _ROLES for row in find_posts(role, scope)}
    data = {
        "title": f"{series.title}（{day:%Y-%m-%d}）", "place": series.place, "series": series.id,
        "kind": "weekly" if series.name == "weekly" else _KINDS.get(series.place, "coordination"),
        "begins": begins.isoformat(), "ends": (begins + timedelta(minutes=series.minutes)).isoformat(),
        "room": series.room, "posts": sorted(posts), **({"chair": chair.post} if chair else {}),
    }  # fmt: skip
    try:
        return plan(SYSTEM, data, scope=scope).matter
    except Conflict:
        return 0  # another worker was first
