"""The periods people report for: a month (月报), or ten days of it (旬报). Pure.

A period's code is the month (``2026-03``) or the first day of its ten days (``2026-03-11``), so a code
says its kind. The third ten days of a month last until its end.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from typing import Self


class PeriodKind(StrEnum):
    """How long a period is."""

    MONTH = "month"
    TEN_DAYS = "ten_days"


KINDS = tuple(str(kind) for kind in PeriodKind)
_TENS = (1, 11, 21)


@dataclass(frozen=True, slots=True)
class Period:
    """A period by its kind and first day."""

    kind: PeriodKind
    first: date

    def __post_init__(self) -> None:
        starts = (1,) if self.kind is PeriodKind.MONTH else _TENS
        if self.first.day not in starts:
            raise ValueError(f"no {self.kind} period begins on {self.first}")

    @classmethod
    def at(cls, kind: str, day: date) -> Self:
        """Return the period a day lies in."""
        found = PeriodKind(kind)
        if found is PeriodKind.MONTH:
            return cls(found, day.replace(day=1))
        return cls(found, day.replace(day=max(start for start in _TENS if start <= day.day)))

    @classmethod
    def decode(cls, code: str) -> Self:
        """Read a code back; ValueError when it is none."""
        if len(code) == 7:
            return cls(PeriodKind.MONTH, date.fromisoformat(f"{code}-01"))
        if len(code) == 10:
            return cls(PeriodKind.TEN_DAYS, date.fromisoformat(code))
        raise ValueError(f"no period: {code}")

    @property
    def code(self) -> str:
        """Return ``2026-03`` or ``2026-03-11``."""
        text = self.first.isoformat()
        return text[:7] if self.kind is PeriodKind.MONTH else text

    @property
    def last(self) -> date:
        """Return the last day."""
        end = monthrange(self.first.year, self.first.month)[1]
        if self.kind is PeriodKind.MONTH or self.first.day == _TENS[-1]:
            return self.first.replace(day=end)
        return self.first + timedelta(days=9)

    @property
    def year(self) -> int:
        """Return the year its cumulative figures count in."""
        return self.first.year

    @property
    def opens_year(self) -> bool:
        """Whether nothing can have been done this year before it."""
        return (self.first.month, self.first.day) == (1, 1)

    @property
    def elapsed(self) -> Fraction:
        """Return the share of the year that has passed at its end (序时进度): equal months, equal thirds."""
        if self.kind is PeriodKind.MONTH:
            return Fraction(self.first.month, 12)
        return Fraction((self.first.month - 1) * 3 + _TENS.index(self.first.day) + 1, 36)

    @property
    def previous(self) -> "Period":
        """Return the period before."""
        return Period.at(self.kind, self.first - timedelta(days=1))

    @property
    def next(self) -> "Period":
        """Return the period after."""
        return Period.at(self.kind, self.last + timedelta(days=1))

    def back(self, count: int) -> list["Period"]:
        """Return this period and those before it, ``count`` in all, oldest first."""
        found = [self]
        while len(found) < count:
            found.append(found[-1].previous)
        return found[::-1]
