"""Words and cells for reports, in the reader's language."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from bihuan.lines.projects.reports import papers
from bihuan.lines.projects.reports.cutoffs import Cutoff
from bihuan.lines.projects.reports.figures import ON_TIME
from bihuan.lines.projects.reports.periods import Period, PeriodKind
from bihuan.lines.projects.reports.selectors import Line, ReportRow
from bihuan.lines.projects.timetables import wording
from bihuan.logic.days import Day
from bihuan.logic.mechanism import said
from bihuan.ui import cells
from bihuan.ui import format as fmt

KINDS = {"month": said("Monthly report"), "ten_days": said("Ten-day report")}
LISTED = {"yes": said("yes"), "no": said("no")}
BASES = {"day": said("On a day of the month"), "wd": said("So many working days after the period")}
_TONES: dict[str, cells.Tone] = {"on_time": "good", "late": "warn", "missing": "bad", "waiting": "info"}


def period(one: Period) -> str:
    """Write a period: 2026年3月, 2026年3月中旬; March 2026, 11–20 March 2026."""
    if fmt.chinese():
        return papers.written(one)
    if one.kind is PeriodKind.MONTH:
        return f"{one.first:%B %Y}"
    return f"{one.first.day}–{one.last.day} {one.last:%B %Y}"


def short(one: Period) -> str:
    """Write a period as short as a picture has room for: 3月, Mar."""
    if one.kind is PeriodKind.MONTH:
        return f"{one.first.month}月" if fmt.chinese() else f"{one.first:%b}"
    return f"{one.first.month}-{one.first.day}"


def standing(where: str) -> cells.Tag:
    """Return where a project stands for a period, as a tag."""
    return cells.Tag(_(ON_TIME.parts[where]), _TONES.get(where, "quiet"))


def amount(row: ReportRow | None, name: str) -> Any:
    """Return an amount of a report, in 万元, 约 kept."""
    held = row.amount(name) if row else None
    if held is None:
        return ""
    shown = cells.Money(held.value, "wan", "wan")
    return (
        cells.Row([cells.Quiet(pgettext("before a number", "about")), shown]) if held.approximate else shown
    )


def percent(share: Fraction | Decimal | None) -> str:
    """Write a share (1 is all) in per cent, or a rate that is one already."""
    exact = papers.percent(share) if isinstance(share, Fraction) else share
    return fmt.DASH if exact is None else f"{fmt.number(exact, 2)}%"


def against(row: ReportRow | None) -> Any:
    """Return the share of the plan done, with what the year would have it be."""
    if row is None or row.fraction is None:
        return ""
    expected = _("%(share)s of the year has passed") % {"share": percent(row.period.elapsed)}
    return cells.Hint(percent(row.fraction), expected)


def light(line: Line) -> Any:
    """Return the light of a line, with the rule that gave it."""
    lamp = cells.Lamp(line.verdict.light.value)
    because = wording.because(line.verdict)
    return cells.Hint(lamp, because) if because else lamp


def listed(row: ReportRow) -> Any:
    """Return whether and since when a project is in the statistics."""
    since = row.codes["listed_on"]
    if since:
        return Day.decode(since)
    code = row.text("listed")
    return _(LISTED[code]) if code else ""


def rule(one: Cutoff) -> str:
    """Say when reports are due by a rule."""
    if one.basis == "wd":
        return _("%(days)s after the period") % {"days": wording.working_days(one.value)}
    words = _("day %(day)d of the month after") if one.following else _("day %(day)d of the month itself")
    return words % {"day": one.value}
