"""The numbers of a brief: figures as known at the end of its last day, so that they are the same whoever asks later."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bihuan.kernel.figures import late
from bihuan.kernel.figures import selectors as figures
from bihuan.kernel.figures.selectors import FigureValue
from bihuan.kernel.identity.selectors import division as find_division
from bihuan.kernel.papers.periodicals import PeriodicalRow
from bihuan.kernel.permits.rules import EVERYTHING, Branch
from bihuan.lines.hotline.briefs.figures import COUNTS, ENDED, TAKEN
from bihuan.lines.hotline.figures import RATES
from bihuan.logic import periods
from bihuan.logic.periods import Period

#: A daily brief draws so many days up to its own.
_DRAWN = 7
Groups = Mapping[str, Mapping[str, FigureValue]]


@dataclass(frozen=True, slots=True)
class Numbers:
    """What a brief says: counts of the period, of the one before and of last year; rates; by unit and by class.

    ``parts`` are the days or weeks with what was taken in and ended.
    """

    period: Period
    counts: Mapping[str, int]
    before: Mapping[str, int]
    year: Mapping[str, int]
    rates: Mapping[str, FigureValue]
    units: Groups
    classes: Groups
    channels: Groups
    parts: Sequence[tuple[str, int, int]]


def branch_of(division: int) -> Branch:
    """Return the one indexed way to everything in a place (0 = the whole house)."""
    found = find_division(division) if division else None
    return Branch(found.level, found.id) if found else EVERYTHING


def numbers(place: int, period: Period) -> Numbers:
    """Return the numbers of a period that is over."""
    branches = [branch_of(place)]
    before, year = periods.previous(period), periods.a_year_before(period)
    since, until = period.since, period.until
    counts = _values(COUNTS, branches, period)
    return Numbers(
        period, counts=_plain(counts), before=_plain(_values(COUNTS, branches, before)),
        year=_plain(_values(COUNTS, branches, year)), rates=_values(RATES, branches, period),
        units=_grouped((*COUNTS, *RATES), branches, since, until, "lead_unit"),
        classes=_grouped((TAKEN.name,), branches, since, until, "data.class"),
        channels=_grouped((TAKEN.name,), branches, since, until, "data.channel"), parts=_parts(branches, period),
    )  # fmt: skip


def known_now(row: PeriodicalRow) -> dict[str, int]:
    """Return the counts of a brief's period with all that was recorded since."""
    asked = [figures.definition(name, row.until) for name in COUNTS]
    return _plain(late.known_now(asked, branch_of(row.division), row.since, row.until))


def _values(names: Sequence[str], branches: Sequence[Branch], period: Period) -> dict[str, FigureValue]:
    asked = [figures.definition(name, period.until) for name in names]
    found = figures.together(asked, branches, period.until, period.since)
    return dict(zip(names, found, strict=True))


def _plain(values: Mapping[str, FigureValue]) -> dict[str, int]:
    return {name: int(value.numerator) for name, value in values.items()}


def _grouped(
    names: Sequence[str], branches: Sequence[Branch], since: date, until: date, by: str
) -> dict[str, dict[str, FigureValue]]:
    """Return figure by group by name; figures of one kind of period are counted in one pass."""
    made: dict[str, dict[str, FigureValue]] = {}
    asked = [figures.definition(name, until) for name in names]
    for kind in dict.fromkeys(one.period for one in asked):
        mine = [one for one in asked if one.period == kind]
        found = figures.computed_together(mine, branches, until, since, by)
        for one, values in zip(mine, found, strict=True):
            for value in values:
                made.setdefault(str(value.group or ""), {})[one.name] = value
    return made


def _parts(branches: Sequence[Branch], period: Period) -> list[tuple[str, int, int]]:
    """Return (name, taken in, ended) of the days of a week, of the weeks of a month, of the days up to a day."""
    if period.kind == "day":
        spans = [
            periods.containing("day", period.until - timedelta(days=back))
            for back in range(_DRAWN - 1, -1, -1)
        ]
    else:
        spans = periods.parts(period)
    made = []
    for span in spans:
        found = _plain(_values((TAKEN.name, ENDED.name), branches, span))
        made.append((_label(span), found[TAKEN.name], found[ENDED.name]))
    return made


def _label(span: Period) -> str:
    first, last = span.since, span.until
    return f"{first.month}月{first.day}日" + ("" if first == last else f"至{last.month}月{last.day}日")
