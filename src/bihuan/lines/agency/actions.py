"""What people do with cases, and what their moves write beside the matter."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from bihuan.kernel.content.selectors import open_values
from bihuan.kernel.errors import BadInput, Conflict
from bihuan.kernel.flow import actions as flow
from bihuan.kernel.flow.rows import MatterRow, Receipt
from bihuan.kernel.identity import rights
from bihuan.kernel.identity.actors import SYSTEM, Actor, Kind, Scope
from bihuan.kernel.identity.selectors.divisions import scope_of
from bihuan.kernel.now import now, today
from bihuan.kernel.papers import actions as documents
from bihuan.kernel.papers import selectors as kept_papers
from bihuan.kernel.permits.rules import branches
from bihuan.kernel.registers import actions as registers
from bihuan.kernel.registers import registry
from bihuan.kernel.registers import selectors as register_rows
from bihuan.kernel.registers.actions import Change
from bihuan.kernel.store.sql import run
from bihuan.lines.agency import papers, selectors
from bihuan.lines.agency.contracts import State
from bihuan.lines.agency.registers import ITEMS

CATALOGUE = "agency.catalogue"
IMPORT = "agency.import"


def apply(
    actor: Actor, data: Mapping[str, Any], *, project: int = 0, party: int = 0, key: str = ""
) -> Receipt:
    """Apply for agency (代办申请), about a project the actor sees or about none; free of charge."""
    scope, client = _where(actor, project)
    return flow.open(
        actor, selectors.CASE, data, scope=scope, subject=project, party=party or client, key=key
    )


def guide(actor: Actor, data: Mapping[str, Any], *, project: int = 0, key: str = "") -> Receipt:
    """Record guidance (帮办): one form, closed at once, counted."""
    scope, client = _where(actor, project)
    return flow.open(actor, "agency.guidance", data, scope=scope, subject=project, party=client, key=key)


def _where(actor: Actor, project: int) -> tuple[Scope, int]:
    """Return the place and the client: the project's, else the actor's own."""
    if not project:
        return scope_of(actor.division) if actor.division else Scope(), actor.party
    row = register_rows.visible(registry.find("projects"), branches(actor), project)
    return Scope(**{name: row[name] for name in Scope.__dataclass_fields__}), row["party"]


def amend_item(
    actor: Actor, item_id: int | None, values: Mapping[str, str], *, ver: int | None = None, key: str = ""
) -> int:
    """Change an item of the catalogue, or enter one, from values as people write them."""
    rights.need(actor, CATALOGUE)
    changes: dict[str, Change] = {}
    errors: list[str] = []
    for name, raw in values.items():
        column = ITEMS.columns[name]
        read = column.read(raw)
        if not hasattr(read, "value"):
            errors.append(column.heading)
            continue
        changes[name] = Change(read.value, str(raw))
    if errors:
        raise BadInput(_("Can't be read: %(names)s.") % {"names": "、".join(errors)}, where="values")
    if item_id is None and not (changes.get("name") and changes["name"].new):
        raise BadInput(_("An item needs its name."), where="name")
    return registers.amend(actor, ITEMS, item_id, changes, ver=ver, key=key)


# What moves write beside the matter --------------------------------------------------------------------------


def list_materials(matter_id: int, item_ids: Sequence[int]) -> None:
    """Write the list of materials; what two items ask for is asked for once."""
    known: dict[str, tuple[int, selectors.Wanted]] = {}
    for item in selectors.items(item_ids):
        for wanted in item.wanted:
            known.setdefault(wanted.name, (item.id, wanted))
    rows = [
        {"n": number, "item": item, "name": name, "own": wanted.own_hand, "later": wanted.later}
        for number, (name, (item, wanted)) in enumerate(known.items(), 1)
    ]
    run(
        """INSERT INTO agency_material (matter_id, number, item_id, name, state, own_hand, later, owed)
           SELECT %s, r.n, r.item, r.name, 'missing', r.own, r.later, 0
           FROM jsonb_to_recordset(%s::jsonb) AS r(n int, item bigint, name text, own boolean, later text)""",
        (matter_id, json.dumps(rows, ensure_ascii=False)),
    )


def set_state(matter_id: int, numbers: Sequence[int], state: str, owed: int = 0) -> None:
    """Write the state of some materials."""
    if numbers:
        sql = "UPDATE agency_material SET state = %s, owed = %s WHERE matter_id = %s AND number = ANY(%s)"
        run(sql, (str(state), owed, matter_id, list(numbers)))


def keep_mandate(row: MatterRow, since: date, until: date, items: Sequence[int], *, renews: bool) -> None:
    """Put a mandate in force; the one before it ends today."""
    end_mandate(row.id, revoked=False)
    run(
        """INSERT INTO agency_mandate (matter_id, entry, items, since, until, renews, revoked)
           VALUES (%s, %s, %s::jsonb, %s, %s, %s, false)""",
        (row.id, row.seq + 1, json.dumps(sorted(items)), since, until, renews),
    )


def end_mandate(matter_id: int, *, revoked: bool) -> None:
    """End the mandate in force, if there is one."""
    sql = "UPDATE agency_mandate SET ended = %s, revoked = %s WHERE matter_id = %s AND ended IS NULL"
    run(sql, (today(), revoked, matter_id))


def keep_notice(row: MatterRow, values: Mapping[str, Any], number: int) -> None:
    """Keep a notice; Conflict when somebody has just sent one."""
    again = bool(values.get("again"))
    done = run(
        """INSERT INTO agency_notice (matter_id, number, at, materials, again, fault, unit)
           VALUES (%s, %s, %s, %s::jsonb, %s, %s, %s) ON CONFLICT DO NOTHING RETURNING id""",
        (
            row.id, number, now(), json.dumps(values["materials"]), again,
            values.get("fault", "") if again else "", values.get("fault_unit", 0) if again else 0,
        ),
    )  # fmt: skip
    if not done:
        raise Conflict(_("Somebody has just sent the notice. Reload the page."), where="notice")


def register_owed(row: MatterRow, values: Mapping[str, Any]) -> None:
    """Open the matter of what is owed, held by the case's agent, and mark the materials."""
    numbers = values["owed"]
    names = "、".join(one.name for one in selectors.materials(row.id) if one.number in numbers)
    data = {
        "title": _("Owed: %(names)s") % {"names": names[:150]},
        "unit": row.holder_unit,
        "due": values["due"],
        "consequence": values["consequence"],
        "materials": numbers,
    }
    if row.holder_post:
        data["post"] = row.holder_post
    opened = _child(row, selectors.OWED, data)
    set_state(row.id, numbers, State.OWED, opened.matter)


