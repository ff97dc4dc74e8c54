"""Figures over rows of registers, which are no matters: declared by lines, asked like every other figure.

The line says with a :class:`Source` how its rows are counted; everything else a figure promises holds here
too: numerator, denominator, what is left out, the moment of knowledge, and the rows behind each part.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from bihuan.kernel.figures import registry
from bihuan.kernel.figures.selectors import FigureValue, is_past, moment
from bihuan.kernel.now import today
from bihuan.kernel.permits.rules import Branch
from bihuan.kernel.registers.selectors import BRANCHES
from bihuan.kernel.store.sql import run
from bihuan.logic.rates import Tally, fingerprint, quotient

#: With this key among its counts a source says of how many rows the value is, where that is no part of it.
ROWS = "rows"


@dataclass(frozen=True, slots=True)
class Asked:
    """Which rows: within the branches, of days between two (both inside), as known at ``at`` (None: now)."""

    branches: tuple[Branch, ...]
    since: date | None = None
    until: date | None = None
    at: datetime | None = None
    using: str = "read"


@dataclass(frozen=True, slots=True)
class Row:
    """A row a part counts: its day, what it is called, and what it adds to the number."""

    id: int
    day: date | None
    title: str
    amount: Decimal | int = 1


#: (day, lead unit) → the ids of the rows counted there.
Days = Mapping[tuple[date, int], Sequence[int]]


@dataclass(frozen=True, slots=True)
class Source:
    """How rows are counted: amounts by part, the rows of a part (newest first), and day by day.

    ``days`` is asked with ``True`` for what was known at the end of each row's own day.
    """

    counts: Callable[[Asked], Mapping[str, Decimal | int]]
    rows: Callable[[Asked, str, int, int], list[Row]]
    days: Callable[[Asked, bool], Days] | None = None


_sources: dict[str, Source] = {}
_tallies: dict[str, Tally] = {}


def register(tally: Tally, source: Source) -> Tally:
    """Make a figure over rows known; ValueError for a second one of its name."""
    if _tallies.setdefault(tally.name, tally) != tally or tally.name in registry.names():
        raise ValueError(f"two figures named {tally.name}")
    _sources.setdefault(tally.rule, source)
    return tally


def get(name: str) -> Tally:
    """Return the figure as declared now; KeyError when there is none."""
    return _tallies[name]


def find(name: str) -> Tally | None:
    """Return the figure as declared now, None when no line brings it."""
    return _tallies.get(name)


def all_tallies() -> tuple[Tally, ...]:
    """Return every declared figure over rows, by name."""
    return tuple(_tallies[name] for name in sorted(_tallies))


def _source(tally: Tally, as_of: date | None, using: str) -> tuple[Source, str]:
    """Return how the figure was counted on that day, and the hash of its definition."""
    text = tally.text
    if is_past(as_of):
        rows = run(
            "SELECT text FROM figures_definition WHERE name = %s"
            " ORDER BY CASE WHEN since <= %s THEN since END DESC NULLS LAST, since LIMIT 1",
            (tally.name, moment(as_of)), using,
        )  # fmt: skip
        text = rows[0][0] if rows else text
    return _sources[json.loads(text)["rule"]], fingerprint(text)


def _asked(
    branches: Sequence[Branch], as_of: date | None, since: date | None, until: date | None, using: str
) -> Asked:
    seen = tuple(branch for branch in branches if branch.column == "*" or branch.column in BRANCHES)
    day = as_of or today()
    return Asked(
        seen, since, min(until or day, day), moment(as_of) if is_past(as_of) else None, using
    )  # fmt: skip


def value(
    name: str,
    branches: Sequence[Branch],
    *,
    as_of: date | None = None,
    since: date | None = None,
    until: date | None = None,
    using: str = "read",
) -> FigureValue:
    """Return the figure over the rows the branches see, of days from ``since`` to ``until`` (default: to ``as_of``).

    ``as_of``: as known at the end of that day, under the definition of that day.
    """
    tally = get(name)
    source, print_ = _source(tally, as_of, using)
    asked = _asked(branches, as_of, since, until, using)
    counts = source.counts(asked) if asked.branches else {}
    part, whole = counts.get("numerator", 0), int(counts.get("denominator", 0))
    judged = counts.get(ROWS, whole if tally.is_ratio else part)
    return FigureValue(
        name=name,
        value=quotient(part, whole if tally.is_ratio else None, tally.unit),
        numerator=part,
        denominator=whole if tally.is_ratio else None,
        excluded=tuple((title, int(counts.get(key, 0))) for key, title in tally.exclusions),
        as_of=as_of or today(),
        at=moment(as_of),
        definition_hash=print_,
        small=judged < tally.min_cases,
    )


def rows(
    name: str,
    part: str,
    branches: Sequence[Branch],
    *,
    as_of: date | None = None,
    since: date | None = None,
    until: date | None = None,
    before: int = 0,
    limit: int = 50,
    using: str = "read",
) -> list[Row]:
    """Return the rows a part counts, newest first, before an id; KeyError for a part the figure hasn't."""
    tally = get(name)
    if part not in dict(tally.parts):
        raise KeyError(part)
    source, _print = _source(tally, as_of, using)
    asked = _asked(branches, as_of, since, until, using)
    return source.rows(asked, part, before, limit) if asked.branches else []


def days(name: str, branch: Branch, since: date, until: date, *, known: bool, using: str = "default") -> Days:
    """Return which rows the figure counts on each day; ``known``: as was known at the end of that day.

    Nothing where no line brings the figure.
    """
    tally = find(name)
    count = _sources[tally.rule].days if tally else None
    if count is None:
        return {}
    return count(Asked((branch,), since, min(until, today()), None, using), known)
