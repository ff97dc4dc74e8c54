"""Counting days: one pass over the spans of a range, equal to asking each figure of each day."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from bihuan.kernel.figures import selectors as kernel
from bihuan.kernel.figures import tallies
from bihuan.kernel.identity.selectors import division as find_division
from bihuan.kernel.now import LOCAL, now, today
from bihuan.kernel.permits.rules import EVERYTHING, Branch
from bihuan.kernel.store.sql import run
from bihuan.lines.projects import contracts
from bihuan.lines.supervision.bulletins.figures import ALSO, CORE, KINDS, REPORTS, STANDING, VISITS, VOID

#: (day, measure, kind of matter, leading unit) → how many, and which: matter.episode, or the row of a visit.
Key = tuple[date, str, str, int]
Counts = dict[Key, int]
Cases = dict[Key, list[str]]

# What was known at the end of each day: only entries recorded by then (``known``), or all by now.
_FLOWS = """
WITH final AS MATERIALIZED (
  SELECT r.id AS rules, s.value ->> 'name' AS stage
  FROM flow_rules r, jsonb_array_elements(r.text::jsonb -> 'stages') s WHERE (s.value ->> 'final')::boolean),
met AS MATERIALIZED (
  SELECT s.*, m.kind, m.lead_unit, m.rules, (s.since AT TIME ZONE 'Asia/Shanghai')::date AS day,
         b.n AS before_n, b.stage AS before_stage
  FROM flow_matter m JOIN flow_span s ON s.matter_id = m.id
  LEFT JOIN LATERAL (SELECT p.n, p.stage FROM flow_span p WHERE p.matter_id = s.matter_id AND p.episode = s.episode
    AND p.n < s.n ORDER BY p.n DESC LIMIT 1) b ON true
  JOIN ledger_entry k ON k.chain_id = s.matter_id AND k.seq = s.n
  WHERE {where} AND m.kind = ANY(%(kinds)s) AND s.since >= %(begin)s AND s.since < %(end)s
    AND (NOT %(known)s OR k.recorded <= ((s.since AT TIME ZONE 'Asia/Shanghai')::date + 1)
         ::timestamp AT TIME ZONE 'Asia/Shanghai')),
ended AS (
  SELECT e.day, e.kind, e.lead_unit, e.matter_id, e.episode, c.matter_id IS NOT NULL AS limited,
         coalesce(c.late, false) AS late
  FROM met e JOIN final f ON f.rules = e.rules AND f.stage = e.stage
  LEFT JOIN final g ON g.rules = e.rules AND g.stage = e.before_stage
  LEFT JOIN LATERAL (
    SELECT c.matter_id, bool_or(c.state = 'missed') AS late FROM clock_clock c
    WHERE c.main AND c.matter_id = e.matter_id AND c.episode = e.episode AND c.state <> 'void'
    GROUP BY c.matter_id) c ON true
  WHERE g.stage IS NULL AND e.stage <> ALL(%(void)s) AND e.kind = ANY(%(core)s)),
also AS MATERIALIZED (SELECT * FROM unnest(%(names)s::text[], %(also)s::text[], %(stages)s::text[])
  AS a(measure, kind, stage)),
told AS (
  SELECT day, 'opened' AS measure, kind, lead_unit, matter_id, episode FROM met
  WHERE before_n IS NULL AND kind = ANY(%(core)s)
  UNION ALL
  SELECT day, CASE WHEN NOT limited THEN 'unlimited' WHEN late THEN 'late' ELSE 'on_time' END, kind, lead_unit,
         matter_id, episode FROM ended
  UNION ALL
  SELECT m.day, a.measure, m.kind, m.lead_unit, m.matter_id, m.episode FROM met m JOIN also a ON a.kind = m.kind
  WHERE CASE WHEN a.stage = '' THEN m.before_n IS NULL
             ELSE m.stage = a.stage AND m.before_stage IS DISTINCT FROM a.stage END)
