"""Plan the meetings that recur, such as Monday's; their agenda stays a draft until somebody takes it on."""

from datetime import timedelta

from bihuan.kernel.errors import Conflict
from bihuan.kernel.identity.actors import SYSTEM, Scope
from bihuan.kernel.identity.selectors import scope_of
from bihuan.kernel.meetings.actions.planning import plan
from bihuan.kernel.meetings.selectors import rules
from bihuan.kernel.meetings.selectors.coming import Slot, slots
from bihuan.kernel.meetings.selectors.rules import Series
from bihuan.kernel.now import now, today
from bihuan.kernel.store.sql import run

_KINDS = {1: "coordination", 2: "special", 3: "principal"}


def plan_series() -> list[int]:
    """Plan what recurs within the days ahead, once for each day and place; return the meetings planned."""
    places = run(
        "SELECT DISTINCT division_id FROM identity_post WHERE role_id = 'coordinator' AND valid_from <= %s"
        " AND (valid_until IS NULL OR valid_until > %s)",
        (now(), now()),
    )
    found, planned = rules.rows(Series), []
    reach = max((row.ahead for row in found), default=0)
    for (division,) in places:
        scope = scope_of(division)
        planned += [
            _plan(slot, scope)
            for slot in slots(scope, today(), today() + timedelta(days=reach), found)
            if slot.asked <= today() + timedelta(days=slot.series.ahead)
        ]
    return [key for key in planned if key]


def _plan(slot: Slot, scope: Scope) -> int:
    series = slot.series
    data = {
        "title": f"{series.title}（{slot.day:%Y-%m-%d}）", "place": series.place, "series": series.id,
        "kind": "weekly" if series.name == "weekly" else _KINDS.get(series.place, "coordination"),
        "begins": slot.begins.isoformat(), "ends": slot.ends.isoformat(), "room": series.room,
        "posts": sorted(slot.posts), **({"chair": slot.chair} if slot.chair else {}),
    }  # fmt: skip
    try:
        return plan(SYSTEM, data, scope=scope).matter
    except Conflict:
        return 0  # another worker was first
