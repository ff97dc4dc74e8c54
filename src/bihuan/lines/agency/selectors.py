"""Read the catalogue, and of a case its materials, mandate, notices and opinions; who has how much to do."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from bihuan.kernel.errors import NotFound
from bihuan.kernel.flow import selectors as flow
from bihuan.kernel.flow.rows import SELECT, SUPPORTS, MatterRow, from_sql
from bihuan.kernel.forms.fields import Field
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.now import now, today
from bihuan.kernel.papers import selectors as papers
from bihuan.kernel.papers.rows import PaperRow
from bihuan.kernel.permits.rules import branches
from bihuan.kernel.permits.walk import condition
from bihuan.kernel.registers import registry
from bihuan.kernel.registers import selectors as registers
from bihuan.kernel.store.sql import run
from bihuan.lines.agency.contracts import STATES, State
from bihuan.lines.agency.registers import ITEMS, PRESETS

CASE, OPINION, OWED = "agency.case", "agency.opinion", "agency.owed"
_CODES = re.compile(r"[、,，;；\s]+")


# The catalogue ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Wanted:
    """A material an item asks for. ``own_hand``: only the client signs it; ``later``: how it may come later."""

    name: str
    own_hand: bool
    later: str


@dataclass(frozen=True, slots=True)
class ItemRow:
    """An item of the catalogue as it stands: codes by column."""

    id: int
    ver: int
    codes: Mapping[str, str | None]

    def __getitem__(self, name: str) -> str:
        """Return a column's code, "" when nothing is stated."""
        return self.codes.get(name) or ""

    @property
    def wanted(self) -> tuple[Wanted, ...]:
        """The materials it asks for."""
        return tuple(_wanted(line) for line in self["materials"].splitlines() if line.strip())

    @property
    def parallel(self) -> tuple[str, ...]:
        """Codes of the items handled beside it."""
        return codes_in(self["parallel"])


def codes_in(text: str) -> tuple[str, ...]:
    """Split a cell of codes."""
    return tuple(code for code in _CODES.split(text) if code)


#: What may stand in brackets behind a material's name, and what it means.
_OWN_HAND, _TOLERATED, _PROMISED = "本人签署", "可容缺", "可承诺"
_MARKS = re.compile(rf"[（(]((?:{_OWN_HAND}|{_TOLERATED}|{_PROMISED}|[、，,])+)[）)]")


def _wanted(line: str) -> Wanted:
    marks = "".join(_MARKS.findall(line))
    name = _MARKS.sub("", line).strip(" 　;；。0123456789.、")[:200]
    later = "promised" if _PROMISED in marks else "tolerated" if _TOLERATED in marks else ""
    return Wanted(name, _OWN_HAND in marks, later)


def items(ids: Sequence[int] | None = None, using: str = "default") -> list[ItemRow]:
    """Return the items in use, in the order they were entered: a catalogue is public, everybody reads it."""
    return [ItemRow(row.id, row.ver, row.codes) for row in registers.live(ITEMS, ids, using)]


def item(item_id: int) -> ItemRow:
    """Return one item; NotFound when there is none."""
    found = items([item_id])
    if not found:
        raise NotFound(_("There is no such item in the catalogue."), where=str(item_id))
    return found[0]


def presets() -> list[ItemRow]:
    """Return the presets in use."""
    return [ItemRow(row.id, row.ver, row.codes) for row in registers.live(PRESETS)]


def items_of_presets(ids: Sequence[int]) -> list[int]:
    """Return the items that presets name by their codes, in the catalogue's order."""
    chosen = [row for row in presets() if row.id in set(ids)]
    wanted = {code for row in chosen for code in codes_in(row["items"])}
    return [row.id for row in items() if row["code"] in wanted]


# A case ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MaterialRow:
    """A material of a case."""

    id: int
    matter: int
    number: int
    item: int
    name: str
    state: str
    own_hand: bool
    later: str
    owed: int


@dataclass(frozen=True, slots=True)
class MandateRow:
    """A mandate. ``items`` empty: all of the case. ``ended`` when it was revoked, renewed or the case closed."""

    id: int
    matter: int
    entry: int
    items: tuple[int, ...]
    since: date
    until: date
    renews: bool
    ended: date | None
    revoked: bool

    def holds(self, day: date) -> bool:
        """Whether one may act on it that day."""
        return self.ended is None and self.since <= day <= self.until


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """A notice of what is missing; ``again`` when something had been asked for before, and whose fault it was."""

    id: int
    matter: int
    number: int
    at: datetime
    materials: tuple[int, ...]
    again: bool
    fault: str
    unit: int


_MATERIAL = "id, matter_id, number, item_id, name, state, own_hand, later, owed"


def materials(matter_id: int, using: str = "default") -> list[MaterialRow]:
    """Return the materials of a case in their order."""
    sql = f"SELECT {_MATERIAL} FROM agency_material WHERE matter_id = %s ORDER BY number"  # noqa: S608
    return [MaterialRow(*row) for row in run(sql, (matter_id,), using)]


