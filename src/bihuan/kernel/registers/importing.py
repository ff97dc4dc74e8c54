"""Workbook → register: a dry run that says cell by cell what would change, then the import itself."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Any

from django.utils.translation import gettext as _

from bihuan.kernel.errors import Conflict
from bihuan.kernel.identity.actors import Actor, Scope
from bihuan.kernel.intake import actions as intake
from bihuan.kernel.intake import plan as planned
from bihuan.kernel.intake.plan import Difference, Finding, Plan, PlanRow, Proposal
from bihuan.kernel.intake.reading import Reading, Record
from bihuan.kernel.intake.sheet import Sheet
from bihuan.kernel.intake.workbook import Book
from bihuan.kernel.registers import rows as sql
from bihuan.kernel.registers.actions import CHUNK, Change, Item, amend_many
from bihuan.kernel.registers.registry import Register
from bihuan.kernel.store.sql import atomic, run
from bihuan.logic import text

#: How alike two names must be (0–1) for a new row to be asked about as a renamed one.
ALIKE = 0.6


@dataclass(frozen=True, slots=True)
class Place:
    """What a written place means: a scope, or the code of a problem."""

    scope: Scope | None = None
    problem: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Import:
    """How a line takes its register from workbooks.

    ``place`` reads the field ``place_field`` as a division; ``propose`` says what
    else a row proposes; ``home`` is the scope of a new row whose place isn't known.
    ``renames`` False takes what has another name for another thing, without asking.
    ``answers`` maps (sheet, row) to the row of the register that is meant, None for a new one.
    """

    register: Register
    sheet: Sheet
    today: date
    title: str = "name"
    place_field: str = ""
    place: Callable[[str], Place] | None = None
    propose: Callable[[Record], Iterable[Proposal]] | None = None
    home: Scope = field(default_factory=Scope)
    renames: bool = True
    answers: Mapping[tuple[str, int], int | None] = field(default_factory=dict)


def plan(what: Import, book: Book) -> Plan:
    """Return what importing the workbook would do. Nothing is written."""
    reading = Reading(what.sheet, book, what.today)
    made = Plan(what.register.name, book.name, book.sha256, book.size)
    made.findings = reading.findings
    planner = _Planner(what, made)
    source = reading.records()
    while chunk := list(islice(source, CHUNK)):
        planner.add(chunk)
    planner.finish()
    return made


def apply(actor: Actor, register: Register, made: Plan, *, batch_id: int | None = None) -> int:
    """Write what a plan says and return the id of the import. All of it or nothing.

    Conflict when the register has moved on since the dry run. New rows get their
    ids on the plan, so that what they propose can be opened.
    """
    with atomic():
        run("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (f"import:{register.name}",))
        _still_new(register, made)
        if batch_id:
            intake.same_file(batch_id, made)
        batch = batch_id or intake.keep(actor, made).pk
        written = [row for row in made.rows if row.action in (planned.CREATE, planned.UPDATE)]
        ids = amend_many(actor, register, map(_item, written), batch=batch)
        for row, row_id in zip(written, ids, strict=True):
            row.row_id = row_id
        intake.mark_applied(batch)
    return int(batch)


def _item(row: PlanRow) -> Item:
    changes = {d.field: Change(d.new, d.written, d.note) for d in row.differences}
    if row.action == planned.CREATE:
        return Item(changes, scope=row.scope)
    return Item(changes, row.row_id, row.ver, row.scope)


def _still_new(register: Register, made: Plan) -> None:
    """Refuse when a row the plan calls new has come into the register since."""
    new = [row for row in made.rows if row.action == planned.CREATE]
    if any(row.row_id for row in new):
        raise Conflict(_("This import has been applied already."), where="batch")
    for start in range(0, len(new), CHUNK):
        part = [({d.field: d.new for d in row.differences}, row.passed) for row in new[start : start + CHUNK]]
        for name in register.match:
            known = _lookup(register, name, [codes.get(name) for codes, _passed in part])
            for codes, passed in part:
                namesakes = known.get(fold(register, name, codes.get(name)), ())
                if any(row["id"] not in passed for row in namesakes):
                    message = _("The register has changed since the preview. Preview the workbook again.")
                    raise Conflict(message, where="row")


def fold(register: Register, name: str, code: str | None) -> str:
    """Return the folded form by which two rows are the same thing."""
    if not code:
        return ""
    return text.key(code) if name in register.keys else code


def _lookup(register: Register, name: str, codes: Iterable[str | None]) -> dict[str, list[dict[str, Any]]]:
    """Find the live rows that bear one of these codes, by their folded form."""
    wanted = sorted({fold(register, name, code) for code in codes} - {""})
    if not wanted:
        return {}
    column = register.keys.get(name, name)
    found: dict[str, list[dict[str, Any]]] = {}
    for row in sql.read(register, f"{column} = ANY(%s) AND withdrawn_at IS NULL", (wanted,)):
        found.setdefault(fold(register, name, row[name]), []).append(row)
    return found


class _Planner:
    """Matches records with the register, a thousand at a time, and compares them."""

    def __init__(self, what: Import, made: Plan) -> None:
        self.what, self.made, self.register = what, made, what.register
        self.seen: dict[tuple[str, str], int] = {}
        self.matched: set[int] = set()
        self.fresh: list[tuple[PlanRow, Record]] = []
        self.places: dict[str, Place] = {}

    def add(self, chunk: Sequence[Record]) -> None:
        known = {
            name: _lookup(self.register, name, [record.codes.get(name) for record in chunk])
            for name in self.register.match
        }
        answered = [a for r in chunk if (a := self.what.answers.get((r.sheet, r.number)))]
        named = (
            {row["id"]: row for row in sql.read(self.register, "id = ANY(%s)", (answered,))}
            if answered
            else {}
        )
        for record in chunk:
            row = PlanRow(record.sheet, record.number, record.codes.get(self.what.title) or "", planned.ERROR)
            self.made.rows.append(row)
            if self._acceptable(record):
                self._place_row(row, record, known, named)

    def say(
        self, record: Record, name: str, code: str, severity: str, value: str = "", **params: Any
    ) -> None:
        place = record.places.get(name, 0)
        finding = Finding(record.sheet, record.number, place, value, severity, code, params)
        self.made.findings.append(finding)

    def _acceptable(self, record: Record) -> bool:
        """Refuse a row without what it can't stand without, and a second row for the same thing."""
        for column in self.register.fields:
            if column.required and record.codes.get(column.name) is None:
                self.say(record, column.name, "required", "error", title=column.heading)
                return False
        stronger = False
        for name in self.register.match:
            key = fold(self.register, name, record.codes.get(name))
            if not key or (stronger and name in self.register.keys):
                continue
            stronger = True
            first = self.seen.setdefault((name, key), record.number)
            if first != record.number:
                self.say(record, name, "duplicate_row", "error", record.codes[name] or "", row=first)
                return False
        return True

    def _place_row(
        self, row: PlanRow, record: Record, known: Mapping[str, Any], named: Mapping[int, dict[str, Any]]
    ) -> None:
        namesakes = self._namesakes(record, known)
        row.passed = tuple(held["id"] for rows in namesakes.values() for held in rows)
        if (record.sheet, record.number) in self.what.answers:
            answer = self.what.answers[record.sheet, record.number]
            live, doubt = ([named[answer]] if answer and answer in named else []), ""
        else:
            live, doubt = self._meant(record, namesakes)
        if doubt:
            row.action = planned.ASK
            row.candidates = tuple(
                {held["id"]: (held["id"], held[self.what.title]) for held in live}.values()
            )
            self.say(record, self.what.title, doubt, "warning", row.title)
            return
        if live:
            self.matched.add(live[0]["id"])
        else:
            self.fresh.append((row, record))
        self._compare(row, record, live[0] if live else None)
        if self.what.propose:
            row.proposals = tuple(self.what.propose(record))

    def _namesakes(self, record: Record, known: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
        return {
            name: known[name].get(fold(self.register, name, record.codes.get(name)), [])
            for name in self.register.match
        }

    def _meant(
        self, record: Record, namesakes: Mapping[str, list[dict[str, Any]]]
    ) -> tuple[list[dict[str, Any]], str]:
        """Return the row meant (none: a new), or several and the doubt; the strongest column speaks first."""
        strong, *weaker = self.register.match
        code, found = record.codes.get(strong), namesakes[strong]
        for name in weaker:
            others = namesakes[name]
            if not found:
                found = [row for row in others if not code or not row[strong]]
                if others and not found:
                    return others, "match_conflict"
            elif others and not {row["id"] for row in found} & {row["id"] for row in others}:
                return found + others, "match_conflict"
        if len(found) > 1:
            found = self._same_place(record, found)
        return found, "match_ambiguous" if len(found) > 1 else ""

    def _same_place(self, record: Record, found: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Tell namesakes apart by their place, if that leaves one."""
        name = self.what.place_field
        same = [row for row in found if name and row[name] == record.codes.get(name)]
        return same if len(same) == 1 else found

    def _compare(self, row: PlanRow, record: Record, live: dict[str, Any] | None) -> None:
        old = self.register.codes(live) if live else dict.fromkeys(self.register.columns)
        cells = live["cells"] if live else {}
        row.differences = tuple(self._differences(record, old, cells))
        scope = self._scope(record)
        if live is None:
            row.action, row.scope = planned.CREATE, scope or self.what.home
            return
        row.row_id, row.ver = live["id"], live["ver"]
        if scope and any(live[name] != value for name, value in sql.scope_columns(scope).items()):
            row.scope = scope
        row.action = planned.UPDATE if row.differences or row.scope else planned.UNCHANGED

    def _differences(
        self, record: Record, old: Mapping[str, str | None], cells: Mapping[str, Any]
    ) -> Iterator[Difference]:
        for name, column in self.register.columns.items():
            if name not in record.codes or record.codes[name] == old[name]:
                continue
            new, imported = record.codes[name], (cells.get(name) or {}).get("batch")
            if old[name] is not None and not imported:
                if new is None and name not in record.cleared:
                    self.say(record, name, "kept_blank", "warning", old=column.show(old[name]))
                    continue
                self.say(record, name, "changed_here", "warning", record.written.get(name, ""))
            yield Difference(name, old[name], new, record.written.get(name, ""), record.notes.get(name, ""))

    def _scope(self, record: Record) -> Scope | None:
        name = self.what.place_field
        written = record.codes.get(name) if name else None
        if not written or self.what.place is None:
            return None
        if written not in self.places:
            self.places[written] = self.what.place(written)
        place = self.places[written]
        if place.problem:
            self.say(record, name, place.problem, "warning", written, **{"text": written, **place.params})
        return place.scope

    def finish(self) -> None:
        """Ask about new rows that may be renamed ones: alike in name to a row this workbook doesn't name."""
        fresh = [(r, rec) for r, rec in self.fresh if (rec.sheet, rec.number) not in self.what.answers]
        if not fresh or not self.what.renames:
            return
        title = self.what.title
        left = run(
            f"SELECT id, {title} FROM {self.register.table} WHERE withdrawn_at IS NULL AND NOT id = ANY(%s)",  # noqa: S608
            (list(self.matched),),
        )
        pieces = {row_id: text.pairs(name) for row_id, name in left}
        names: dict[int, str] = dict(left)
        index: dict[str, list[int]] = {}
        for row_id, own in pieces.items():
            for piece in own:
                index.setdefault(piece, []).append(row_id)
        for row, record in fresh if index else ():
            own = text.pairs(row.title)
            near = {row_id for piece in own for row_id in index.get(piece, ())}
            alike = sorted(row_id for row_id in near if text.likeness(own, pieces[row_id]) >= ALIKE)
            if alike:
                row.action, row.scope = planned.ASK, None
                row.candidates = tuple((row_id, names[row_id]) for row_id in alike[:5])
                self.say(
                    record,
                    title,
                    "match_maybe",
                    "warning",
                    row.title,
                    names="、".join(n for _i, n in row.candidates),
                )
