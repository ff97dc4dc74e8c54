"""Open and move many matters set-based: the same decisions, a handful of statements for all of them.

What rows that stand alike have in common is decided and put together once. Rows go in and change from
arrays, part by part: while the database writes one part the next is put together. Reactions are one job
a batch, and so is building search terms.
"""

import gc
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import starmap
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from bihuan.kernel.clock.ground import ground
from bihuan.kernel.content.values import KEY_COLUMNS, VALUE_COLUMNS
from bihuan.kernel.errors import BihuanError, Refused
from bihuan.kernel.flow import clocks, engine, registry
from bihuan.kernel.flow.actions import ask_units, has_effects, not_before, run_effects, unknown_units
from bihuan.kernel.flow.alike import Alike, Decision, standing
from bihuan.kernel.flow.clocks import ClockRow
from bihuan.kernel.flow.engine import Change
from bihuan.kernel.flow.frames import Facts
from bihuan.kernel.flow.rows import SELECT, SUPPORTS, MatterRow, Receipt, from_sql
from bihuan.kernel.flow.statement import SEAT, SPAN
from bihuan.kernel.flow.writing import INDEX, Written, blank_row, changed, let_known, new_code, opened
from bihuan.kernel.identity.actors import Actor, Scope
from bihuan.kernel.jobs import defer
from bihuan.kernel.ledger.entries import ENTRY_COLUMNS
from bihuan.kernel.now import now
from bihuan.kernel.permits.rules import Branch, branches, sees_by
from bihuan.kernel.store.many import insert_rows, update_rows
from bihuan.kernel.store.sql import Row, ask, atomic, behind, new_ids, run

_ENTRY, _VALUE, _KEY, _SPAN, _SEAT = (
    [name for name, _kind in columns] for columns in (ENTRY_COLUMNS, VALUE_COLUMNS, KEY_COLUMNS, SPAN, SEAT)
)
#: What of a matter that opens is its own; the frame has the rest.
_OWN = ("id", "code", "title", "head")
#: So many rows at once: the database reads most of what they write while the next are put together.
_CHUNK = 200
_LOCK = "SELECT FROM flow_matter WHERE id = ANY(%s) ORDER BY id FOR UPDATE"
_READ = f"SELECT {SELECT}, {SUPPORTS} FROM flow_matter m WHERE m.id = ANY(%s)"  # noqa: S608


@dataclass(frozen=True, slots=True)
class New:
    """One matter to open: form data, where it lies, whom and what it is about."""

    data: Mapping[str, Any]
    scope: Scope
    title: str = ""
    party: int = 0
    subject: int = 0
    parent: int = 0
    at: datetime | None = None


#: By rules id, which post serves each subject.
_Served = Mapping[int, Mapping[int, int]]
_Given = tuple[MatterRow | None, Mapping[str, Any], _Served]


class Outcome(NamedTuple):
    """What became of one row of a batch: its receipt, or the reason why it was left alone."""

    receipt: Receipt | None
    error: BihuanError | None = None


class _Row(NamedTuple):
    """One row of a batch on its way: what was decided."""

    before: MatterRow
    change: Change
    decision: Decision
    title: str = ""


def open_many(actor: Actor, kind: str, rows: Iterable[New]) -> list[Outcome]:
    """Open matters of one kind together; a row with a fault is left out and says why."""
    recorded = now()
    rules_id, rules = registry.current(kind)
    stamp = ground().stamp
    given = list(rows)
    served = registry.served_by(rules.opening().hold, (new.subject for new in given))
    places: dict[tuple[Any, ...], tuple[MatterRow, Alike]] = {}

    def place(new: New) -> tuple[MatterRow, Alike]:
        at = new.at or recorded
        blank = blank_row(
            actor, kind, rules_id, new.scope, party=new.party, subject=new.subject, parent=new.parent, at=at
        )
        move = engine.permitted_open(rules, blank, actor)
        facts = Facts(actor, rules, rules_id, at, recorded, stamp=stamp)
        return blank, Alike(move, facts, served.get(new.subject, 0))

    def decide(new: New, key: int) -> _Row | BihuanError:
        about = (new.scope, new.party, new.subject, new.parent, new.at)
        try:
            found = places.get(about)
            if found is None:
                found = places[about] = place(new)
            blank, alike = found
            row = MatterRow._make((key, new_code(rules.prefix, key, blank.created), *blank[2:]))
            return _Row(row, *alike.decide(row, new.data), new.title)
        except BihuanError as error:
            return error

    outcomes, batch = [], _Batch(opening=True)
    with _uncollected(), atomic():
        numbered = list(zip(given, new_ids(len(given)) if given else (), strict=True))
        for first in range(0, len(given), _CHUNK):
            outcomes += batch.add(decide(new, key) for new, key in numbered[first : first + _CHUNK])
        batch.react()
    return outcomes


