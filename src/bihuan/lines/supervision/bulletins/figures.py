"""What bulletins count: what came in, what ended in time or late, what is open and what is overdue."""

import hashlib

from bihuan.kernel.figures import tallies
from bihuan.logic.mechanism import said as _
from bihuan.logic.rates import Condition, Count, Figure, canonical

#: Problems of projects and orders: what an office has to bring to a close.
KINDS = ("projects.problem", "orders.order")
#: Final stages of what should not have been.
VOID = ("withdrawn", "voided")
#: Counted day by day, so that days make weeks, months and quarters.
CORE = ("opened", "on_time", "late", "unlimited")
#: Rows of the projects' reports, no matters: counted on the last day they are in time (报送及时率).
REPORTS = ("reports", "in_time")
REPORTS_RULE = "projects.reported@1"
_REPORTS = {
    "reports": (_("Reports due"), _("Projects' reports whose last day in time lay in the period.")),
    "in_time": (
        _("Reports that came in time"),
        _(
            "Projects' reports whose last day in time lay in the period and that had come by it, as known at its end."
        ),
    ),
}
#: What was done besides: visits made, duties of contact kept, agency cases and enterprises' needs taken in,
#: meetings held, reports of projects that were due and those that came in time. A line nobody brings counts nothing.
WORK = ("visits", "contacts", "agency", "needs", "meetings", *REPORTS)
FLOWS = (*CORE, *WORK)
#: (measure, kind of matter, the stage it ends in; "" counts what was opened)
ALSO = (
    ("contacts", "officers.contact", "kept"), ("agency", "agency.case", ""), ("needs", "enterprise.need", ""),
    ("meetings", "meetings.meeting", "minuted"),
)  # fmt: skip
#: Counted at the end of a day.
STANDING = ("open", "overdue")
#: Below so many cases a unit's rate is shown without a place.
MIN_CASES = 10

_KIND = Condition("kind", "in", KINDS)
_VALID = (_KIND, Condition("stage", "out", VOID))


def _is(column: str, yes: bool) -> Condition:
    return Condition(column, "is", yes)


def _figure(name: str, title: str, definition: str, period: str, *tests: Condition) -> Figure:
    return Figure(
        f"supervision.{name}", title, definition, _("cases"), Count(tests), period=period, min_cases=0
    )


def _ended(name: str, title: str, definition: str, kind: str, stage: str) -> Figure:
    return _figure(
        name, title, definition, "ended", Condition("kind", "is", kind), Condition("stage", "is", stage),
        _is("ended", True),
    )  # fmt: skip


def _taken(name: str, title: str, definition: str, kind: str) -> Figure:
    return _figure(name, title, definition, "opened", Condition("kind", "is", kind))


ALL = (
    _figure("opened", _("Came in"), _("Problems and orders opened in the period."), "opened", _KIND),
    _figure(
        "on_time", _("Ended in time"), _("Ended in the period within their limit; withdrawn ones are left out."),
        "ended", *_VALID, _is("ended", True), _is("limited", True), _is("late", False),
    ),
    _figure(
        "late", _("Ended late"), _("Ended in the period after their limit."),
        "ended", *_VALID, _is("ended", True), _is("limited", True), _is("late", True),
    ),
    _figure(
        "unlimited", _("Ended without a limit"), _("Ended in the period; no limit ran for them."),
        "ended", *_VALID, _is("ended", True), _is("limited", False),
    ),
    _figure("open", _("Still open"), _("Open at the end of the period."), "", *_VALID, _is("ended", False)),
    _figure(
        "overdue", _("Open and overdue"), _("Open past their limit at the end of the period, clock not stopped."),
        "", *_VALID, _is("ended", False), _is("limited", True), _is("late", True),
    ),
    _ended("contacts", _("Contacts kept"), _("Duties of contact with a project kept in the period: one a turn."),
           "officers.contact", "kept"),
    _taken("agency", _("Agency cases"), _("Agency cases applied for in the period."), "agency.case"),
    _taken("needs", _("Enterprise needs"), _("Needs put in by enterprises in the period, by account or by link."),
           "enterprise.need"),
    _ended("meetings", _("Meetings held"), _("Meetings whose minutes were issued in the period."), "meetings.meeting",
           "minuted"),
)  # fmt: skip
#: Visits are rows of a register: counted by the line that keeps them, under its one definition.
VISITS = "officers.visits"
_DECLARED = {figure.name.partition(".")[2]: figure for figure in ALL}
MEASURES = (*FLOWS, *STANDING)


def title(measure: str) -> str:
    """Return what a measure is called."""
    if measure in REPORTS:
        return _REPORTS[measure][0]
    return tallies.get(VISITS).title if measure == "visits" else _DECLARED[measure].title


def definition(measure: str) -> str:
    """Return what a measure counts."""
    if measure in REPORTS:
        return _REPORTS[measure][1]
    return tallies.get(VISITS).definition if measure == "visits" else _DECLARED[measure].definition


def fingerprint() -> str:
    """Return the SHA-256 of all definitions together: under which a day was frozen."""
    visits = tallies.find(VISITS)
    texts = [*map(canonical, ALL), REPORTS_RULE, *([visits.text] if visits else [])]
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()
