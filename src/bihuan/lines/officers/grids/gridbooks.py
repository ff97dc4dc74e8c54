"""A park's grids from the workbook it keeps: looked at row by row first, taken in, and put back if wrong.

A row names a grid, its head (网格长) and members (网格员) by their names, with the department where two bear one
name. Nothing is guessed: whoever can't be told apart, or heads another grid, is asked about, and that row waits.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_

from bihuan.kernel.errors import Conflict
from bihuan.kernel.identity import rights
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.identity.selectors.divisions import scope_of
from bihuan.kernel.intake.columns import Column
from bihuan.kernel.intake.plan import (
    CREATE,
    ERROR,
    UNCHANGED,
    UPDATE,
    Difference,
    Finding,
    Plan,
    PlanRow,
    Proposal,
    TakenIn,
)
from bihuan.kernel.intake.reading import Reading, Record
from bihuan.kernel.intake.sheet import Sheet
from bihuan.kernel.intake.wording import declare
from bihuan.kernel.intake.workbook import open_workbook
from bihuan.kernel.now import now, today
from bihuan.kernel.registers import importing
from bihuan.kernel.registers.actions import Item, amend_many
from bihuan.kernel.registers.undo import Undone, undo
from bihuan.kernel.store.sql import atomic, run
from bihuan.lines.officers.grids import selectors
from bihuan.lines.officers.grids.actions import KEEP, lead_enterprises, need_batch
from bihuan.lines.officers.grids.models import MemberMove
from bihuan.lines.officers.grids.register import GRIDS
from bihuan.lines.officers.grids.selectors import Standing
from bihuan.logic.mechanism import said

#: What a row proposes beyond its cells: a post that stands in the grid.
MEMBER = "member"
SHEET = Sheet("officers.grids", (
    Column("name", said("Grid"), "text", ("网格名称", "网格", "片区名称", "片区"), required=True, longest=100),
    Column("head", said("Grid head"), "text", ("网格长", "网格长姓名", "负责人"), expected=True, longest=60),
    Column("unit", said("Department"), "text", ("责任部门", "牵头部门", "部门", "责任单位", "单位"), longest=100),
    Column("members", said("Members"), "text", ("网格员", "成员", "网格成员"), longest=500),
    Column("receives", said("Takes in new enterprises"), "choice", ("接收新企业", "是否接收新企业"),
           choices={"是": "yes", "否": "no"}),
))  # fmt: skip
declare({
    "grid_nobody": N_("Nobody of this place is called “%(text)s”. Give them a post first, or correct the name."),
    "grid_namesakes": N_("“%(text)s” may be %(who)s. Write the department beside the name."),
    "grid_unit_other": N_("%(name)s is not of %(text)s but of %(who)s; the department goes with the head."),
    "grid_head_missing": N_("A new grid needs its head; the row was not taken."),
    "grid_head_taken": N_("%(text)s heads “%(grid)s” already; a post heads one grid. The row was not taken."),
    "grid_receives_taken": N_("“%(grid)s” takes in new enterprises already; only one grid does. This one does not."),
    "grid_member_twice": N_("%(text)s stands in “%(grid)s” in this workbook already; a post stands in one grid."),
})  # fmt: skip
_BETWEEN = str.maketrans(dict.fromkeys("，,;；/ \n\t", "、"))


def preview(actor: Actor, file: Path | BinaryIO, name: str) -> Plan:
    """Return what taking in a workbook of grids would do, row by row. Nothing is written."""
    rights.need(actor, KEEP, actor.division)
    book = open_workbook(file, name=name)
    reading = Reading(SHEET, book, today())
    made = Plan(GRIDS.name, book.name, book.sha256, book.size)
    made.findings = reading.findings
    planner = _Planner(actor, made)
    for record in reading.records():
        planner.add(record)
    return made


@dataclass(slots=True)
class _Planner:
    """Matches the rows with the grids and people of the actor's place."""

    actor: Actor
    made: Plan
    grids: dict[str, selectors.GridRow] = field(init=False)
    staff: list[Standing] = field(init=False)
    rows: dict[str, PlanRow] = field(default_factory=dict)
    heads: dict[int, str] = field(init=False)
    members: dict[int, str] = field(default_factory=dict)
    receiving: str = field(init=False)

    def __post_init__(self) -> None:
        found = [
            row
            for row in selectors.grids(self.actor, today(), today())
            if row.division == self.actor.division
        ]
        self.grids = {row.name: row for row in found}
        self.heads = {row.head_post: row.name for row in found}
        self.receiving = next((row.name for row in found if row.receives), "")
        self.staff = selectors.standing(self.actor)

    def say(self, record: Record, where: str, code: str, severity: str, text: str, **params: str) -> None:
        place = record.places.get(where, 0)
        self.made.findings.append(
            Finding(record.sheet, record.number, place, text, severity, code, {"text": text, **params})
        )

    def add(self, record: Record) -> None:
        """Plan one row; a grid named again only brings more members."""
        name = record.codes.get("name") or ""
        row = PlanRow(record.sheet, record.number, name, ERROR)
        if not name:
            self.made.rows.append(row)
            title = SHEET.columns[0].heading
            return self.say(record, "name", "required", "error", "", title=title)
        if name in self.rows:
            return self._more(record, self.rows[name])
        self.made.rows.append(row)
        self.rows[name] = row
        live = self.grids.get(name)
        row.row_id, row.ver = (live.id, live.ver) if live else (0, 0)
        differences = self._head(record, live)
        if differences is None:
            return None
        row.differences = (*differences, *self._receives(record, live))
        row.proposals = self._members(record, name)
        if live is None:
            row.action, row.scope = CREATE, scope_of(self.actor.division)
            row.passed = selectors.grids_named(name)  # another park's may bear the same name
            row.differences = (Difference("name", None, name), *row.differences)
        else:
            row.action = UPDATE if row.differences or row.proposals else UNCHANGED
        return None

    def _more(self, record: Record, first: PlanRow) -> None:
        """Take the members of a grid's further row; one with another head contradicts the first."""
        head = record.codes.get("head")
        post = self._person(record, "head", head, record.codes.get("unit")) if head else 0
        told = next((one.new for one in first.differences if one.field == "head_post"), None)
        live = self.grids.get(first.title)
        if post and str(post) not in {told, str(live.head_post) if live else None}:
            row = PlanRow(record.sheet, record.number, first.title, ERROR)
            self.made.rows.append(row)
            first_row = str(first.number)
            return self.say(record, "name", "duplicate_row", "error", first.title, row=first_row)
        if first.action != ERROR:
            first.proposals = (*first.proposals, *self._members(record, first.title))
            if first.action == UNCHANGED and first.proposals:
                first.action = UPDATE
        return None

    def _head(self, record: Record, live: selectors.GridRow | None) -> tuple[Difference, ...] | None:
        """Return what becomes of the head; None when the row can't be taken."""
        written = record.codes.get("head")
        if not written:
            if live is None:
                self.say(record, "head", "grid_head_missing", "error", "")
            return () if live else None
        post = self._person(record, "head", written, record.codes.get("unit"))
        if not post:
            return None
        elsewhere = self.heads.get(post, "")
        if elsewhere and elsewhere != record.codes.get("name"):
            self.say(record, "head", "grid_head_taken", "error", written, grid=elsewhere)
            return None
        self.heads[post] = record.codes.get("name") or ""
        if live and live.head_post == post:
            return ()
        unit = next(one.unit for one in self.staff if one.post == post)
        old = (str(live.head_post), str(live.unit)) if live else (None, None)
        return (
            Difference("head_post", old[0], str(post), written),
            *((Difference("unit", old[1], str(unit)),) if old[1] != str(unit) else ()),
        )

    def _receives(self, record: Record, live: selectors.GridRow | None) -> tuple[Difference, ...]:
        told, name = record.codes.get("receives"), record.codes.get("name") or ""
        if told == "yes" and self.receiving not in {"", name}:
            self.say(record, "receives", "grid_receives_taken", "warning", "是", grid=self.receiving)
            told = None
        if told == "yes":
            self.receiving = name
        old = ("yes" if live.receives else "no") if live else None
        new = told or ("no" if live is None else old)
        return (Difference("receives", old, new),) if new != old else ()

    def _members(self, record: Record, grid: str) -> tuple[Proposal, ...]:
        found: list[Proposal] = []
        live = self.grids.get(grid)
        for written in filter(None, (record.codes.get("members") or "").translate(_BETWEEN).split("、")):
            post = self._person(record, "members", written, "")
            if not post:
                continue
            if self.members.setdefault(post, grid) != grid:
                self.say(record, "members", "grid_member_twice", "warning", written, grid=self.members[post])
            elif live is None or selectors.grid_of_member(post) != live.id:
                found.append(Proposal(MEMBER, str(post)))
        return tuple(found)

    def _person(self, record: Record, where: str, written: str, unit: str | None) -> int:
        """Return the post meant by a name, with its department where given; 0 and a finding when nobody or several."""
        severity = "error" if where == "head" else "warning"
        named = [one for one in self.staff if written in one.written]
        here = [one for one in named if not unit or unit in {one.unit_name, one.unit_short}]
        if named and not here:
            who = "、".join(one.unit_short for one in named)
            self.say(record, "unit", "grid_unit_other", "warning", unit or "", name=written, who=who)
        here = here or named
        if len({one.post for one in here}) == 1:
            return here[0].post
        if not named:
            self.say(record, where, "grid_nobody", severity, written)
        else:
            who = "、".join(f"{one.unit_short}{one.name}" for one in here)
            self.say(record, where, "grid_namesakes", severity, written, who=who)
        return 0