def move_many(
    actor: Actor, name: str, rows: Sequence[tuple[int, Mapping[str, Any]]], at: datetime | None = None
) -> list[Outcome]:
    """Carry out one move on many matters; the outcomes stand in the order of ``rows``."""
    recorded = now()
    stamp = ground().stamp
    seen = branches(actor)
    known: dict[tuple[Any, ...], Alike] = {}

    def stands(row: MatterRow, moment: datetime, serving: int) -> Alike:
        rules = registry.rules_of(row.rules)
        move = engine.permitted(rules, _visible(seen, row), actor, name)
        return Alike(move, Facts(actor, rules, row.rules, moment, recorded, stamp=stamp), serving)

    def decide(row: MatterRow | None, data: Mapping[str, Any], served: _Served) -> _Row | BihuanError:
        try:
            if row is None:
                raise _hidden()
            moment = at or not_before(row, recorded)
            serving = served.get(row.rules, engine.NOBODY_SERVES).get(row.subject, 0)
            key = (standing(row), moment, serving, actor.matter and row.id)  # a link acts on one matter
            alike = known.get(key)
            if alike is None:
                alike = known[key] = stands(row, moment, serving)
            return _Row(row, *alike.decide(row, data))
        except BihuanError as error:
            return error

    outcomes, batch = [], _Batch(opening=False)
    with _uncollected(), atomic():
        # All at once and in order of their ids, so that two batches never wait for each other.
        run(_LOCK, ([key for key, _data in rows],))
        reader = _Reader(rows, batch)
        for first in range(0, len(rows), _CHUNK):
            outcomes += batch.add(starmap(decide, reader.read(first, name)))
        batch.react()
    return outcomes


class _Reader:
    """Reads matters part by part, each part while the part before is decided and the one before that is written."""

    def __init__(self, rows: Sequence[tuple[int, Mapping[str, Any]]], batch: "_Batch") -> None:
        self._rows = rows
        self._batch = batch
        self._asked: Callable[[], list[Row]] | None = None

    def read(self, first: int, name: str) -> Iterator[_Given]:
        """Yield the matters from ``first`` on, what is given for them, and who serves their subjects."""
        asked, self._asked = self._asked, self._ask(first + _CHUNK)
        # Effects may have moved what was read ahead.
        answer = (asked if not self._batch.acted else None) or self._ask(first)
        found = {row[0]: from_sql(row) for row in answer()}
        served = _served(found.values(), name)
        for key, data in self._rows[first : first + _CHUNK]:
            yield found.get(key), data, served

    def _ask(self, first: int) -> Callable[[], list[Row]]:
        keys = [key for key, _data in self._rows[first : first + _CHUNK]]
        return ask(_READ, (keys,), binary=True) if keys else list


def _served(rows: Iterable[MatterRow], name: str) -> dict[int, Mapping[int, int]]:
    """Return, by rules id, which post serves each subject, as far as the move asks for it."""
    subjects: dict[int, list[int]] = {}
    for row in rows:
        subjects.setdefault(row.rules, []).append(row.subject)
    return {
        key: registry.served_by(engine.hold_of(registry.rules_of(key), name), wanted)
        for key, wanted in subjects.items()
    }


def hand_on(actor: Actor, matter_ids: Sequence[int], *, post: int = 0, role: str = "") -> int:
    """Hand open matters on to another post (or role over their place) as they stand; return how many.

    For hand-overs (交接): stage, clocks and all else stay. Whoever calls has the right to
    (a line's own mechanism gave it); closed matters are left alone.
    """
    recorded = now()
    stamp = ground().stamp
    with atomic():
        run(_LOCK, (list(matter_ids),))
        rows = [from_sql(row) for row in run(_READ, (list(matter_ids),), binary=True)]
        decided: list[_Row | BihuanError] = []
        for row in rows:
            moment = not_before(row, recorded)
            change = engine.handed_to(row, post, role, moment)
            if row.open and change.columns.keys() - {"ver", "moved"}:
                facts = Facts(actor, registry.rules_of(row.rules), row.rules, moment, recorded, stamp=stamp)
                decided.append(_Row(row, change, Decision(change, facts)))
        batch = _Batch(opening=False)
        batch.add(decided)
        batch.write()
    return len(decided)


def name_anew(actor: Actor, titles: Mapping[int, str]) -> int:
    """Give matters another title, closed ones too, each by an entry of its own; return how many had a different one.

    For what the program itself called them (a line renames its own by a move). The title holds nothing personal.
    """
    recorded = now()
    stamp = ground().stamp
    with atomic():
        run(_LOCK, (list(titles),))
        decided: list[_Row | BihuanError] = []
        for row in (from_sql(found) for found in run(_READ, (list(titles),), binary=True)):
            if row.title != titles[row.id]:
                moment, rules = not_before(row, recorded), registry.rules_of(row.rules)
                change = engine.named_anew(titles[row.id])
                facts = Facts(actor, rules, row.rules, moment, recorded, stamp=stamp)
                decided.append(_Row(row, change, Decision(change, facts)))
        batch = _Batch(opening=False)
        batch.add(decided)
        batch.react()
    return len(decided)


