"""Read reports: one with its history, a project's, a period's table, who has not reported."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from bihuan.kernel.errors import BadInput, NotFound
from bihuan.kernel.identity import rights
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.intake.plan import Proposal
from bihuan.kernel.now import today
from bihuan.kernel.registers import rows as registers
from bihuan.kernel.registers.selectors import AmendRow, history
from bihuan.kernel.store.sql import run
from bihuan.lines.projects import selectors as projects
from bihuan.lines.projects.actions import problem_key
from bihuan.lines.projects.intake import problems_in
from bihuan.lines.projects.registers import PROJECTS
from bihuan.lines.projects.reports import standing
from bihuan.lines.projects.reports.checks import Doubt, doubt
from bihuan.lines.projects.reports.cutoffs import Deadlines, places
from bihuan.lines.projects.reports.periods import Period, PeriodKind
from bihuan.lines.projects.reports.register import REPORTS
from bihuan.lines.projects.selectors import ProjectRow
from bihuan.lines.projects.timetables import lights
from bihuan.lines.projects.timetables.lights import Progress, Verdict
from bihuan.lines.projects.timetables.selectors import Rules
from bihuan.lines.projects.transfers.selectors import problem_titles
from bihuan.logic.cells import Amount

RIGHT = "projects.report"
_ALL = 1_000_000


@dataclass(frozen=True, slots=True)
class ReportRow:
    """A report as it stands; ``codes`` by field. ``previous`` is the cumulative before it, if it is known."""

    id: int
    ver: int
    project: int
    period: Period
    codes: Mapping[str, str | None]
    reported_at: datetime
    amended_at: datetime
    creator_user: int
    unit: int
    previous: Amount | None = None

    def amount(self, name: str) -> Amount | None:
        """Return an amount in 万元."""
        code = self.codes.get(name)
        return Amount.decode(code) if code else None

    def value(self, name: str) -> Decimal | None:
        """Return an amount's number."""
        held = self.amount(name)
        return held.value if held else None

    def text(self, name: str) -> str:
        """Return a text."""
        return self.codes.get(name) or ""

    @property
    def fraction(self) -> Fraction | None:
        """Return the share of the year's plan that is done, None without a plan."""
        plan, done = self.value("year_plan_wan"), self.value("cumulative_wan")
        return Fraction(done) / Fraction(plan) if plan and done is not None else None

    @property
    def progress(self) -> Progress | None:
        """Return what its own light is judged by: against the end of its period."""
        share = self.fraction
        return None if share is None else Progress(share, self.period.elapsed)

    @property
    def doubt(self) -> Doubt | None:
        """Return what is doubtful about its numbers and nobody has explained."""
        found = doubt(self.previous, self.amount("done_wan"), self.amount("cumulative_wan"))
        return None if self.codes.get("explanation") else found

    @property
    def corrected(self) -> bool:
        """Whether it was changed after it was handed in."""
        return self.amended_at > self.reported_at


def read_period(code: str) -> Period:
    """Return the period of a code; BadInput when there is none."""
    try:
        return Period.decode(code)
    except ValueError as error:
        raise BadInput(
            _("Please give a period as 2026-03, or 2026-03-11 for ten days."), where="period"
        ) from error


_BEFORE = """SELECT n.id, b.cumulative_wan, b.cumulative_wan_approx
FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::date[]) AS n(id, project, kind, period)
JOIN LATERAL (SELECT b.cumulative_wan, b.cumulative_wan_approx FROM projects_report b
  WHERE b.project_id = n.project AND b.period_kind = n.kind AND b.period < n.period
    AND b.period >= date_trunc('year', n.period) AND b.withdrawn_at IS NULL
  ORDER BY b.period DESC LIMIT 1) b ON true"""


def before(wanted: Sequence[tuple[int, Period]]) -> list[Amount | None]:
    """Return for each (project, period) the cumulative of the report before it in the same year.

    Zero where nothing can have been done before, None where it isn't known; one statement for all.
    """
    numbers = list(range(len(wanted)))
    columns = ([p for p, _p in wanted], [str(p.kind) for _k, p in wanted], [p.first for _k, p in wanted])
    held = {key: Amount(value, about) for key, value, about in run(_BEFORE, (numbers, *columns))}
    return [
        held.get(number, Amount(Decimal(0)) if period.opens_year else None)
        for number, (_key, period) in zip(numbers, wanted, strict=True)
    ]