def take_in(actor: Actor, file: Path | BinaryIO, name: str, *, seen: str = "") -> TakenIn:
    """Write a workbook of grids: heads, departments, members; rows in doubt are left out and named.

    ``seen`` is the SHA-256 of the workbook that was looked at: another one is a Conflict.
    """
    made = preview(actor, file, name)
    if seen and seen != made.sha256:
        raise Conflict(_("This is not the workbook you looked at. Preview it again."), where="workbook")
    with atomic():
        _free_heads(actor, made)
        batch = importing.apply(actor, GRIDS, made)
        for row in made.rows:
            if row.action not in {CREATE, UPDATE}:
                continue
            unit = next((int(one.new or 0) for one in row.differences if one.field == "unit"), 0)
            if unit:
                amend_many(actor, GRIDS, [Item({}, row.row_id, columns={"lead_unit": unit})], batch=batch)
                lead_enterprises(actor, row.row_id, unit)
            for proposal in row.proposals:
                _stand(int(proposal.text), row.row_id, batch)
    return TakenIn(batch, made.counts(), made.problems)


def _free_heads(actor: Actor, made: Plan) -> None:
    """Refuse heads that have come to head another grid since the plan was made: the constraint would, less clearly."""
    wanted = {
        int(one.new): row.row_id
        for row in made.rows
        for one in row.differences
        if one.field == "head_post" and one.new
    }
    sql = "SELECT head_post, id FROM officers_grid WHERE head_post = ANY(%s) AND withdrawn_at IS NULL"
    if any(wanted[post] != grid for post, grid in run(sql, (list(wanted),))):
        raise Conflict(
            _("The grids have changed since the preview. Preview the workbook again."), where="workbook"
        )


