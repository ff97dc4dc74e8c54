"""The monthly table in Excel into the register: matched by project code, then name; a dry run first."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, BinaryIO

from django.utils.translation import gettext as _

from bihuan.kernel.errors import BadInput
from bihuan.kernel.identity import rights
from bihuan.kernel.identity.actors import LEVELS, Actor, Scope
from bihuan.kernel.intake import actions as intake
from bihuan.kernel.intake import plan as planned
from bihuan.kernel.intake.columns import Column
from bihuan.kernel.intake.plan import Difference, Finding, Plan, PlanRow
from bihuan.kernel.intake.reading import Reading, Record
from bihuan.kernel.intake.sheet import Sheet
from bihuan.kernel.intake.workbook import open_workbook
from bihuan.kernel.registers.actions import Change, Item, amend_many
from bihuan.kernel.registers.undo import Undone
from bihuan.kernel.registers.undo import undo as undo_batch
from bihuan.kernel.store.sql import atomic, run
from bihuan.lines.projects.intake import problems_in
from bihuan.lines.projects.reports import selectors
from bihuan.lines.projects.reports.checks import QUESTIONS, doubt
from bihuan.lines.projects.reports.periods import Period, PeriodKind
from bihuan.lines.projects.reports.register import LISTED, REPORTED, REPORTS
from bihuan.lines.projects.reports.selectors import RIGHT, ReportRow
from bihuan.lines.projects.timetables.rows import visible_ids
from bihuan.logic.cells import Amount, Problem, plain
from bihuan.logic.days import parse_day
from bihuan.logic.mechanism import said
from bihuan.logic.text import key as fold
from bihuan.logic.text import squeeze

_ANY = "text"
_TITLE = re.compile(r"(20\d{2})年(\d{1,2})月(?:份)?(上旬|中旬|下旬)?")
_TENS = {"上旬": 1, "中旬": 11, "下旬": 21}
UNKNOWN = said("No project you may see is called “%(text)s”, and none bears this code.")
NOTHING = said("Nothing is reported in this row; the project stays without a report.")
OTHER_PERIOD = said("The workbook says %(said)s; its rows are taken for %(period)s, as you chose.")
ADDED_UP = said("Left empty: %(previous)s before and %(done)s in this period make %(expected)s.")
UNREADABLE = said("“%(text)s”: please write 是, 否 or the date since when.")


def _looked_over(name: str, headers: str) -> Column:
    """Return a column of the form that is computed here and read only so that it is known."""
    return Column(name, name, _ANY, tuple(headers.split()), longest=4000)


_LISTED = next(column for column in REPORTED if column.name == "listed")
#: The columns of the office's form; what is computed here (shares, lights) is known and not read.
COLUMNS = (
    Column("code", said("Project code"), "code", ("项目代码", "项目编码", "投资项目代码")),
    Column("name", said("Project"), _ANY, ("项目名称", "项目"), required=True, longest=300),
    *(column for column in REPORTED if column.name != "listed"),
    Column("listed", _LISTED.title, _ANY, _LISTED.headers, longest=60),
    _looked_over("unit", "责任单位 牵头单位 报送单位"),
    _looked_over("share", "完成年度计划(%) 完成年度计划 完成率 完成率(%) 完成比例"),
    _looked_over("expected", "序时进度(%) 序时进度"),
    _looked_over("light", "亮灯 红黄绿灯"),
    _looked_over("standing", "报送情况"),
)
SHEET = Sheet(REPORTS.name, COLUMNS)


@dataclass(frozen=True, slots=True)
class _Known:
    """A project a row may mean."""

    id: int
    code: str
    name: str
    name_key: str
    lead_unit: int
    party: int
    scope: Scope


@dataclass(frozen=True, slots=True)
class Planned:
    """The dry run of a workbook, and the period its rows are taken for."""

    plan: Plan
    period: Period


def plan_import(
    actor: Actor,
    file: BinaryIO,
    today: date,
    *,
    period: Period | None = None,
    name: str = "",
    answers: Mapping[tuple[str, int], int | None] | None = None,
) -> Planned:
    """Return what importing a workbook of reports would do; nothing is written.

    Without ``period`` the title of the table says it. ``answers`` maps (sheet, row) of rows the plan
    asked about to the project that is meant, None for none. BadInput when there is no period.
    """
    book = open_workbook(file, name=name)
    reading = Reading(SHEET, book, today)
    records = list(reading.records())
    made = Plan(REPORTS.name, book.name, book.sha256, book.size)
    made.findings = reading.findings
    asked = _period(made, period)
    if asked.first > today:
        raise BadInput(_("This period has not begun yet."), where="period")
    _Planner(actor, made, asked, today, answers or {}).add(records)
    return Planned(made, asked)


def _period(made: Plan, chosen: Period | None) -> Period:
    """Return the period the rows are for: as chosen, else as the titles say, if they agree."""
    titles = [f for f in made.findings if f.code in ("title_row", "banner_row", "unit_row")]
    said_by: dict[str, Finding] = {}
    for title in titles:
        if found := _TITLE.search(squeeze(title.value)):
            year, month, tens = int(found[1]), int(found[2]), found[3]
            if 1 <= month <= 12:
                kind = PeriodKind.TEN_DAYS if tens else PeriodKind.MONTH
                said_by.setdefault(Period(kind, date(year, month, _TENS.get(tens, 1))).code, title)
    if chosen is None and len(said_by) == 1:
        return Period.decode(next(iter(said_by)))
    if chosen is None:
        raise BadInput(
            _("Which period is it? The title of the table doesn't say it. Please choose."), where="period"
        )
    for code, title in said_by.items():
        if code != chosen.code:
            params = {"said": code, "period": chosen.code}
            made.findings.append(
                Finding(title.sheet, title.row, title.column, title.value, "warning", OTHER_PERIOD, params)
            )
    return chosen


@dataclass(slots=True)
class _Planner:
    """Matches rows with projects and compares them with what is reported already."""

    actor: Actor
    made: Plan
    period: Period
    today: date
    answers: Mapping[tuple[str, int], int | None]
    seen: dict[int, int] = field(default_factory=dict)

    def add(self, records: Sequence[Record]) -> None:
        by_code, by_name, by_id = self._known(records)
        meant: list[tuple[PlanRow, Record, _Known]] = []
        for record in records:
            row = PlanRow(record.sheet, record.number, record.codes.get("name") or "", planned.ERROR)
            self.made.rows.append(row)
            if (record.sheet, record.number) in self.answers:
                answer = self.answers[record.sheet, record.number]
                if answer is None:
                    row.action = planned.UNCHANGED
                    continue
                candidates, doubt_code = ([by_id[answer]] if answer in by_id else []), ""
            else:
                candidates, doubt_code = _candidates(record, by_code, by_name)
            if self._settled(row, record, candidates, doubt_code):
                meant.append((row, record, candidates[0]))
        keys = [known.id for _row, _record, known in meant]
        held = selectors.of_period(keys, self.period)
        before = selectors.before([(key, self.period) for key in keys])
        for (row, record, known), previous in zip(meant, before, strict=True):
            self._compare(row, record, known, held.get(known.id), previous)

    def _known(
        self, records: Sequence[Record]
    ) -> tuple[dict[str, list[_Known]], dict[str, list[_Known]], dict[int, _Known]]:
        codes = [code for record in records if (code := record.codes.get("code"))]
        names = [fold(name) for record in records if (name := record.codes.get("name"))]
        answered = [answer for answer in self.answers.values() if answer]
        where = ["(m.code = ANY(%s) OR m.name_key = ANY(%s) OR m.id = ANY(%s))"]
        ids, values = visible_ids(self.actor, where, [codes, names, answered])
        by_code: dict[str, list[_Known]] = {}
        by_name: dict[str, list[_Known]] = {}
        by_id: dict[int, _Known] = {}
        levels = ", ".join(("division", *LEVELS))
        sql = f"""SELECT id, code, name, name_key, lead_unit, party, {levels} FROM projects_project
                  WHERE id IN ({ids}) ORDER BY id"""  # noqa: S608 - constant names
        for row in run(sql, values) if ids else ():
            key, code, name, folded, lead, party, *path = row
            known = _Known(key, code, name, folded, lead, party, Scope(*path))
            by_id[known.id] = known
            by_name.setdefault(known.name_key, []).append(known)
            if known.code:
                by_code.setdefault(known.code, []).append(known)
        return by_code, by_name, by_id

    def say(
        self, record: Record, name: str, code: str, severity: str, value: str = "", **params: Any
    ) -> None:
        place = record.places.get(name, 0)
        self.made.findings.append(Finding(record.sheet, record.number, place, value, severity, code, params))

    def _settled(self, row: PlanRow, record: Record, found: Sequence[_Known], doubtful: str) -> bool:
        """Tell whether exactly one project is meant, and no row before meant it; say why not."""
        if doubtful:
            row.action = planned.ASK
            row.candidates = tuple((known.id, known.name) for known in found)
            self.say(record, "name", doubtful, "warning", row.title)
            return False
        if not found:
            self.say(record, "name", UNKNOWN, "error", row.title, text=row.title)
            return False
        first = self.seen.setdefault(found[0].id, record.number)
        if first != record.number:
            self.say(record, "name", "duplicate_row", "error", row.title, row=first)
            return False
        return True

    def _compare(
        self, row: PlanRow, record: Record, known: _Known, held: ReportRow | None, previous: Amount | None
    ) -> None:
        codes = self._codes(record)
        if codes is None:
            return
        if not any(codes.values()) and not record.cleared:
            row.action = planned.UNCHANGED
            if held is None:
                self.say(record, "name", NOTHING, "info", row.title)
            return
        self._add_up(record, codes, held, previous)
        old = held.codes if held else dict.fromkeys(REPORTS.columns)
        merged = {**old, **{name: code for name, code in codes.items() if code or name in record.cleared}}
        if not self._stands(record, merged, previous):
            return
        differences = [*self._differences(record, codes, old)]
        if held is None:
            frame = {"project": str(known.id), "period_kind": str(self.period.kind)}
            frame["period"] = self.period.first.isoformat()
            differences = [*(Difference(name, None, code) for name, code in frame.items()), *differences]
        row.differences = tuple(differences)
        row.row_id, row.ver = (held.id, held.ver) if held else (0, 0)
        row.scope = None if held else known.scope
        row.action = planned.CREATE if held is None else planned.UPDATE if differences else planned.UNCHANGED
        row.proposals = tuple(one for one in problems_in(codes.get("problems") or "") if not one.closed)

    def _codes(self, record: Record) -> dict[str, str | None] | None:
        """Return what the row says of the reported fields; None when a cell makes it impossible."""
        names = {column.name for column in REPORTED}
        codes = {name: code for name, code in record.codes.items() if name in names}
        text = codes.pop("listed", None)
        if text is None:
            return codes
        if text in LISTED:
            return {**codes, "listed": LISTED[text]}
        since = parse_day(text)
        if isinstance(since, Problem) or since.value is None:
            self.say(record, "listed", UNREADABLE, "warning", text, text=text)
            return codes
        if since.value.first > self.today:
            self.say(record, "listed", "future_fact", "warning", text, day=since.value.code)
            return codes
        record.written["listed_on"] = text
        return {**codes, "listed": "yes", "listed_on": since.value.code}

    def _add_up(
        self, record: Record, codes: dict[str, str | None], held: ReportRow | None, previous: Amount | None
    ) -> None:
        """Work out a cumulative the row leaves empty, as the form does."""
        done = codes.get("done_wan")
        if codes.get("cumulative_wan") or held or not done or previous is None:
            return
        amount = Amount.decode(done)
        if amount.approximate or previous.approximate:
            return
        total = plain(previous.value + amount.value)
        params = {"previous": plain(previous.value), "done": plain(amount.value), "expected": total}
        self.say(record, "cumulative_wan", ADDED_UP, "warning", **params)
        codes["cumulative_wan"] = total
        record.notes["cumulative_wan"] = "added_up"

    def _stands(self, record: Record, merged: Mapping[str, str | None], previous: Amount | None) -> bool:
        """Tell whether the row can be taken: its numbers are there, and a fall is explained."""
        for column in REPORTED:
            if column.required and merged.get(column.name) is None:
                self.say(record, column.name, "required", "error", title=column.heading)
                return False
        found = doubt(previous, *(Amount.decode(merged[n] or "0") for n in ("done_wan", "cumulative_wan")))
        if found is None or merged.get("explanation"):
            return True
        severity = "error" if found.code == "fell" else "warning"
        value = merged["cumulative_wan"] or ""
        self.say(record, "cumulative_wan", QUESTIONS[found.code], severity, value, **found.params)
        return severity != "error"

    def _differences(
        self, record: Record, codes: Mapping[str, str | None], old: Mapping[str, str | None]
    ) -> Iterator[Difference]:
        for column in REPORTED:
            name = column.name
            if name not in codes or codes[name] == old[name]:
                continue
            new = codes[name]
            if new is None and name not in record.cleared:
                self.say(record, name, "kept_blank", "info", old=column.show(old[name]))
                continue
            yield Difference(name, old[name], new, record.written.get(name, ""), record.notes.get(name, ""))


def _candidates(
    record: Record, by_code: Mapping[str, list[_Known]], by_name: Mapping[str, list[_Known]]
) -> tuple[list[_Known], str]:
    """Return the project meant (none: unknown), or several and the doubt; the code speaks first."""
    code = record.codes.get("code")
    named = by_name.get(fold(record.codes.get("name") or ""), [])
    coded = by_code.get(code, []) if code else []
    if coded:
        if named and not {k.id for k in coded} & {k.id for k in named}:
            return coded + named, "match_conflict"
        return coded, ""
    free = [known for known in named if not (code and known.code)]
    if named and not free:
        return named, "match_conflict"
    return free, "match_ambiguous" if len(free) > 1 else ""


def apply_import(actor: Actor, made: Plan) -> int:
    """Write what a plan says and return the id of the import: all of it or nothing."""
    rights.need(actor, RIGHT)
    written = [row for row in made.rows if row.action in (planned.CREATE, planned.UPDATE)]
    with atomic():
        batch = int(intake.keep(actor, made).pk)
        units = _frames(row for row in written if row.action == planned.CREATE)
        cause = _("The workbook “%(name)s”") % {"name": made.name}
        items = [_item(row, units) for row in written]
        ids = amend_many(actor, REPORTS, items, batch=batch, cause=cause)
        for row, row_id in zip(written, ids, strict=True):
            row.row_id = row_id
        intake.mark_applied(batch)
    return batch


def _frames(rows: Iterable[PlanRow]) -> dict[str, dict[str, int]]:
    keys = [int(difference.new or 0) for row in rows for difference in row.differences[:1]]
    found = run("SELECT id, lead_unit, party FROM projects_project WHERE id = ANY(%s)", (keys,))
    return {str(key): {"lead_unit": lead, "party": party} for key, lead, party in found}


def _item(row: PlanRow, units: Mapping[str, dict[str, int]]) -> Item:
    changes = {d.field: Change(d.new, d.written, d.note) for d in row.differences}
    if row.action == planned.UPDATE:
        return Item(changes, row.row_id, row.ver)
    return Item(changes, scope=row.scope, columns=units[changes["project"].new or ""])


def undo_import(actor: Actor, batch: int) -> Undone:
    """Put back what an import wrote and nobody has changed since."""
    rights.need(actor, RIGHT)
    return undo_batch(actor, batch)


__all__ = ["Planned", "apply_import", "plan_import", "undo_import"]
