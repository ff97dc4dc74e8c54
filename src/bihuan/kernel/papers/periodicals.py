"""Papers about a day, week, month or quarter of a place: drafted once from its figures, edited, signed like others."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
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
class Correction:
    """A number that an issued periodical says otherwise than it is known now. Text of the paper, so in Chinese."""

    what: str
    was: int
    now: int

    def text(self, period: str = "") -> str:
        """Return it as a paper says it."""
        return f"{period}{self.what}由{self.was}件更正为{self.now}件"


@dataclass(frozen=True, slots=True)
class Series:
    """Periodicals of one line: a kind of paper for each kind of period, and who composes them.

    ``compose`` is given the place and the period; ``words`` are the fields that people write over and that stay
    when the tables are drawn anew. ``corrected`` says of periodicals of one place and kind, by id, which of
    their numbers are known otherwise now: the next one lists them in its field ``corrections``, each once.
    """

    name: str
    papers: Mapping[str, kinds.Kind]
    compose: Callable[[int, Period], Composed]
    words: tuple[str, ...] = ()
    corrected: Callable[[Sequence["PeriodicalRow"]], Mapping[int, Sequence[Correction]]] | None = None


@dataclass(frozen=True, slots=True)
class PeriodicalRow:
    """A periodical; ``totals`` are its numbers as they were when drafted, ``told`` what it lists as corrected."""

    id: int
    kind: str
    since: date
    until: date
    division: int
    unit: int
    paper: int
    totals: dict[str, int]
    told: dict[str, dict[str, list[int]]]
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
    made, told = _composed(series, place, period)
    paper = actions.draft(
        actor, series.papers[period.kind].name, dict(made.data), scope=scope_of(place), unit=unit,
        key=f"{series.name}:{place}:{period.kind}:{period.since}",
    )  # fmt: skip
    rows = run(
        """INSERT INTO papers_periodical (series, kind, since, until, division, unit, paper, totals, told, made_at)
           VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s) RETURNING id""",
        (series.name, period.kind, period.since, period.until, place, unit, paper, Jsonb(dict(made.totals)),
         Jsonb(told), now()),
    )  # fmt: skip
    return int(rows[0][0])


#: So long back issued ones are looked at again; what is learnt later still, its own page shows.
_BACK = {"day": timedelta(31), "week": timedelta(92), "month": timedelta(366), "quarter": timedelta(366)}
#: So many corrections stand in one paper one by one.
_TOLD = 30
_ISSUED = """
SELECT {columns} FROM papers_periodical WHERE series = %s AND division = %s AND kind = %s AND until < %s AND since >= %s
AND paper IN (SELECT id FROM papers_paper WHERE state = 'signed') ORDER BY since"""
_Told = dict[str, dict[str, list[int]]]


def _composed(series: Series, place: int, period: Period) -> tuple[Composed, _Told]:
    """Return what the periodical says, and what of it are corrections of earlier ones."""
    made = series.compose(place, period)
    found, told = _corrections(series, place, period, made.totals)
    if not found:
        return made, told
    lines = [one.text(of.name) for of, one in found[:_TOLD]]
    more = f"等{len(found)}项" if len(found) > _TOLD else ""
    text = f"更正说明：下列数据因期后补录或更正有变化，原数不改动：{'；'.join(lines)}{more}。"
    return Composed({**made.data, "corrections": text}, made.totals), told


def _corrections(
    series: Series, place: int, period: Period, totals: Mapping[str, int]
) -> tuple[list[tuple[Period, Correction]], _Told]:
    """Return what the periodical of a period has to list of itself and of issued ones before, and that as it is kept.

    What an issued one in between has listed is not listed again, unless it changed anew.
    """
    if series.corrected is None:
        return [], {}
    sql = _ISSUED.format(columns=_COLUMNS)
    asked = (series.name, place, period.kind, period.since, period.since - _BACK[period.kind])
    own = PeriodicalRow(0, period.kind, period.since, period.until, place, 0, 0, dict(totals), {}, now())
    rows = [*map(_read, run(sql, asked)), own]
    known = series.corrected(rows)
    found: list[tuple[Period, Correction]] = []
    told: _Told = {}
    for row in rows:
        day = row.since.isoformat()
        last: dict[str, list[int]] = {}
        for later in rows:
            last |= later.told.get(day, {})
        held = {one.what: [one.was, one.now] for one in known.get(row.id, ())}
        for what in dict.fromkeys([*held, *last]):
            # What was told and holds no more is as it was at first.
            was, now_ = held.get(what) or [last[what][0]] * 2
            before = last.get(what, [was, was])[1]
            if before != now_:
                found.append((row.period, Correction(what, before, now_)))
                told.setdefault(day, {})[what] = [was, now_]
    return found, told


def draft_anew(
    actor: Actor, series: Series, paper: int, period: Period, place: int, *, keep: bool = True
) -> None:
    """Fill the draft's tables and picture anew; ``keep`` leaves the words people have written."""
    row = selectors.paper(paper)
    if row.is_signed or row.is_void:
        raise Conflict(
            _("A signed or void paper stays as it is. Draft a correction that names it."), where="state"
        )
    made, told = _composed(series, place, period)
    fresh = dict(made.data)
    if keep:
        old = selectors.data(row)
        fresh |= {name: old[name] for name in series.words if old.get(name)}
    with atomic():
        actions.revise(actor, paper, fresh, title=row.title)
        run(
            "UPDATE papers_periodical SET totals = %s, told = %s WHERE paper = %s",
            (Jsonb(dict(made.totals)), Jsonb(told), paper),
        )


_COLUMNS = "id, kind, since, until, division, unit, paper, totals::text, told::text, made_at"


def _read(row: Sequence[Any]) -> PeriodicalRow:
    key, kind, since, until, division, unit, paper, totals, told, made_at = row
    return PeriodicalRow(
        key, kind, since, until, division, unit, paper, json.loads(totals), json.loads(told), made_at
    )


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