def mandates(matter_id: int, using: str = "default") -> list[MandateRow]:
    """Return every mandate of a case, the latest first."""
    sql = """SELECT id, matter_id, entry, items::text, since, until, renews, ended, revoked
             FROM agency_mandate WHERE matter_id = %s ORDER BY id DESC"""
    return [
        MandateRow(*[*row[:3], tuple(json.loads(row[3])), *row[4:]]) for row in run(sql, (matter_id,), using)
    ]


def notices(matter_id: int, using: str = "default") -> list[NoticeRow]:
    """Return the notices of a case, first to last."""
    sql = """SELECT id, matter_id, number, at, materials::text, again, fault, unit
             FROM agency_notice WHERE matter_id = %s ORDER BY number"""
    return [
        NoticeRow(*[*row[:4], tuple(json.loads(row[4])), *row[5:]]) for row in run(sql, (matter_id,), using)
    ]


def children(
    matter_id: int, kind: str, *, open_only: bool = False, using: str = "default"
) -> list[MatterRow]:
    """Return what was opened from a case, without asking who looks: for rules and papers, not for pages."""
    sql = f"""SELECT {SELECT}, {SUPPORTS} FROM flow_matter m
              WHERE m.parent = %s AND m.parent > 0 AND m.kind = %s{" AND m.open" if open_only else ""}
              ORDER BY m.id"""  # noqa: S608
    return [from_sql(row) for row in run(sql, (matter_id, kind), using)]


def papers_of(matter_id: int) -> list[PaperRow]:
    """Return the papers of a case, oldest first."""
    return papers.of(matter_id)


def item_ids(row: MatterRow) -> list[int]:
    """Return the items of a case."""
    return [int(one) for one in row.value("items", ())]


def options(actor: Actor, row: MatterRow, field: Field) -> list[tuple[str, str]] | None:
    """Return what may be chosen in a field of a case's move: its items, its materials."""
    if field.kind != "rows":
        return None
    if field.name == "submission":
        return [
            (str(one.number), f"{one.number}. {one.platform} {one.submitted}")
            for one in submissions(row.id)
            if not one.decided
        ]
    if field.name in {"items", "scope", "part", "submitted_items"}:
        chosen = set(item_ids(row)) if row.id else None
        return [(str(one.id), one["name"]) for one in items() if chosen is None or one.id in chosen]
    if field.name == "preset":
        return [(str(one.id), one["name"]) for one in presets()]
    found = materials(row.id)
    if field.name == "owed":
        found = [one for one in found if one.later and one.state == State.MISSING]
    elif field.name == "materials":
        found = [one for one in found if one.state == State.MISSING]
    return [(str(one.number), f"{one.number}. {one.name} · {_(STATES[State(one.state)])}") for one in found]


def named(row: MatterRow) -> dict[str, dict[int, str]]:
    """Return by field what the items, presets, materials and submissions are called that a case's moves name."""
    of_items = {one.id: str(one["name"]) for one in items()}
    of_materials = {one.number: one.name for one in materials(row.id) or materials(row.parent)}
    sent = {
        one.number: f"{one.number}. {one.platform} {one.submitted}".strip() for one in submissions(row.id)
    }
    return {
        **dict.fromkeys(("items", "scope", "part", "submitted_items"), of_items),
        **dict.fromkeys(("have", "missing", "waived", "materials", "owed"), of_materials),
        "preset": {one.id: str(one["name"]) for one in presets()},
        "submission": sent,
    }


def nodes_of_presets(ids: Sequence[int]) -> list[str]:
    """Return the nodes of the timetable that presets are tied to, in their order."""
    chosen = [row for row in presets() if row.id in set(ids)]
    return list(dict.fromkeys(key for row in chosen for key in codes_in(row["nodes"])))


def ties(row: MatterRow) -> list[str]:
    """Return the nodes a case is tied to: those of its presets, and those its items stand for."""
    own = [item["node"] for item in items(item_ids(row)) if item["node"]]
    return list(dict.fromkeys([*row.value("ties", ()), *own])) if item_ids(row) else []


@dataclass(frozen=True, slots=True)
class SubmissionRow:
    """A submission of a case; ``items`` empty: all of it. ``decided`` None: awaited."""

    number: int
    items: tuple[int, ...]
    platform: str
    submitted: date
    expected: date | None
    decided: date | None


def submissions(matter_id: int) -> list[SubmissionRow]:
    """Return the submissions of a case, oldest first."""
    sql = """SELECT number, items::text, platform, submitted, expected, decided FROM agency_submission
             WHERE matter_id = %s ORDER BY number"""
    return [SubmissionRow(n, tuple(json.loads(items_)), *rest) for n, items_, *rest in run(sql, (matter_id,))]


def subjects(ids: Sequence[int]) -> dict[int, tuple[str, str]]:
    """Return {id: (name, address)} of the projects that cases are about."""
    try:
        found = registers.live(registry.find("projects"), ids)
        return {row.id: (row.codes["name"] or "", reverse("project", args=[row.id])) for row in found}
    except (NotFound, NoReverseMatch):
        return {}