def _rows(where: str, params: Sequence[Any]) -> list[ReportRow]:
    """Return reports in use with what stood before each of them: two statements."""
    found = registers.read(REPORTS, f"withdrawn_at IS NULL AND {where}", params)
    periods = [Period(PeriodKind(row["period_kind"]), row["period"]) for row in found]
    held = before([(row["project_id"], period) for row, period in zip(found, periods, strict=True)])
    return [
        ReportRow(
            row["id"], row["ver"], row["project_id"], period, REPORTS.codes(row), row["created_at"],
            row["amended_at"], row["creator_user"], row["lead_unit"], previous,
        )
        for row, period, previous in zip(found, periods, held, strict=True)
    ]  # fmt: skip


def reports_of(project_id: int, *, limit: int = 36) -> list[ReportRow]:
    """Return a project's reports, the latest first; for a project the caller may see."""
    return _rows("project_id = %s ORDER BY period_last DESC, period DESC LIMIT %s", (project_id, limit))


def of_period(project_ids: Sequence[int], period: Period) -> dict[int, ReportRow]:
    """Return the reports of many projects for one period, by project."""
    where = "project_id = ANY(%s) AND period_kind = %s AND period = %s"
    return {row.project: row for row in _rows(where, (list(project_ids), str(period.kind), period.first))}


def report(actor: Actor, report_id: int) -> tuple[ProjectRow, ReportRow]:
    """Return a report with its project; NotFound also when the actor may not see it."""
    found = _rows("id = %s", (report_id,))
    if not found:
        raise NotFound(_("There is no such report, or you may not see it."), where=str(report_id))
    return projects.project(actor, found[0].project), found[0]


def may_report(actor: Actor) -> bool:
    """Whether the actor's post may report for the projects it sees."""
    return rights.has_right(actor, RIGHT)


def may_export(actor: Actor) -> bool:
    """Whether the actor's post may take tables away."""
    return rights.has_right(actor, "projects.export")


def changes_of(report_id: int) -> list[AmendRow]:
    """Return every amend of a report, oldest first."""
    return history(REPORTS, report_id)


def proposals(row: ReportRow) -> list[tuple[Proposal, str]]:
    """Return the problems a report names, each with the code of the matter that is open about it ("" = none).

    Those that were registered and closed since don't propose themselves again.
    """
    found = list(problems_in(row.text("problems")))
    if not found:
        return []
    known = {problem_key(title): code for _project, title, code in problem_titles([row.project])}
    return [(one, known.get(problem_key(one.text), "")) for one in found if _asks(one, known)]


def _asks(one: Proposal, known: Mapping[str, str]) -> bool:
    held = known.get(problem_key(one.text))
    return not one.closed and (held is None or bool(held))


# A period's table ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Line:
    """A project in a period's table: its report, if there is one, and where it stands."""

    project: ProjectRow
    standing: str
    report: ReportRow | None
    verdict: Verdict
    due: date | None

    @property
    def unit(self) -> int:
        """The unit that leads it."""
        return int(self.project["lead_unit"])


def lines(
    actor: Actor, period: Period, *, wanted: Sequence[str] = standing.STANDINGS, unit: int | None = None,
    before: int = 0, limit: int = 50,
) -> tuple[list[Line], int]:  # fmt: skip
    """Return (lines of a period's table, newest project first; id to continue before or 0)."""
    made = standing.source(actor, [period], unit=unit)
    found = standing.ids(made, wanted, before=before, limit=limit + 1)
    shown = found[:limit]
    if made is None:
        return [], 0
    return _lines(made.deadlines, shown, period), shown[-1][0] if len(found) > limit else 0


def _projects(ids: Sequence[int]) -> dict[int, ProjectRow]:
    """Return projects by id, for ids the caller may see."""
    found = registers.read(PROJECTS, "id = ANY(%s)", (list(ids),))
    return {row["id"]: ProjectRow(row["id"], row["ver"], row) for row in found}


def _lines(deadlines: Deadlines, found: Sequence[tuple[int, str]], period: Period) -> list[Line]:
    keys = [key for key, _standing in found]
    held, reported = _projects(keys), of_period(keys, period)
    rules = Rules(period.last)
    scopes = places(held[key]["division"] for key in keys)
    made = []
    for key, where in found:
        row, mine = held[key], reported.get(key)
        scope = scopes[row["division"]]
        progress = mine.progress if mine else None
        verdict = lights.judge(lights.measures(progress, None), rules.at(scope))
        made.append(Line(row, where, mine, verdict, deadlines.day(period, scope)))
    return made


def everything(actor: Actor, period: Period) -> list[Line]:
    """Return the whole table of a period in the order projects were entered, for the workbook."""
    made = standing.source(actor, [period])
    if made is None:
        return []
    return _lines(made.deadlines, standing.ids(made, standing.STANDINGS, limit=_ALL)[::-1], period)


def latest_period(kind: str = PeriodKind.MONTH) -> Period:
    """Return the period people report for now: the one last ended."""
    return Period.at(kind, today()).previous
