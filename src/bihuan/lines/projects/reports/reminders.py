"""Tell units which of their projects have not reported: on the cut-off day, the next working day, and a week on."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_noop as N_

from bihuan.kernel.identity.actors import SYSTEM, Scope
from bihuan.kernel.notices import kinds
from bihuan.kernel.notices.actions import Tell, tell_many
from bihuan.kernel.notices.kinds import Kind
from bihuan.kernel.now import now, today
from bihuan.kernel.store.sql import run
from bihuan.lines.projects.reports import standing
from bihuan.lines.projects.reports.cutoffs import Deadlines, places
from bihuan.lines.projects.reports.periods import KINDS, Period

#: Working days past the cut-off → what is said then, the latest that applies; each once a unit and period.
_STAGES = ((5, "bulletin"), (1, "urge"), (0, "due"))
_TEXTS = {
    "due": N_("Reports for %(period)s are due today: %(count)s projects are missing (%(names)s)."),
    "urge": N_("The cut-off for %(period)s has passed: %(count)s projects have not reported (%(names)s)."),
    "bulletin": N_(
        "%(count)s projects still have not reported for %(period)s and go into the bulletin (%(names)s)."
    ),
}
for _name, _text in _TEXTS.items():
    kinds.register(Kind(f"projects.report.{_name}", _text))
#: A notice names so many projects; the rest is a number.
_NAMES = 5
#: Periods looked back at: a cut-off never lies further behind its period than two months.
_BACK = 3


@dataclass(frozen=True, slots=True)
class _Missing:
    project: int
    name: str
    division: int
    unit: int


def remind_missing(day: date | None = None) -> int:
    """Tell lead units (without one: the coordination centre of the place) who is missing; return how many notices.

    Only on working days of the place. It may run any number of times: each stage is told once.
    """
    day = day or today()
    deadlines = Deadlines()
    tells: list[Tell] = []
    for kind in KINDS:
        for period in Period.at(kind, day).back(_BACK):
            tells += _tells(deadlines, period, day)
    return tell_many(tells)


def _tells(deadlines: Deadlines, period: Period, day: date) -> Iterator[Tell]:
    found = _missing(period)
    scopes = places(row.division for row in found)
    groups: dict[tuple[str, int, int], list[str]] = {}
    for row in found:
        if stage := _stage(deadlines, period, scopes[row.division], day):
            groups.setdefault((stage, row.unit, 0 if row.unit else row.division), []).append(row.name)
    centres = _centres({division for _s, unit, division in groups if not unit})
    for (stage, unit, division), names in groups.items():
        yield from _addressed(stage, period, unit, centres.get(division, ()), names)


def _missing(period: Period) -> list[_Missing]:
    """Return the projects of the whole house that have no report for a period and are asked for one."""
    made = standing.source(SYSTEM, [period])
    if made is None:
        return []
    keys = [key for key, _where in standing.ids(made, ("missing", "waiting"), limit=1_000_000)]
    sql = "SELECT id, name, division, lead_unit FROM projects_project WHERE id = ANY(%s) ORDER BY id"
    return [_Missing(*row) for row in run(sql, (keys,))]


def _stage(deadlines: Deadlines, period: Period, scope: Scope, day: date) -> str:
    """Return what is to be said to a place on a day, "" for nothing."""
    due, calendar = deadlines.day(period, scope), deadlines.calendar(scope)
    if due is None or day < due or not calendar.is_working(day):
        return ""
    behind = calendar.working_between(due, day)
    return next(stage for days, stage in _STAGES if behind >= days)


def _addressed(
    stage: str, period: Period, unit: int, posts: Iterable[int], names: list[str]
) -> Iterator[Tell]:
    shown = "、".join(names[:_NAMES]) + (" …" if len(names) > _NAMES else "")
    params = {"period": period.code, "count": len(names), "names": shown}
    receivers: list[dict[str, Any]] = [{"to_unit": unit}] if unit else [{"to_post": post} for post in posts]
    for to in receivers:
        ((how, whom),) = to.items()
        yield Tell(
            f"projects.report.{stage}", f"report:{stage}:{period.code}:{how}:{whom}", params=params, **to
        )


_CENTRES = """
SELECT d.id, coalesce(jsonb_agg(p.id ORDER BY p.id) FILTER (WHERE p.id IS NOT NULL), '[]')::text
FROM identity_division d LEFT JOIN identity_post p ON p.role_id = 'coordinator'
  AND p.division_id IN (d.id, d.province_id, d.city_id, d.county_id, d.street_id, d.community_id, d.grid_id,
                        d.micro_id, d.park_id)
  AND p.valid_from <= %s AND (p.valid_until IS NULL OR p.valid_until > %s)
WHERE d.id = ANY(%s) GROUP BY d.id
"""


def _centres(divisions: set[int]) -> dict[int, list[int]]:
    """Return the posts of the coordination centre over each division."""
    at = now()
    return (
        {key: json.loads(posts) for key, posts in run(_CENTRES, (at, at, sorted(divisions)))}
        if divisions
        else {}
    )
