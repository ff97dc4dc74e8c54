"""What reports look like over the API."""

from datetime import date, datetime
from typing import Any, Literal

from ninja import Schema
from pydantic import Field


class DoubtOut(Schema):
    """Numbers that don't add up, and nobody has said why: ``fell`` or ``differs``."""

    code: str
    question: str
    expected: str


class ReportOut(Schema):
    """A report. ``share`` is what is done of the plan, ``elapsed`` how much of the year had passed (1 is all)."""

    id: int
    ver: int
    project: int
    period: str
    values: dict[str, str | None]
    share: float | None
    elapsed: float
    reported_at: datetime
    corrected: bool
    doubt: DoubtOut | None


class ChangeOut(Schema):
    """One change of a report: field → codes before and after."""

    seq: int
    move: str
    at: datetime
    by: str
    cause: str
    batch: int | None
    undoes: int | None
    changes: dict[str, dict[str, str | None]]


class ProposalOut(Schema):
    """A problem a report names; ``code`` is the matter that is open about it, "" when there is none."""

    text: str
    code: str


class ReportFull(ReportOut):
    """A report with its history and the problems it proposes."""

    changes: list[ChangeOut]
    proposals: list[ProposalOut]


class ReportIn(Schema):
    """What is reported. ``cause`` says why an earlier report is corrected, ``ver`` which version was seen."""

    values: dict[str, str | None]
    cause: str = Field("", max_length=200)
    ver: int | None = None


class Handed(Schema):
    """The report written; ``created`` is false for a correction."""

    id: int
    created: bool


class ProblemIn(Schema):
    """Which of the problems a report names is registered: its text as proposed."""

    text: str = Field(min_length=1, max_length=4000)


class Opened(Schema):
    """The matter that was opened."""

    code: str


class LineOut(Schema):
    """A project in a period's table. ``light`` judges the investment by the rule named in ``source``."""

    project: int
    name: str
    code: str
    lead_unit: int
    standing: str
    due: date | None
    light: str
    source: str
    report: ReportOut | None


class LinesOut(Schema):
    """Lines, newest project first; ``before`` continues after them, 0 when there are no more."""

    rows: list[LineOut]
    before: int


class UnitOut(Schema):
    """How many projects of a lead unit (0: none) stand where."""

    unit: int
    counts: dict[str, int]


class CutoffOut(Schema):
    """When reports of a kind are due at a place (division 0: everywhere), from a day on."""

    id: int
    kind: str
    division: int
    basis: str
    value: int
    following: bool
    since: date
    enabled: bool
    source: str
    tag: str


class CutoffIn(Schema):
    """A cut-off for the place one's post is over: a day of the month, or working days after the period."""

    kind: Literal["month", "ten_days"]
    basis: Literal["day", "wd"]
    value: int = Field(ge=0, le=60)
    following: bool = True
    since: date | None = None
    enabled: bool = True
    source: str = Field(min_length=1, max_length=300)


class FigureOut(Schema):
    """A figure: value (in ``unit``), what it is made of, what it leaves out, and as of when."""

    name: str
    value: float | None
    unit: str
    numerator: float
    denominator: float | None
    excluded: dict[str, int]
    as_of: date
    at: datetime
    small: bool


class ImportOut(Schema):
    """An import of a workbook of reports: what it would do, or did."""

    id: int
    name: str
    state: str
    period: str
    counts: dict[str, int]
    questions: list[dict[str, Any]]
    differences: list[dict[str, Any]]
    problems: list[dict[str, Any]]
    undone: dict[str, Any] | None


class AnswerIn(Schema):
    """Which project a row means; null leaves the row out."""

    sheet: str
    row: int
    project: int | None


class CaseOut(Schema):
    """A project a figure counts."""

    id: int
    code: str
    title: str