def _stand(post: int, grid: int, batch: int) -> None:
    """Let a post stand in a grid and remember where it stood, so that it can be put back."""
    before = selectors.grid_of_member(post)
    MemberMove.objects.create(batch=batch, post=post, grid=grid, before=before)
    _put(post, grid)


def _put(post: int, grid: int) -> None:
    run(
        """INSERT INTO officers_grid_member (post, grid_id, since) VALUES (%s, %s, %s)
           ON CONFLICT (post) DO UPDATE SET grid_id = excluded.grid_id, since = excluded.since""",
        (post, grid, now()),
    )


def take_back(actor: Actor, batch: int) -> Undone:
    """Put back what a workbook of grids wrote and nobody has changed since; a grid with enterprises is a Conflict."""
    need_batch(actor, batch, GRIDS)
    with atomic():
        made = _created(batch)
        held = run(
            "SELECT DISTINCT g.name FROM officers_enterprise e JOIN officers_grid g ON g.id = e.cell_id"
            " WHERE g.id = ANY(%s) AND e.withdrawn_at IS NULL ORDER BY 1",
            (made,),
        )
        if held:
            names = "、".join(name for (name,) in held)
            raise Conflict(
                _("Enterprises are in %(names)s: put them into other grids first.") % {"names": names},
                where="batch",
            )
        for move in MemberMove.objects.filter(batch=batch).order_by("-id"):
            _back(move)
        done = undo(actor, batch)
        sql = "SELECT id, unit FROM officers_grid WHERE withdrawn_at IS NULL AND id IN"
        touched = " (SELECT chain_id FROM registers_amend WHERE batch = %s)"
        for grid, unit in run(sql + touched, (batch,)):
            lead_enterprises(actor, grid, unit)
    return done


def _created(batch: int) -> list[int]:
    sql = "SELECT chain_id FROM registers_amend WHERE batch = %s AND move = 'create'"
    return [key for (key,) in run(sql, (batch,))]


def _back(move: MemberMove) -> None:
    """Put a member back where they stood, unless somebody has moved them since."""
    if selectors.grid_of_member(move.post) != move.grid:
        return
    if move.before:
        _put(move.post, move.before)
    else:
        run("DELETE FROM officers_grid_member WHERE post = %s", (move.post,))


def said_of(row: PlanRow, staff: Sequence[Standing]) -> Mapping[str, str]:
    """Return what ids of a planned row mean, in words: posts and departments."""
    posts = {str(one.post): f"{one.unit_short} · {one.name}" for one in staff}
    units = {str(one.unit): one.unit_short for one in staff}
    told: dict[str, str] = {}
    for one in row.differences:
        words: Mapping[str, str] = {"head_post": posts, "unit": units}.get(one.field, {})
        told |= {value: words.get(value, value) for value in (one.old, one.new) if value}
    return told


def members_of(rows: Iterable[Proposal], staff: Sequence[Standing]) -> str:
    """Return the names of those who would stand in a grid."""
    posts = {str(one.post): one.name for one in staff}
    return "、".join(posts.get(one.text, one.text) for one in rows if one.kind == MEMBER)
