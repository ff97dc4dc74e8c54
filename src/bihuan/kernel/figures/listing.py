"""The newest cases of every part of a figure, written down when it is counted, so that nobody searches for them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bihuan.kernel.figures.facts import Facts
from bihuan.kernel.store.sql import run
from bihuan.logic.rates import Figure, canonical, fingerprint

#: The temporary table of all facts while a day is counted.
TABLE = "figures_facts"
#: So many cases of a part are written down; beyond them a list walks the matters, where such cases are frequent.
NEWEST = 5000
#: Lists of so many days stay, and those of month ends for so many.
_DAYS, _MONTHS = timedelta(days=40), timedelta(days=400)


@dataclass(frozen=True, slots=True)
class Listed:
    """Ids of the matters with the newest cases of a part, newest first, as known at ``made``."""

    matters: list[int]
    whole: bool
    made: datetime


def find(figure: Figure, part: str, day: date, using: str = "read") -> Listed | None:
    """Return what was written down of a part on a day, None when nothing was."""
    rows = run(
        "SELECT matters, whole, made FROM figures_listed WHERE hash = %s AND day = %s AND part = %s",
        (fingerprint(canonical(figure)), day, part),
        using,
    )
    return Listed(*rows[0]) if rows else None


def write(
    facts: Facts, figures: Iterable[Figure], day: date, made: datetime, empty: set[tuple[str, str]]
) -> None:
    """Write down the newest cases of every part from the table of facts; ``empty``: (hash, part) with none."""
    run(f"CREATE INDEX ON {TABLE} (matter_id DESC, episode DESC)")
    run(f"ANALYZE {TABLE}")
    for figure in figures:
        print_ = fingerprint(canonical(figure))
        run("DELETE FROM figures_listed WHERE hash = %s AND day = %s", (print_, day))
        parts = [
            _newest(facts, print_, part, "false" if (print_, part) in empty else facts.holds(count))
            for part, count in figure.parts().items()
        ]
        run(
            "INSERT INTO figures_listed (hash, day, part, matters, whole, made)"  # noqa: S608 - own names
            f" SELECT f.hash, {facts.add(day)}::date, f.part, f.matters, f.whole, {facts.add(made)}::timestamptz"
            f" FROM ({' UNION ALL '.join(parts)}) f",
            facts.params,
        )


def _newest(facts: Facts, print_: str, part: str, holds: str) -> str:
    return (
        f"SELECT {facts.add(print_)}::text AS hash, {facts.add(part)}::text AS part,"  # noqa: S608 - own names
        f" coalesce(array_agg(n.matter_id), '{{}}')::bigint[] AS matters, count(*) < {NEWEST} AS whole"
        f" FROM (SELECT facts.matter_id FROM {TABLE} facts WHERE {holds}"
        f" ORDER BY facts.matter_id DESC, facts.episode DESC LIMIT {NEWEST}) n"
    )


def forget(day: date) -> None:
    """Remove the lists that are older than anybody asks for; the walk still answers for those days."""
    run(
        "DELETE FROM figures_listed WHERE day < %s OR (day < %s AND extract(day FROM day + 1) <> 1)",
        (day - _MONTHS, day - _DAYS),
    )


def before(matters: Sequence[int], last: int) -> list[int]:
    """Return the ids up to ``last``, each once, newest first."""
    return [key for key in dict.fromkeys(matters) if key <= last]
