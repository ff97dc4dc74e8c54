"""What people do with enterprises and grids: enter, allocate, name heads and members, take in a workbook."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from bihuan.kernel.errors import BadInput, Conflict, FieldErrors, NotFound
from bihuan.kernel.identity import rights
from bihuan.kernel.identity import selectors as identity
from bihuan.kernel.identity.actors import Actor, Scope
from bihuan.kernel.identity.selectors.divisions import scope_of
from bihuan.kernel.identity.selectors.units import unit_by_uscc
from bihuan.kernel.intake.columns import Column
from bihuan.kernel.intake.plan import CREATE, UNCHANGED, UPDATE, Difference, Plan, PlanRow, TakenIn
from bihuan.kernel.intake.sheet import Sheet
from bihuan.kernel.intake.wording import word
from bihuan.kernel.intake.workbook import open_workbook
from bihuan.kernel.now import now, today
from bihuan.kernel.people import actions as people
from bihuan.kernel.people import selectors as readable
from bihuan.kernel.people.actions import NewPerson
from bihuan.kernel.people.selectors import Clear
from bihuan.kernel.registers import importing
from bihuan.kernel.registers.actions import Change, Item, amend, amend_many
from bihuan.kernel.registers.importing import Import
from bihuan.kernel.registers.registry import Register
from bihuan.kernel.registers.undo import Undone, undo
from bihuan.kernel.store.sql import atomic, run
from bihuan.lines.officers import selectors as officers
from bihuan.lines.officers.grids import selectors
from bihuan.lines.officers.grids.register import ENTERPRISES, FIELDS, GRID_HEADERS, GRID_TITLE, GRIDS
from bihuan.logic.cells import CLEAR, Problem
from bihuan.logic.portfolio import Choice, Holder, Thing, Weights, propose

KEEP = "officers.enterprises"


def open_grid(actor: Actor, name: str, head_post: int, *, receives: bool = False) -> int:
    """Open a grid in the actor's own place; the head is a valid post, the grid belongs to its department."""
    rights.need(actor, KEEP, actor.division)
    head = _head(actor, head_post)
    values = {
        "name": name,
        "head_post": str(head_post),
        "unit": str(head.unit),
        "receives": "yes" if receives else "no",
    }
    columns = {"lead_unit": head.unit}
    return amend(actor, GRIDS, None, values, scope=scope_of(actor.division), columns=columns)


def _head(actor: Actor, post: int) -> identity.PostRow:
    row = identity.post(post)
    if not row.valid(now()) or not rights.reaches(actor, row.division):
        raise BadInput(_("Please choose a valid post of this place."), where="head_post")
    return row


def name_head(actor: Actor, grid_id: int, head_post: int) -> None:
    """Give a grid another head; the department goes with the post."""
    row = selectors.grid(actor, grid_id)
    rights.need(actor, KEEP, row["division"])
    head = _head(actor, head_post)
    values = {"head_post": str(head_post), "unit": str(head.unit)}
    with atomic():
        amend(actor, GRIDS, grid_id, values, columns={"lead_unit": head.unit})
        lead_enterprises(actor, grid_id, head.unit)


#: The department that has the grid sees its enterprises.
_IN_GRID = "SELECT id FROM officers_enterprise WHERE cell_id = %s AND withdrawn_at IS NULL ORDER BY id"


def lead_enterprises(actor: Actor, grid_id: int, unit: int) -> None:
    """Let the department that has a grid now see the enterprises in it."""
    _lead(actor, [key for (key,) in run(_IN_GRID, (grid_id,))], unit)


def _lead(actor: Actor, enterprise_ids: Iterable[int], unit: int, batch: int | None = None) -> None:
    items = [Item({}, key, columns={"lead_unit": unit}) for key in enterprise_ids]
    amend_many(actor, ENTERPRISES, items, batch=batch)


def put_member(actor: Actor, grid_id: int, post: int) -> None:
    """Let a post stand in a grid; a post stands in one, so it leaves the other."""
    row = selectors.grid(actor, grid_id)
    if row["head_post"] != actor.post:
        rights.need(actor, KEEP, row["division"])
    _head(actor, post)
    run(
        """INSERT INTO officers_grid_member (post, grid_id, since) VALUES (%s, %s, %s)
           ON CONFLICT (post) DO UPDATE SET grid_id = excluded.grid_id, since = excluded.since""",
        (post, grid_id, now()),
    )


# Enterprises -------------------------------------------------------------------------------------------