def owner(project: int) -> str:
    """Return who builds a project, "" when that is not known: whoever gives a mandate without an account here."""
    try:
        found = registers.live(registry.find("projects"), [project]) if project else []
    except NotFound:
        return ""
    return (found[0].codes.get("company") or "") if found else ""


# Lists ----------------------------------------------------------------------------------------------------


def cases(
    actor: Actor, what: flow.Filter, *, before: int = 0, limit: int = 50
) -> tuple[list[MatterRow], int]:
    """Return (cases the actor sees, newest first; id to continue before or 0)."""
    return flow.listed(actor, what, before=before, limit=limit)


def seen(actor: Actor) -> tuple[str, list[Any]]:
    """Return one condition on ``m`` for all matters an actor may see: for counts, not for pages; "" sees nothing."""
    found = [condition(branch) for branch in branches(actor)]
    sql = " OR ".join(f"({text})" for text, _values in found)
    return (f"({sql})" if sql else ""), [value for _text, values in found for value in values]


@dataclass(frozen=True, slots=True)
class Load:
    """What an agent has in hand: open cases, those late, suspended, awaiting a mandate, and owed materials."""

    post: int
    agent: str
    cases: int
    late: int
    submitted: int
    suspended: int
    unmandated: int
    owed: int


_BOARD = """
SELECT m.holder_post, coalesce(max(u.name), ''), count(*) FILTER (WHERE m.kind = 'agency.case'),
       count(*) FILTER (WHERE m.kind = 'agency.case' AND m.clock = 'running' AND m.due < %s),
       count(*) FILTER (WHERE m.stage IN ('submitted', 'prereview')),
       count(*) FILTER (WHERE m.stage = 'suspended'), count(*) FILTER (WHERE m.stage = 'accepted'),
       count(*) FILTER (WHERE m.kind = 'agency.owed')
FROM flow_matter m LEFT JOIN identity_post p ON p.id = m.holder_post LEFT JOIN identity_user u ON u.id = p.user_id
WHERE m.line = 'agency' AND m.kind IN ('agency.case', 'agency.owed') AND m.open AND {seen}
GROUP BY m.holder_post ORDER BY 3 DESC, 1
"""


def board(actor: Actor) -> list[Load]:
    """Return the load of every agent the actor sees, the fullest first; post 0 stands for what nobody has taken."""
    sql, params = seen(actor)
    return [Load(*row) for row in run(_BOARD.format(seen=sql), (now(), *params))] if sql else []


def owed_by(actor: Actor, until: datetime, limit: int = 50) -> list[MatterRow]:
    """Return the owed materials the actor sees that are due before a moment, the most urgent first."""
    sql, params = seen(actor)
    if not sql:
        return []
    rows = run(
        f"SELECT {SELECT}, {SUPPORTS} FROM flow_matter m WHERE m.line = 'agency' AND m.kind = 'agency.owed'"  # noqa: S608
        f" AND m.open AND m.due < %s AND {sql} ORDER BY m.due LIMIT %s",
        (until, *params, limit),
    )
    return [from_sql(row) for row in rows]


def overdue_owed(limit: int = 500) -> list[int]:
    """Return owed materials whose day has passed, whoever sees them: the job asks."""
    sql = """SELECT m.id FROM flow_matter m WHERE m.line = 'agency' AND m.kind = 'agency.owed'
             AND m.open AND m.clock = 'running' AND m.due < %s ORDER BY m.id LIMIT %s"""
    return [row[0] for row in run(sql, (now(), limit))]


@dataclass(frozen=True, slots=True)
class Fault:
    """How often a side had to be asked about again what it should have said at once."""

    side: str
    unit: int
    count: int


def faults(actor: Actor) -> list[Fault]:
    """Return repeated notices by the side that forgot, over the cases the actor sees."""
    sql, params = seen(actor)
    if not sql:
        return []
    rows = run(
        "SELECT n.fault, n.unit, count(*) FROM agency_notice n JOIN flow_matter m ON m.id = n.matter_id"  # noqa: S608
        f" WHERE n.again AND {sql} GROUP BY 1, 2 ORDER BY 3 DESC",
        params,
    )
    return [Fault(*row) for row in rows]


def mandate_lapses(actor: Actor, until: date) -> list[tuple[int, date]]:
    """Return (case, last day) of mandates that lapse by a day, over the open cases the actor sees."""
    sql, params = seen(actor)
    if not sql:
        return []
    return run(
        "SELECT m.id, a.until FROM agency_mandate a JOIN flow_matter m ON m.id = a.matter_id"  # noqa: S608
        f" WHERE a.ended IS NULL AND a.until <= %s AND m.open AND {sql} ORDER BY a.until",
        (until, *params),
    )


def mandated(matter_id: int, day: date | None = None) -> MandateRow | None:
    """Return the mandate on which one may act that day (default: today), None without one."""
    return next((one for one in mandates(matter_id) if one.holds(day or today())), None)