def settle_owed(owed: int, state: str) -> None:
    """Write what became of the materials a matter was about."""
    run("UPDATE agency_material SET state = %s WHERE owed = %s AND owed > 0", (str(state), owed))


def open_breach(row: MatterRow) -> None:
    """Open the matter for supervision that follows when what is owed does not come."""
    said = open_values(row.id, ["consequence"])
    text = next((value.text for value in said.values()), "")
    data = {"title": _("Not handed in by its day: %(title)s") % {"title": row.title[:150]}}
    if text:
        data["consequence"] = text
    _child(row, "agency.breach", data)


def ask_opinions(row: MatterRow, authorities: Sequence[int]) -> None:
    """Ask each authority for its opinion."""
    title = _("Joint pre-review: %(title)s") % {"title": row.title[:150]}
    for unit in authorities:
        _child(row, selectors.OPINION, {"title": title, "unit": unit})


def overdue(row: MatterRow) -> bool:
    """Whether a matter's time is over."""
    return row.due is not None and row.clock == "running" and row.due < now()


def close_silent(matter_id: int) -> None:
    """Close the questions that nobody answered in time."""
    reason = {"reason": _("No opinion within the time given; the pre-review was summed up without it.")}
    for one in selectors.children(matter_id, selectors.OPINION, open_only=True):
        flow.move(SYSTEM, one.id, "close", reason)


def lapse_owed(limit: int = 500) -> int:
    """Lapse what is owed and overdue, each opening its matter for supervision; return how many."""
    found = selectors.overdue_owed(limit)
    for key in found:
        reason = _("It was not handed in by its day.")
        flow.move(SYSTEM, key, "lapse", {"reason": reason}, key=f"agency.lapse:{key}")
    return len(found)


def _child(row: MatterRow, kind: str, data: Mapping[str, Any]) -> Receipt:
    return flow.open(
        SYSTEM, kind, data, scope=_place(row), subject=row.subject, party=row.party, parent=row.id
    )


# Papers -----------------------------------------------------------------------------------------------------


def draft(actor: Actor, row: MatterRow, kind: str, values: Mapping[str, Any]) -> int:
    """Draft a paper of a case, or bring the draft there is up to date; return its id."""
    author = actor if _signs(actor) else SYSTEM
    data = papers.content(row, values, author.title if author is actor else "")
    found = [one for one in kept_papers.of(row.id) if one.kind == kind and one.state in {"draft", "reviewed"}]
    if found:
        documents.revise(author, found[-1].id, data, title=found[-1].title)
        return found[-1].id
    return documents.draft(
        author, kind, data, scope=_place(row), about=row.id, title=f"{papers.heading(kind)}（{row.code}）",
        unit=row.holder_unit or actor.unit or row.lead_unit, party=row.party,
    )  # fmt: skip


def issue(actor: Actor, row: MatterRow, kind: str, values: Mapping[str, Any]) -> None:
    """Draft a paper and sign it, when whoever acts is an agent in person; else it waits for an agent to sign."""
    paper = draft(actor, row, kind, values)
    if _signs(actor):
        documents.sign(actor, paper)


def _signs(actor: Actor) -> bool:
    return actor.kind is Kind.POST and actor.role in papers.SIGNERS


def _place(row: MatterRow) -> Scope:
    return Scope(**{name: getattr(row, name) for name in Scope.__dataclass_fields__})