def keep_enterprise(
    actor: Actor,
    enterprise_id: int | None,
    values: Mapping[str, Any],
    *,
    ver: int | None = None,
    key: str = "",
    cause: str = "",
) -> int:
    """Enter an enterprise or change one from values as people write them; FieldErrors names each that can't be read.

    A new one lies in the actor's place and belongs to the grid that takes in, until somebody allocates it.
    """
    row = selectors.enterprise(actor, enterprise_id) if enterprise_id else None
    scope = row.scope if row else scope_of(actor.division)
    rights.need(actor, KEEP, scope.division)
    changes = _read(values)
    if row is None:
        changes["cell"] = Change(str(_receiving(scope)))
    uscc = changes["uscc"].new if "uscc" in changes else None
    unit = unit_by_uscc(uscc) if uscc else None
    columns = {"party": unit.id} if unit else {}
    if row is None:
        columns["lead_unit"] = selectors.unit_of(int(changes["cell"].new or 0))
    return amend(
        actor, ENTERPRISES, enterprise_id, changes, cause=cause, key=key, ver=ver if row else None,
        scope=None if row else scope, columns=columns,
    )  # fmt: skip


def _receiving(scope: Scope) -> int:
    try:
        return selectors.receiving(scope.division)
    except NotFound as error:
        raise Conflict(_("First open a grid that takes in new enterprises."), where="grid") from error


def _read(values: Mapping[str, Any]) -> dict[str, Change]:
    columns = {column.name: column for column in FIELDS}
    changes: dict[str, Change] = {}
    errors: dict[str, str] = {}
    for name, raw in values.items():
        column, text = columns.get(name), "" if raw is None else str(raw).strip()
        if column is None:
            errors[name] = _("There is no such field here.")
        elif text in ("", CLEAR):
            changes[name] = Change(None)
        elif isinstance(found := column.read(text), Problem):
            errors[name] = word(found.code, found.params)
        else:
            changes[name] = Change(found.value, text if text != column.show(found.value) else "")
    if errors:
        raise FieldErrors(errors)
    return changes


def allocate(actor: Actor, chosen: Iterable[tuple[int, int]], cause: str = "") -> int:
    """Put enterprises into grids as approved, all or nothing; return how many moved. Each stays in exactly one."""
    pairs = list(chosen)
    grids = {cell: selectors.grid(actor, cell) for cell in {cell for _one, cell in pairs}}
    for enterprise_id, cell in pairs:
        row = selectors.enterprise(actor, enterprise_id)
        rights.need(actor, KEEP, row.scope.division)
        if grids[cell]["division"] != row.scope.division:
            raise BadInput(_("This grid lies in another place."), where="grid")
    items = [
        Item({"cell": Change(str(cell))}, key, columns={"lead_unit": grids[cell]["unit"]})
        for key, cell in pairs
    ]
    return len(amend_many(actor, ENTERPRISES, items, cause=cause))


def add_contact(
    actor: Actor, enterprise_id: int, name: str, phone: str, duty: str = "", basis: str = "contract"
) -> int:
    """Name somebody to talk to: kept encrypted in ``people`` for this purpose, masked wherever it is shown."""
    row = selectors.enterprise(actor, enterprise_id)
    if actor.role != "officer":
        rights.need(actor, KEEP, row.scope.division)
    with atomic():
        purpose = _("Contact of an enterprise for its service")
        person = people.add_person(actor, NewPerson(name, phone, purpose=purpose, basis=basis))
        run(
            "INSERT INTO officers_contact (enterprise, person, duty, since) VALUES (%s, %s, %s, %s)",
            (enterprise_id, person, duty[:60], now()),
        )
    return int(person)


def read_contact(actor: Actor, enterprise_id: int, person: int) -> Clear:
    """Return a contact in clear, to call; the reading is written down. NotFound when it is no contact there."""
    if person not in {one.person for one in selectors.contacts(actor, enterprise_id)}:
        raise NotFound(str(person), where="person")
    return readable.read_person(person, actor, _("Call to the enterprise"))


# Workbooks ---------------------------------------------------------------------------------------------


def preview(actor: Actor, file: Path | BinaryIO, name: str) -> Plan:
    """Return what taking in a workbook of enterprises would do, cell by cell. Nothing is written."""
    rights.need(actor, KEEP, actor.division)
    scope = scope_of(actor.division)
    cell = str(_receiving(scope))
    made = importing.plan(
        Import(ENTERPRISES, sheet(actor), today(), home=scope), open_workbook(file, name=name)
    )
    for row in made.rows:
        _stay(row, cell)
    return made


