"""Figures of the line: of its problems as the kernel counts matters, of its reports as the register says.

The two of the reports count rows of a register, not matters, so they are counted here, with the same
care: numerator, denominator, what is left out and why, and as known at the end of any past day.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from bihuan.kernel.figures import selectors as kernel
from bihuan.kernel.figures.base import Words, register_base
from bihuan.kernel.figures.selectors import FigureValue
from bihuan.kernel.figures.trends import Point
from bihuan.kernel.identity.actors import Actor, Scope
from bihuan.kernel.identity.selectors.divisions import scope_of
from bihuan.kernel.now import now, today
from bihuan.kernel.store.sql import run
from bihuan.lines.projects.reports import standing
from bihuan.lines.projects.reports.cutoffs import Deadlines
from bihuan.lines.projects.reports.periods import Period, PeriodKind
from bihuan.logic.mechanism import said as _
from bihuan.logic.rates import Figure, quotient

#: 销号率, 按期办结率 and their like, over the problems of projects.
PROBLEMS = register_base(
    Words(
        name="projects.problem",
        kinds=("projects.problem",),
        signed=("closed",),
        void=("withdrawn",),
        answers=("confirm", "reopen", "hand_over", "take_up"),
        field="satisfaction",
        content=("satisfied", "basically"),
    )
)
#: Below so many cases a rate is not compared.
FEW = 10


@dataclass(frozen=True, slots=True)
class Told:
    """What a figure of the reports is called and what it counts; ``parts`` name what it opens to."""

    name: str
    title: str
    definition: str
    parts: Mapping[str, str]


ON_TIME = Told(
    "reporting",
    _("Reported in time"),
    _(
        "Reports handed in by their cut-off, of all projects asked for one whose cut-off has passed; a"
        " correction doesn't make a report late."
    ),
    {
        "on_time": _("In time"),
        "late": _("Late"),
        "missing": _("Not reported"),
        "waiting": _("Still time"),
        "paused": _("Paused"),
        "ended": _("Terminated"),
        "withdrawn": _("Withdrawn from the park"),
        "produced": _("In production before the period"),
        "later": _("Entered after the cut-off"),
        "no_rule": _("No report asked for"),
    },
)
INVESTMENT = Told(
    "investment",
    _("Year's investment done"),
    _(
        "What projects have done this year by their latest report, of what they planned for the year;"
        " projects on hold count, ended and withdrawn ones don't."
    ),
    {
        "counted": _("Counted"),
        "no_report": _("Without a report this year"),
        "no_plan": _("Without a plan of the year"),
        "gone": _("Ended or withdrawn"),
    },
)
REPORTED = (ON_TIME, INVESTMENT)


@dataclass(frozen=True, slots=True)
class Measured:
    """A figure of the reports. ``counts`` says by part how many projects; amounts are in 万元.

    ``at`` is the moment of knowledge, ``period`` the one it speaks of (its first day).
    """

    told: Told
    value: Decimal | None
    numerator: Decimal
    denominator: Decimal
    counts: Mapping[str, int]
    period: Period
    as_of: date
    at: datetime
    small: bool


def moment(as_of: date | None) -> datetime | None:
    """Return the moment a past day is known by, None for the present."""
    return kernel.moment(as_of) if kernel.is_past(as_of) else None


def _asked(actor: Actor, as_of: date | None) -> Period:
    """Return the latest month whose cut-off has passed at the actor's place."""
    day = as_of or today()
    place: Scope = scope_of(actor.division) if actor.division else Scope()
    return Deadlines().passed(PeriodKind.MONTH, place, day) or Period.at(PeriodKind.MONTH, day).previous


def reporting(actor: Actor, *, period: Period | None = None, as_of: date | None = None) -> Measured:
    """Return 按期报送率 of a period (default: the latest month whose cut-off has passed)."""
    asked = period or _asked(actor, as_of)
    found = standing.counts(standing.source(actor, [asked], at=moment(as_of)))
    return _rate(found.get(asked.first, {}), asked, as_of)


def _months(actor: Actor, periods: Sequence[Period]) -> list[Measured]:
    found = standing.counts(standing.source(actor, periods))
    return [_rate(found.get(period.first, {}), period, None) for period in periods]


def _rate(counts: Mapping[str, int], period: Period, as_of: date | None) -> Measured:
    part, whole = counts.get("on_time", 0), sum(counts.get(name, 0) for name in standing.DUE)
    return Measured(
        ON_TIME, quotient(part, whole, "%"), Decimal(part), Decimal(whole), counts, period,
        as_of or today(), moment(as_of) or now(), whole < FEW,
    )  # fmt: skip


#: Each project with its latest report of the year, and the part it counts in.
_LATEST = """, latest AS (SELECT DISTINCT ON (r.project_id) r.* FROM r
   ORDER BY r.project_id, r.period_last DESC, r.period DESC),
 judged AS (SELECT p.id, l.cumulative_wan, l.year_plan_wan,
   CASE WHEN p.state IN ('ended', 'withdrawn') THEN 'gone' WHEN l.id IS NULL THEN 'no_report'
        WHEN coalesce(l.year_plan_wan, 0) = 0 THEN 'no_plan' ELSE 'counted' END AS part
   FROM p LEFT JOIN latest l ON l.project_id = p.id)"""


