"""The platform's export, mapped to the register: what can't be is said before anything is written."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, BinaryIO

from bihuan.kernel.errors import NotFound
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.identity.selectors.divisions import scope_of
from bihuan.kernel.intake import plan as planned
from bihuan.kernel.intake.plan import Finding, Plan, Proposal
from bihuan.kernel.intake.reading import Record
from bihuan.kernel.intake.sheet import Sheet
from bihuan.kernel.intake.workbook import open_workbook
from bihuan.kernel.permits.rules import branches
from bihuan.kernel.registers import importing, registry
from bihuan.kernel.registers import selectors as registers
from bihuan.kernel.registers.registry import Register
from bihuan.lines.agency import selectors
from bihuan.lines.agency.approvals.models import STOPS
from bihuan.lines.agency.approvals.register import APPROVALS, FIELDS
from bihuan.lines.agency.registers import ITEM_FIELDS, ITEMS, PRESET_FIELDS, PRESETS
from bihuan.logic import text
from bihuan.logic.days import Day


@dataclass(frozen=True, slots=True)
class Kind:
    """A table this line takes in: its register, its sheet, the column a row is called by."""

    register: Register
    sheet: Sheet
    title: str


KINDS = {
    "items": Kind(ITEMS, Sheet("agency.items", ITEM_FIELDS), "name"),
    "presets": Kind(PRESETS, Sheet("agency.presets", PRESET_FIELDS), "name"),
    "approvals": Kind(APPROVALS, Sheet("agency.approvals", FIELDS), "item"),
}


def kind_of(name: str) -> Kind:
    """Return the table of that name; NotFound when there is none."""
    if name not in KINDS:
        raise NotFound(f"import {name}", where="kind")
    return KINDS[name]


def plan(
    actor: Actor,
    kind: str,
    source: BinaryIO,
    name: str,
    day: date,
    answers: Mapping[tuple[str, int], int | None] | None = None,
) -> Plan:
    """Return what taking a workbook in would do. Nothing is written; BadInput for what is no such table.

    ``answers`` say of rows that were asked about (sheet, row) which row of the register they mean, None for a new one.
    """
    what, checks = kind_of(kind), _Checks(actor)
    home = scope_of(actor.division) if kind == "approvals" and actor.division else scope_of(0)
    made = importing.plan(
        importing.Import(
            what.register,
            what.sheet,
            day,
            title=what.title,
            home=home,
            renames=False,
            answers=answers or {},
            propose=checks if kind == "approvals" else None,
        ),
        open_workbook(source, name=name),
    )
    checks.finish(made)
    return made


def projects_of(actor: Actor, codes: Iterable[str]) -> dict[str, Mapping[str, Any]]:
    """Return the projects of these codes that the actor sees, read through the registers' own registry."""
    wanted = sorted(set(codes) - {""})
    try:
        register = registry.find("projects")
    except NotFound:
        return {}
    if not wanted:
        return {}
    rows, _more = registers.newest(
        register, branches(actor), ("m.code = ANY(%s)",), (wanted,), limit=len(wanted)
    )
    return {row["code"]: row for row in rows}


@dataclass(frozen=True, slots=True)
class Nodes:
    """Which node of the timetable an item of the export stands for, by its code or its name."""

    by_code: Mapping[str, selectors.ItemRow]
    by_name: Mapping[str, selectors.ItemRow]

    def item(self, codes: Mapping[str, Any]) -> selectors.ItemRow | None:
        """Return the item of the catalogue that a row means."""
        found = self.by_code.get(codes.get("item_code") or "")
        return found or self.by_name.get(text.key(codes.get("item") or ""))


def nodes() -> Nodes:
    """Return the catalogue ready to be asked."""
    rows = selectors.items()
    return Nodes(
        {row["code"]: row for row in rows if row["code"]}, {text.key(row["name"]): row for row in rows}
    )


@dataclass
class _Checks:
    """Looks at every row for what can't be, and for what fills no timetable."""

    actor: Actor
    catalogue: Nodes = field(init=False)
    found: list[Finding] = field(default_factory=list)
    refused: set[tuple[str, int]] = field(default_factory=set)
    codes: list[tuple[str, Record]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.catalogue = nodes()

    def __call__(self, record: Record) -> Sequence[Proposal]:
        days = {name: _day(record, name) for name in ("applied", "accepted", "decided")}
        if _before(days["accepted"], days["applied"]):
            self._refuse(record, "accepted", "accepted_before_applied", days)
        if _before(days["decided"], days["accepted"]):
            self._refuse(record, "decided", "decided_before_accepted", days)
        for stop in STOPS:
            since, until = _day(record, f"{stop}_from"), _day(record, f"{stop}_until")
            if _before(until, since) or (until and not since):
                self._refuse(record, f"{stop}_until", "stop_impossible", {"since": since, "until": until})
        if self.catalogue.item(record.codes) is None:
            self._say(record, "item", "item_unknown", "warning", {"item": record.codes.get("item") or ""})
        if code := record.codes.get("project_code"):
            self.codes.append((code, record))
        return ()

    def _say(self, record: Record, name: str, code: str, severity: str, params: Mapping[str, Any]) -> None:
        place, value = record.places.get(name, 0), record.written.get(name, "")
        self.found.append(Finding(record.sheet, record.number, place, value, severity, code, params))

    def _refuse(self, record: Record, name: str, code: str, days: Mapping[str, date | None]) -> None:
        params = {key: day.isoformat() if day else "—" for key, day in days.items()}
        self._say(record, name, code, "error", params)
        self.refused.add((record.sheet, record.number))

    def finish(self, made: Plan) -> None:
        known = projects_of(self.actor, [code for code, _record in self.codes])
        for code, record in self.codes:
            if code not in known:
                self._say(record, "project_code", "project_unknown", "warning", {"code": code})
        made.findings += self.found
        for row in made.rows:
            if (row.sheet, row.number) in self.refused:
                row.action, row.differences = planned.ERROR, ()


def _day(record: Record, name: str) -> date | None:
    code = record.codes.get(name)
    return Day.decode(code).first if code else None


def _before(one: date | None, other: date | None) -> bool:
    return bool(one and other and one < other)