@contextmanager
def _uncollected() -> Iterator[None]:
    """What a batch makes lives until its end: looking for rubbish in between costs a third of the time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


class _Batch:
    """What is written together, in one transaction: part by part, and at the end one job a reaction."""

    def __init__(self, *, opening: bool) -> None:
        self._opening = opening
        self.acted = False
        self._opened: list[int] = []
        self._waiting: list[Written] = []
        self._jobs: dict[str, list[int]] = {}

    def add(self, decided: Iterable[_Row | BihuanError]) -> list[Outcome]:
        """Decide and build what rows write, leaving out faulty ones, while the database writes the part before."""
        part: list[Written] = []
        outcomes: list[Outcome] = []
        with behind():
            before = self._send()
            rows = list(decided)
            sound = [row for row in rows if isinstance(row, _Row)]
            unknown = unknown_units(one.change for one in {row.decision for row in sound})
            running = {} if self._opening else _running(sound)
            for row in rows:
                try:
                    if isinstance(row, BihuanError):
                        raise row
                    if unknown:
                        ask_units(row.change, unknown)
                    part.append(self._written(row, running))
                    outcomes.append(Outcome(part[-1].receipt))
                except BihuanError as fault:
                    outcomes.append(Outcome(None, fault))
        self._then(before)
        self._waiting = part
        if any(map(has_effects, part)):
            self.acted = True
            self.write()
        return outcomes

    def _written(self, row: _Row, running: Mapping[int, list[ClockRow]]) -> Written:
        frame = row.decision.frame or row.decision.framed(row.before, running.get(row.before.id, ()))
        if self._opening:
            return opened(row.before, row.title, row.change, frame)
        return changed(row.before, row.change, frame)

    def write(self) -> None:
        """Write what still waits."""
        self._then(self._send())

    def _send(self) -> list[Written]:
        """Send the part that waits, a statement or two a table, and return it."""
        part, self._waiting = self._waiting, []
        if not part:
            return part
        if self._opening:
            _insert(part)
        else:
            _update(part)
        insert_rows("ledger_entry", _ENTRY, [w.entry for w in part])
        insert_rows("content_value", _VALUE, [s.value for w in part for s in w.sealed])
        insert_rows("content_key", _KEY, [s.key for w in part for s in w.sealed])
        insert_rows("flow_span", _SPAN, [(w.before.id, *w.frame.span) for w in part if w.frame.span])
        insert_rows("flow_seat", _SEAT, [seat for w in part if w.change.seats for seat in w.seats])
        clocks.write_many([w.work for w in part])
        return part

    def _then(self, written: list[Written]) -> None:
        """Run the effects of what was written and note its jobs."""
        let_known(written)
        if self._opening:
            self._opened += [one.before.id for one in written]
        for one in written:
            if one.frame.acts:
                run_effects(one)
            for task in one.jobs:
                self._jobs.setdefault(task, []).append(one.before.id)

    def react(self) -> None:
        """Write what still waits and queue one job a reaction for all of the batch."""
        self.write()
        for task, ids in self._jobs.items():
            defer(task, matters=ids)
        if self._opened:
            defer(INDEX, matters=self._opened)


def _running(rows: Iterable[_Row]) -> dict[int, list[ClockRow]]:
    """Return the clocks of the rows that act on clocks."""
    on_clocks = [row.before.id for row in rows if row.change.clocks]
    return clocks.running_of(on_clocks) if on_clocks else {}


def _hidden() -> Refused:
    return Refused(_("There is no such matter, or you may not see it."))


def _visible(seen: tuple[Branch, ...], row: MatterRow) -> MatterRow:
    if not sees_by(seen, row):
        raise _hidden()
    return row


def _insert(written: list[Written]) -> None:
    names = (*_OWN, *written[0].frame.names)
    rows = [(w.before.id, w.before.code, w.title, w.entry.hash, *w.frame.values) for w in written]
    insert_rows("flow_matter", names, rows)


def _update(written: list[Written]) -> None:
    """Update the matters, those together whose moves change the same columns, and end their spans."""
    alike: dict[tuple[tuple[str, ...], bool, bool], list[Written]] = {}
    for w in written:
        alike.setdefault((w.frame.names, w.title is None, w.data is None), []).append(w)
    for (names, untitled, undated), part in alike.items():
        own: list[tuple[str, list[Any]]] = [("head", [w.entry.hash for w in part])]
        if not untitled:
            own.append(("title", [w.title for w in part]))
        if not undated:
            own.append(("data", [w.data for w in part]))
        ids = [w.before.id for w in part]
        columns = zip(ids, *(values for _name, values in own), strict=True)
        rows = [(*one, *w.frame.values) for one, w in zip(columns, part, strict=True)]
        update_rows("flow_matter", ("id",), (*(name for name, _values in own), *names), rows)
    ended = [(w.before.id, w.before.span, w.frame.facts.at) for w in written if w.frame.span]
    update_rows("flow_span", ("matter_id", "n"), ("until",), ended)