def _year(actor: Actor, as_of: date | None) -> tuple[standing.Source | None, Period]:
    day = as_of or today()
    first = Period(PeriodKind.MONTH, date(day.year, 1, 1))
    return (
        standing.source(
            actor, [first, Period(PeriodKind.TEN_DAYS, date(day.year, 12, 21))], at=moment(as_of)
        ),
        Period.at(PeriodKind.MONTH, day),
    )


def investment(actor: Actor, *, as_of: date | None = None) -> Measured:
    """Return 年度投资完成率 of the year of that day: done of planned, in 万元."""
    made, period = _year(actor, as_of)
    counts: dict[str, int] = {}
    done = planned = Decimal(0)
    if made is not None:
        sql = f"""{made.sql}{_LATEST} SELECT part, count(*), coalesce(sum(cumulative_wan), 0),
                  coalesce(sum(year_plan_wan), 0) FROM judged GROUP BY part"""  # noqa: S608 - own names
        for part, count, sum_done, sum_planned in run(sql, made.params):
            counts[part] = count
            if part == "counted":
                done, planned = sum_done, sum_planned
    value = (done * 100 / planned).quantize(Decimal("0.01")) if planned else None
    return Measured(
        INVESTMENT, value, done, planned, counts, period, as_of or today(), moment(as_of) or now(),
        counts.get("counted", 0) < FEW,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Share:
    """A project in the year's investment, amounts in 万元."""

    project: int
    done: Decimal | None
    planned: Decimal | None


def shares(
    actor: Actor, part: str, *, as_of: date | None = None, before: int = 0, limit: int = 50
) -> list[Share]:
    """Return the projects a part of the year's investment counts, newest first."""
    made, _period = _year(actor, as_of)
    if made is None:
        return []
    sql = f"""{made.sql}{_LATEST} SELECT id, cumulative_wan, year_plan_wan FROM judged
              WHERE part = %s AND (%s = 0 OR id < %s) ORDER BY id DESC LIMIT %s"""  # noqa: S608 - own names
    return [Share(*row) for row in run(sql, (*made.params, part, before, before, limit))]


# Over time ----------------------------------------------------------------------------------------------


def reporting_over(actor: Actor, months: int = 6) -> tuple[Measured, list[Point]]:
    """Return 按期报送率 of the latest month whose cut-off has passed, and of the months up to it, as known now."""
    asked = _asked(actor, None)
    points = _months(actor, asked.back(months))
    return points[-1], [Point(rate.period.first, rate.value, rate.small) for rate in points]


def reporting_trend(actor: Actor, last: Period, months: int = 6) -> list[Point]:
    """Return 按期报送率 of the months up to ``last``, as known now."""
    return [Point(rate.period.first, rate.value, rate.small) for rate in _months(actor, last.back(months))]


_SPANS = """, span AS (SELECT r.project_id, r.cumulative_wan, r.year_plan_wan, r.period_last AS since,
   lead(r.period_last) OVER (PARTITION BY r.project_id ORDER BY r.period_last, r.period) AS until FROM r)
 SELECT m.last, sum(s.cumulative_wan), sum(s.year_plan_wan) FROM unnest(%s::date[]) AS m(last)
 JOIN span s ON s.since <= m.last AND (s.until IS NULL OR s.until > m.last)
 JOIN p ON p.id = s.project_id AND p.state NOT IN ('ended', 'withdrawn')
 WHERE s.year_plan_wan > 0 GROUP BY m.last"""


def investment_trend(actor: Actor, last: Period) -> list[Point]:
    """Return 年度投资完成率 at the ends of the year's months up to ``last``, by what is reported now."""
    periods = [period for period in last.back(12) if period.year == last.year]
    made, _period = _year(actor, None)
    if made is None:
        return []
    rows = run(f"{made.sql}{_SPANS}", (*made.params, [period.last for period in periods]))
    found = {end: done * 100 / planned for end, done, planned in rows}
    return [Point(period.last, found.get(period.last)) for period in periods]


def problems(actor: Actor, as_of: date | None = None) -> list[tuple[Figure, FigureValue]]:
    """Return the figures of problems over what is the actor's own; nothing for who has no yard of figures."""
    yard = kernel.yard(actor)
    if not yard:
        return []
    declared = [kernel.definition(figure.name, as_of) for figure in PROBLEMS]
    return list(zip(declared, kernel.together(declared, yard, as_of), strict=True))


def excluded(measured: Measured) -> list[tuple[str, str, int]]:
    """Return (part, title, count) of what a figure leaves out, as far as it leaves anything out."""
    kept = {*standing.DUE, "counted"}
    return [
        (part, title, count)
        for part, title in measured.told.parts.items()
        if part not in kept and (count := measured.counts.get(part, 0))
    ]


__all__ = [
    "INVESTMENT",
    "ON_TIME",
    "PROBLEMS",
    "Measured",
    "Point",
    "Share",
    "Told",
    "investment",
    "reporting",
]
