"""Papers about a day, week, month or quarter of a place: drafted once from its figures, edited, signed like others."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _
from psycopg.types.json import Jsonb

from bihuan.kernel.errors import BadInput, Conflict, NotFound, Refused
from bihuan.kernel.identity import roles
from bihuan.kernel.identity.actors import Actor, Kind
from bihuan.kernel.identity.selectors import scope_of
from bihuan.kernel.now import now, today
from bihuan.kernel.papers import actions, kinds, selectors
from bihuan.kernel.papers.rows import PaperRow
from bihuan.kernel.store.sql import atomic, run
from bihuan.logic.periods import Period


@dataclass(frozen=True, slots=True)
class Composed:
    """What a periodical says: the fields of its paper, and the numbers kept beside it to see whether they hold."""

    data: Mapping[str, Any]
    totals: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Series:
    """Periodicals of one line: a kind of paper for each kind of period, and who composes them.

    ``compose`` is given the place and the period; ``words`` are the fields that people write over and that stay
    when the tables are drawn anew.
    """

    name: str
    papers: Mapping[str, kinds.Kind]
    compose: Callable[[int, Period], Composed]
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PeriodicalRow:
    """A periodical; ``totals`` are its numbers as they were when it was drafted."""

    id: int
    kind: str
    since: date
    until: date
    division: int
    unit: int
    paper: int
    totals: dict[str, int]
    made_at: datetime

    @property
    def period(self) -> Period:
        """Return the period it is about."""
        return Period(self.kind, self.since, self.until)  # type: ignore[arg-type]


def prepare(actor: Actor, series: Series, period: Period, *, division: int = 0, unit: int = 0) -> int:
    """Draft the paper of a period that is over; return the periodical, the same when it is there.

    Raises BadInput for a period still running, Refused for somebody else's place.
    """
    place = division or actor.division
    if actor.kind is not Kind.SYSTEM and (not place or place != actor.division):
        raise Refused(_("This lies outside the divisions your post is responsible for."))
    if period.until >= today():
        raise BadInput(_("The period is not over yet: its figures can't be frozen."), where="day")
    with atomic():
        run("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (f"{series.name}:{place}:{period}",))
        found = run(
            "SELECT id FROM papers_periodical WHERE series = %s AND division = %s AND kind = %s AND since = %s",
            (series.name, place, period.kind, period.since),
        )
        return int(found[0][0]) if found else _draft(actor, series, period, place, unit or actor.unit)


def _draft(actor: Actor, series: Series, period: Period, place: int, unit: int) -> int:
    made = series.compose(place, period)
    paper = actions.draft(
        actor, series.papers[period.kind].name, dict(made.data), scope=scope_of(place), unit=unit,
        key=f"{series.name}:{place}:{period.kind}:{period.since}",
    )  # fmt: skip
    rows = run(
        """INSERT INTO papers_periodical (series, kind, since, until, division, unit, paper, totals, made_at)
           VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s) RETURNING id""",
        (series.name, period.kind, period.since, period.until, place, unit, paper, Jsonb(dict(made.totals)), now()),
    )  # fmt: skip
    return int(rows[0][0])


def draft_anew(
    actor: Actor, series: Series, paper: int, period: Period, place: int, *, keep: bool = True
) -> None:
    """Fill the draft's tables and picture anew; ``keep`` leaves the words people have written."""
    row = selectors.paper(paper)
    if row.is_signed or row.is_void:
        raise Conflict(
            _("A signed or void paper stays as it is. Draft a correction that names it."), where="state"
        )
    fresh = dict(series.compose(place, period).data)
    if keep:
        old = selectors.data(row)
        fresh |= {name: old[name] for name in series.words if old.get(name)}
    actions.revise(actor, paper, fresh, title=row.title)


_COLUMNS = "id, kind, since, until, division, unit, paper, totals::text, made_at"


def _read(row: Sequence[Any]) -> PeriodicalRow:
    key, kind, since, until, division, unit, paper, totals, made_at = row
    return PeriodicalRow(key, kind, since, until, division, unit, paper, json.loads(totals), made_at)


def _everything(actor: Actor) -> bool:
    role = roles.get(actor.role)
    return actor.kind is Kind.SYSTEM or (role is not None and role.sees == "everything")


def periodical(actor: Actor, series: str, key: int) -> PeriodicalRow:
    """Return a periodical of the actor's own place; raise NotFound for another's."""
    rows = run(f"SELECT {_COLUMNS} FROM papers_periodical WHERE id = %s AND series = %s", (key, series))  # noqa: S608
    if not rows or not (_everything(actor) or rows[0][4] == actor.division):
        raise NotFound(_("There is no such bulletin."), where=str(key))
    return _read(rows[0])


def listed(
    actor: Actor, series: str, kind: str = "", *, before: int = 0, limit: int = 50
) -> tuple[list[PeriodicalRow], int]:
    """Return (periodicals of the actor's place, newest first; id to continue before or 0)."""
    rows = run(
        f"""SELECT {_COLUMNS} FROM papers_periodical
            WHERE series = %s AND (%s OR division = %s) AND (%s = '' OR kind = %s) AND (%s = 0 OR id < %s)
            ORDER BY id DESC LIMIT %s""",  # noqa: S608
        (series, _everything(actor), actor.division, kind, kind, before, before, limit + 1),
    )
    found = [_read(row) for row in rows[:limit]]
    return found, found[-1].id if len(rows) > limit else 0


def inside(series: str, row: PeriodicalRow) -> list[PeriodicalRow]:
    """Return the periodicals of shorter periods that lie wholly inside one, in order."""
    rows = run(
        f"""SELECT {_COLUMNS} FROM papers_periodical WHERE series = %s AND division = %s AND since >= %s
            AND until <= %s AND id <> %s ORDER BY since, until""",  # noqa: S608
        (series, row.division, row.since, row.until, row.id),
    )
    return [_read(one) for one in rows]


def papers_of(rows: Sequence[PeriodicalRow]) -> dict[int, PaperRow]:
    """Return the papers of periodicals by id."""
    return selectors.by_ids([row.paper for row in rows])
