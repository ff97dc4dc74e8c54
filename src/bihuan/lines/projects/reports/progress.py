"""What lights read of the reports: how much of the year's plan is done, and how much of it should be."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from fractions import Fraction

from bihuan.kernel.now import LOCAL
from bihuan.kernel.store.sql import run
from bihuan.lines.projects.reports.cutoffs import Deadlines, places
from bihuan.lines.projects.reports.periods import KINDS, Period
from bihuan.lines.projects.timetables.lights import Progress, provide_progress

_LATEST = """SELECT DISTINCT ON (r.project_id) r.project_id, p.division, r.period_kind, r.period,
 r.cumulative_wan, r.year_plan_wan
FROM projects_report r JOIN projects_project p ON p.id = r.project_id
WHERE r.project_id = ANY(%s) AND r.period BETWEEN %s AND %s AND r.withdrawn_at IS NULL AND r.created_at < %s
ORDER BY r.project_id, r.period_last DESC, r.period DESC"""


@provide_progress
def progress(projects: Sequence[int], day: date) -> Mapping[int, Progress]:
    """Return how far projects are on a day by their latest report of that year.

    Expected (序时进度) is the share of the year at the end of the period reported, or of the last one
    whose cut-off has passed where that is later: whoever doesn't report falls behind, and nobody is
    measured by days people haven't been asked about yet. Without a report or a plan there is nothing.
    """
    if not projects:
        return {}
    end = datetime.combine(day + timedelta(days=1), time(), LOCAL)
    rows = run(_LATEST, (list(projects), date(day.year, 1, 1), day, end))
    deadlines = Deadlines() if rows else None
    scopes = places(row[1] for row in rows)
    passed: dict[int, Fraction] = {}
    found = {}
    for project, division, kind, first, done, plan in rows:
        if not plan or deadlines is None:
            continue
        if division not in passed:
            due = (deadlines.passed(k, scopes[division], day) for k in KINDS)
            passed[division] = max((p.elapsed for p in due if p and p.year == day.year), default=Fraction(0))
        expected = max(Period.at(kind, first).elapsed, passed[division])
        found[project] = Progress(Fraction(done) / Fraction(plan), expected)
    return found
