"""Numbers of papers (文号): given at signing, one series a word and year, no number ever twice."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from bihuan.kernel.errors import BadInput, Conflict
from bihuan.kernel.identity.actions.record import record
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.identity.selectors.units import unit as find_unit
from bihuan.kernel.papers.kinds import Kind
from bihuan.kernel.store.sql import atomic, run

# The row of the series is the lock: who signs second waits for the first to commit or roll back, so a
# signature that fails gives its number back before anybody could see it, and there are no gaps.
_NEXT = """
INSERT INTO papers_series (word, year, last) VALUES (%s, %s, 1)
ON CONFLICT (word, year) DO UPDATE SET last = papers_series.last + 1 RETURNING last"""


@dataclass(frozen=True, slots=True)
class IssuerRow:
    """What an organisation signs as: its word in numbers and its name. ``given``: an office wrote it down."""

    unit: int
    word: str
    name: str
    given: bool = False
    source: str = ""
    valid_from: date | None = None


def issuer(unit: int, day: date) -> IssuerRow:
    """Return what a unit signs as on a day; its short name stands in until its 机关代字 is written down."""
    rows = run(
        """SELECT unit, word, name, true, source, valid_from FROM papers_issuer
           WHERE unit = %s AND valid_from <= %s ORDER BY valid_from DESC LIMIT 1""",
        (unit, day),
    )
    if rows:
        return IssuerRow(*rows[0])
    found = find_unit(unit)
    if found is None:
        raise BadInput(_("Say which organisation issues the paper."), where="unit")
    return IssuerRow(unit, found.short_name or found.name, found.name)


def give(paper: int, kind: Kind, body: IssuerRow, year: int, at: datetime) -> str:
    """Give a paper the next number of its series inside the running transaction and return it as written."""
    word = f"{body.word}{kind.prefix}"
    ((no,),) = run(_NEXT, (word, year))
    run(
        "INSERT INTO papers_number (word, year, no, paper, at) VALUES (%s, %s, %s, %s, %s)",
        (word, year, no, paper, at),
    )
    return write(word, year, no)


def write(word: str, year: int, no: int) -> str:
    """Return a number as GB/T 9704-2012 7.2.5 writes it: 云高交办〔2026〕3号."""
    return f"{word}〔{year}〕{no}号"


def continue_after(actor: Actor, word: str, year: int, last: int) -> None:
    """Let a series go on after a number the office gave before; Conflict when it has passed that already."""
    with atomic():
        moved = run(
            """INSERT INTO papers_series (word, year, last) VALUES (%s, %s, %s)
               ON CONFLICT (word, year) DO UPDATE SET last = excluded.last WHERE papers_series.last < excluded.last
               RETURNING last""",
            (word, year, last),
        )
        if not moved:
            raise Conflict(_("This series has passed that number already."), where="last")
        record(actor, "papers.series", {"year": year, "last": last})