SELECT day, measure, kind, lead_unit, array_agg(matter_id || '.' || episode ORDER BY matter_id, episode)
FROM told GROUP BY 1, 2, 3, 4
"""


def branch_of(division: int) -> Branch:
    """Return the one indexed way to everything in a place (0 = the whole house)."""
    found = find_division(division) if division else None
    return Branch(found.level, found.id) if found else EVERYTHING


def midnight(day: date) -> datetime:
    """Return the moment a day begins in Beijing."""
    return datetime.combine(day, time(), LOCAL)


def found(division: int, since: date, until: date, *, known: bool) -> Cases:
    """Return what came in, ended and was done on each day; ``known``: as was known at the end of that day."""
    branch = branch_of(division)
    where = "true" if branch.column == "*" else f"m.{branch.column} = {branch.value:d}"
    end = min(midnight(until + timedelta(days=1)), now())
    names, also, stages = (list(column) for column in zip(*ALSO, strict=True))
    params = {
        "kinds": [*KINDS, *also], "core": list(KINDS), "void": list(VOID), "known": known, "begin": midnight(since),
        "end": end, "names": names, "also": also, "stages": stages,
    }  # fmt: skip
    rows = run(_FLOWS.format(where=where), params)
    visits = tallies.days(VISITS, branch, since, until, known=known)
    rows += [(day, "visits", VISITS, unit, [str(key) for key in ids]) for (day, unit), ids in visits.items()]
    rows += _reports(division, since, until, known=known)
    return {(day, name, kind, unit): cases for day, name, kind, unit, cases in rows}


def _reports(division: int, since: date, until: date, *, known: bool) -> list[tuple[Any, ...]]:
    """Return the reports of projects that were due, and those that came in time, on the last day they were."""
    if not contracts.REPORTED.bound:
        return []
    place = find_division(division) if division else None
    level, within = (place.level, place.id) if place else ("", 0)
    cases: dict[tuple[date, str, int], set[str]] = {}
    for one in contracts.REPORTED(level, within, since, until, known):
        for measure in REPORTS if one.on_time else REPORTS[:1]:
            cases.setdefault((one.day, measure, one.unit), set()).add(_case(one))
    return [
        (day, measure, "projects.reports", unit, sorted(found))
        for (day, measure, unit), found in cases.items()
    ]


def _case(one: contracts.Due) -> str:
    """Return the project and the period of a report as the number of a case."""
    return f"{one.project}.{one.period.replace('-', '')}"


def flows(division: int, since: date, until: date, *, known: bool) -> Counts:
    """Count what came in, ended and was done on each day."""
    return {key: len(cases) for key, cases in found(division, since, until, known=known).items()}


def standing(division: int, day: date) -> Counts:
    """Count what is open and overdue at the end of a day (today: now), by kind and unit."""
    figures = [kernel.definition(f"supervision.{measure}", day, "default") for measure in STANDING]
    counted = kernel.computed_together(figures, [branch_of(division)], _past(day), None, "lead_unit")
    return {
        (day, measure, "", int(value.group or 0)): int(value.numerator)
        for measure, values in zip(STANDING, counted, strict=True)
        for value in values
        if value.numerator
    }


def _past(day: date) -> date | None:
    return day if day < today() else None


@dataclass(slots=True)
class Line:
    """The counts of a unit or of all over a period; ``rate`` counts what is open and overdue against it."""

    unit: int = 0
    counts: dict[str, int] = field(default_factory=dict)

    def of(self, measure: str) -> int:
        """Return one count."""
        return self.counts.get(measure, 0)

    @property
    def ended(self) -> int:
        """Return how many ended."""
        return self.of("on_time") + self.of("late") + self.of("unlimited")

    @property
    def judged(self) -> bool:
        """Whether problems or orders stand in it; visits alone make no line of a ranking."""
        return any(self.of(name) for name in (*CORE, *STANDING))

    @property
    def whole(self) -> int:
        """Return of how many the rate on time is."""
        return self.of("on_time") + self.of("late") + self.of("overdue")


def summed(counts: Counts, last: date) -> tuple[Line, list[Line]]:
    """Return (all, by unit): flows summed over their days, standing counts as of the last day."""
    total, units = Line(), dict[int, Line]()
    for (day, measure, _kind, unit), number in counts.items():
        if measure in STANDING and day != last:
            continue
        for line in (total, units.setdefault(unit, Line(unit))):
            line.counts[measure] = line.of(measure) + number
    return total, [units[unit] for unit in sorted(units)]


def as_json(line: Line) -> dict[str, Any]:
    """Return a line's counts as they are kept with a bulletin."""
    return dict(sorted(line.counts.items()))


def days(since: date, until: date) -> Iterable[date]:
    """Yield every day of a range."""
    day = since
    while day <= until:
        yield day
        day += timedelta(days=1)