def sheet(actor: Actor) -> Sheet:
    """Return what a workbook of enterprises may bring: their facts, and the grid of one's place each belongs to."""
    grids = selectors.grids(actor, today(), today())
    named = {grid.name: str(grid.id) for grid in grids if grid.division == actor.division}
    return Sheet(
        "officers.enterprises", (*FIELDS, Column("cell", GRID_TITLE, "choice", GRID_HEADERS, choices=named))
    )


def _stay(row: PlanRow, receiving: str) -> None:
    """An empty cell moves nothing: a known enterprise stays where it is, a new one goes to the grid that takes in."""
    if row.action not in {CREATE, UPDATE}:
        return
    row.differences = tuple(one for one in row.differences if one.field != "cell" or one.new)
    if row.action == UPDATE and not row.differences:
        row.action = UNCHANGED
    if row.action == CREATE and not any(one.field == "cell" for one in row.differences):
        row.differences = (*row.differences, Difference("cell", None, receiving))


def take_in(actor: Actor, file: Path | BinaryIO, name: str, *, seen: str = "") -> TakenIn:
    """Write a workbook of enterprises into the register; odd cells are named, new ones go to the grid that takes in.

    ``seen`` is the SHA-256 of the workbook that was looked at: another one is a Conflict.
    """
    made = preview(actor, file, name)
    if seen and seen != made.sha256:
        raise Conflict(_("This is not the workbook you looked at. Preview it again."), where="workbook")
    with atomic():
        batch = importing.apply(actor, ENTERPRISES, made)
        moved: dict[int, list[int]] = {}
        for row in made.rows:
            for one in row.differences if row.action in {CREATE, UPDATE} else ():
                if one.field == "cell" and one.new:
                    moved.setdefault(int(one.new), []).append(row.row_id)
        for cell, rows in sorted(moved.items()):
            _lead(actor, rows, selectors.unit_of(cell), batch)
    return TakenIn(batch, made.counts(), made.problems)


def take_back(actor: Actor, batch: int) -> Undone:
    """Put back what a workbook wrote and nobody has changed since."""
    need_batch(actor, batch, ENTERPRISES)
    return undo(actor, batch)


def need_batch(actor: Actor, batch: int, register: Register) -> None:
    """Refuse an import of another register, or one that wrote outside the actor's place: it looks like none."""
    rights.need(actor, KEEP, actor.division)
    rows = run(
        f"""SELECT bool_and(t.division = %s) FROM intake_batch b
            JOIN registers_amend a ON a.batch = b.id JOIN {register.table} t ON t.id = a.chain_id
            WHERE b.id = %s AND b.kind = %s""",  # noqa: S608 - own name
        (actor.division, batch, register.name),
    )
    if not rows[0][0]:
        raise NotFound(_("There is no such import."), where="batch")


# Proposals ---------------------------------------------------------------------------------------------


def weights(scope: Scope) -> Weights:
    """Return what load, distance and industry cost here, as the rules in force say."""
    rules = officers.rules(scope)
    return Weights(*(float(rules[f"portfolio.{name}"]) for name in ("load", "distance", "industry")))


def propose_allocation(actor: Actor) -> list[Choice]:
    """Propose a grid for every enterprise that stands in the one that takes in: by load, then by place and trade.

    An enterprise weighs as one, whatever its size: every one is to be visited.
    """
    everyone = _everyone(actor)
    grids = [g for g in selectors.grids(actor, today(), today()) if not g.receives]
    waiting = [row for row in everyone if row.cell not in {g.id for g in grids}]
    holders = [
        Holder(
            g.id,
            float(sum(row.cell == g.id for row in everyone)),
            frozenset(row.place for row in everyone if row.cell == g.id and row.place),
            frozenset(row.industry for row in everyone if row.cell == g.id and row.industry),
        )
        for g in grids
    ]
    things = [Thing(row.id, 1.0, row.place, row.industry) for row in waiting]
    return propose(things, holders, weights(scope_of(actor.division))) if grids else []


def _everyone(actor: Actor) -> list[selectors.EnterpriseRow]:
    found: list[selectors.EnterpriseRow] = []
    before = 0
    while True:
        rows, before = selectors.listed(actor, selectors.What(), before=before, limit=500)
        found += rows
        if not before:
            return found


def reasons(choice: Choice) -> str:
    """Return the reasons of a proposal in words."""
    said = [_("then %(load).0f, mean %(mean).1f") % {"load": choice.load, "mean": choice.mean}]
    said += [_("same place")] if choice.near else []
    said += [_("same industry")] if choice.knows else []
    return pgettext("between items of a list", ", ").join(said)
