"""What people do with projects: one function a verb. Forms, API, workbooks and commands all end here."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from bihuan.kernel.errors import FieldErrors, Refused
from bihuan.kernel.flow import actions as flow
from bihuan.kernel.flow.bulk import New, move_many, open_many
from bihuan.kernel.flow.rows import Receipt
from bihuan.kernel.identity import rights
from bihuan.kernel.identity.actors import Actor, Kind, Scope
from bihuan.kernel.identity.selectors.divisions import scope_of
from bihuan.kernel.intake.columns import Column
from bihuan.kernel.intake.plan import CREATE, UPDATE, Plan, PlanRow
from bihuan.kernel.intake.wording import word
from bihuan.kernel.now import today
from bihuan.kernel.permits.rules import branches
from bihuan.kernel.registers import actions as registers
from bihuan.kernel.registers.actions import Change, Item, amend_many
from bihuan.kernel.registers.undo import Undone
from bihuan.kernel.search.actions import index_matters
from bihuan.kernel.store.sql import atomic, run
from bihuan.lines.projects import selectors
from bihuan.lines.projects.intake import apply_import, place_of, undo_import
from bihuan.lines.projects.registers import PROJECTS
from bihuan.lines.projects.selectors import ProjectRow
from bihuan.lines.projects.timetables.drafting import Attended, attend
from bihuan.lines.projects.transfers import selectors as batches
from bihuan.logic.cells import CLEAR, Problem
from bihuan.logic.days import Day
from bihuan.logic.text import key as fold

AMEND = "projects.amend"
IMPORT = "projects.import"


def register_problem(actor: Actor, project_id: int, data: Mapping[str, Any], key: str = "") -> Receipt:
    """Open a problem (问题) of a project; it waits for the coordination centre of the project's place."""
    return _open(actor, "projects.problem", selectors.project(actor, project_id), data, key)


def register_promise(actor: Actor, project_id: int, data: Mapping[str, Any], key: str = "") -> Receipt:
    """Open a promise (承诺事项) of a project; it waits for the unit that has to keep it."""
    return _open(actor, "projects.promise", selectors.project(actor, project_id), data, key)


def answer_on_the_spot(
    actor: Actor, project_id: int, need: Mapping[str, Any], answer: Mapping[str, Any], key: str = ""
) -> Receipt:
    """Register a need and what was answered at once (即办件): closed without a verifier, sampled later.

    Both or neither; the same ``key`` with the same content happens once.
    """
    project = selectors.project(actor, project_id)
    with atomic():
        if key:  # two presses of one button: the second waits here and then finds what the first did
            said = f"projects.spot:{actor.kind}:{actor.user}:{actor.party}:{key}"
            run("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (said,))
        opened = _open(actor, "projects.problem", project, need, key and f"{key}:need")
        return flow.move(actor, opened.matter, "quick", answer, key=key and f"{key}:answer")


def _open(actor: Actor, kind: str, project: ProjectRow, data: Mapping[str, Any], key: str) -> Receipt:
    return flow.open(
        actor, kind, data, scope=project.scope, subject=project.id, party=project["party"], key=key
    )


# The register ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Amended:
    """A project after an amend; ``place`` is what the register says of the written place, "" when it is known."""

    id: int
    place: str = ""


def amend_project(
    actor: Actor,
    project_id: int | None,
    values: Mapping[str, Any],
    *,
    cause: str = "",
    ver: int | None = None,
    key: str = "",
    columns: Mapping[str, int] | None = None,
) -> Amended:
    """Change a project, or enter one (``project_id`` None), from values as people write them.

    ``columns`` may set ``lead_unit`` and ``party``. ``ver`` is the version that was shown: another
    change since is a Conflict. Then the project is looked after: a timetable is drafted, a date asked.
    """
    project = selectors.project(actor, project_id) if project_id else None
    rights.need(actor, AMEND)
    if project and not may_amend(actor, project):
        raise Refused(_("This lies outside the divisions your post is responsible for."), where=AMEND)
    changes = read_values(values, project)
    if not changes and not columns and project:
        return Amended(project.id)
    written = changes.get("park_text")
    place = place_of(actor, written.new) if written and written.new else None
    scope = place.scope if place and place.scope and _reaches(actor, place.scope) else None
    if project is None:
        scope = scope or scope_of(actor.division)
        columns = {**_linked(changes), **(columns or {})}
    with atomic():
        row_id = registers.amend(
            actor, PROJECTS, project_id, changes,
            cause=cause, key=key, ver=ver if project else None, scope=scope, columns=columns,
        )  # fmt: skip
        look_after(actor, [row_id])
    doubt = (
        word(place.problem, {"text": written.new, **place.params})
        if place and place.problem and written
        else ""
    )
    return Amended(row_id, doubt)


def may_amend(actor: Actor, project: ProjectRow) -> bool:
    """Whether the actor's post may change this project: it has the right, and the project lies in its place."""
    if not rights.has_right(actor, AMEND):
        return False
    everything = any(branch.column == "*" for branch in branches(actor))
    return everything or _reaches(actor, project.scope) or project["creator_user"] == actor.user


def _reaches(actor: Actor, scope: Scope) -> bool:
    if actor.kind is Kind.SYSTEM or any(branch.column == "*" for branch in branches(actor)):
        return True
    return bool(actor.division) and getattr(scope, actor.level, 0) == actor.division


def _linked(changes: Mapping[str, Change]) -> dict[str, int]:
    """Return the units a new project names, as far as exactly one is meant."""
    texts = {name: changes[name].new or "" if name in changes else "" for name in batches.NAMING}
    return next(iter(batches.linked([{"id": 0, "party": 0, "lead_unit": 0, **texts}]).values()), {})


def read_values(values: Mapping[str, Any], project: ProjectRow | None = None) -> dict[str, Change]:
    """Read values as an office writes them (2025年10月, 约60亿元) into changes; FieldErrors names each that isn't one.

    An empty value clears the field. What reads as the value that stands there already is no change.
    """
    errors: dict[str, str] = {}
    changes: dict[str, Change] = {}
    now_codes = PROJECTS.codes(project.values) if project else dict.fromkeys(PROJECTS.columns)
    for name, raw in values.items():
        column = PROJECTS.columns.get(name)
        if column is None:
            errors[name] = _("There is no such field here.")
            continue
        change = _read(column, raw)
        if isinstance(change, Problem):
            errors[name] = word(change.code, change.params)
        elif change.new is None and column.required:
            errors[name] = _("Please fill in “%(title)s”.") % {"title": _(column.title)}
        elif change.new != now_codes[name]:
            changes[name] = change
    required = [c for c in PROJECTS.fields if c.required and project is None and c.name not in values]
    errors |= {c.name: _("Please fill in “%(title)s”.") % {"title": _(c.title)} for c in required}
    if errors:
        raise FieldErrors(errors)
    return changes


def _read(column: Column, raw: Any) -> Change | Problem:
    text = "" if raw is None else str(raw).strip()
    if text in ("", CLEAR):
        return Change(None)
    if column.choices and text in {str(value) for value in column.choices.values()}:
        return Change(text)
    read = column.read(text)
    if isinstance(read, Problem):
        return read
    code = read.value
    if column.fact and code is not None and (day := Day.decode(code)).first > today():
        return Problem("future_fact", {"day": day.code})
    return column.fault(code) or Change(code, text if text != column.show(code) else "")


def look_after(actor: Actor, project_ids: list[int]) -> Attended:
    """Draft timetables and ask for dates as the projects now need it; the one door to the timetables' room."""
    return attend(actor, project_ids)


# Workbooks ---------------------------------------------------------------------------------------------

PROBLEM = "projects.problem"
_ASIDE = re.compile(r"[（(][^（）()]*(解决|办结|销号|收回|化解|减轻)[^（）()]*[）)]")
_TITLE = 200


@dataclass(slots=True)
class Imported:
    """What an import did: the register's batch, the projects touched, the problems that came of it.

    ``standing`` are open problems the workbook calls solved: they stay open until somebody verifies it.
    """

    batch: int
    projects: list[int] = field(default_factory=list)
    opened: list[int] = field(default_factory=list)
    closed: list[int] = field(default_factory=list)
    standing: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    drafted: int = 0
    asked: int = 0


def import_workbook(actor: Actor, plan: Plan, batch_id: int | None = None) -> Imported:
    """Write what a plan says, open the problems it proposes, draft timetables and ask for dates: all or nothing.

    The same problem of the same project is never opened twice. One the workbook calls solved is
    opened and closed with a note that names the workbook, and counts as answered on the spot.
    """
    rights.need(actor, IMPORT)
    with atomic():
        done = Imported(apply_import(actor, plan, batch_id=batch_id))
        rows = {row.row_id: row for row in plan.rows if row.row_id}
        done.projects = sorted(rows)
        written = [key for key, row in rows.items() if row.action in (CREATE, UPDATE)]
        _link(actor, written, done.batch)
        _open_proposed(actor, plan, rows, done)
        attended = look_after(actor, written)
        done.drafted, done.asked = len(attended.drafted), len(attended.asked)
        index_matters(batches.unindexed_matters(done.projects))
    return done


def _link(actor: Actor, ids: Sequence[int], batch: int) -> None:
    """Name the units that a row's own texts name, where exactly one is meant and none is named yet."""
    found = batches.linked(batches.unlinked(ids))
    amend_many(actor, PROJECTS, [Item({}, key, columns=to) for key, to in found.items()], batch=batch)


def _open_proposed(actor: Actor, plan: Plan, rows: Mapping[int, PlanRow], done: Imported) -> None:
    proposals = [(key, one) for key, row in rows.items() for one in row.proposals if one.kind == "problem"]
    titles = batches.problem_titles(sorted({key for key, _one in proposals}))
    known = {(project, problem_key(title)): code for project, title, code in titles}
    frames = batches.frames([key for key, _one in proposals])
    fresh: list[tuple[New, bool]] = []
    for project, one in proposals:
        title = one.text if len(one.text) <= _TITLE else f"{one.text[: _TITLE - 1]}…"
        about = (project, problem_key(title))
        if about in known:
            if one.closed and known[about]:
                done.standing.append(known[about])
            continue
        known[about] = ""
        data = {"title": title, "category": "other", "source": "register"}
        data |= {"detail": one.text} if title != one.text else {}
        frame = frames[project]
        fresh.append((New(data, frame.scope, party=frame.party, subject=project), one.closed))
    _open_fresh(actor, plan.name, fresh, done)


def _open_fresh(actor: Actor, name: str, fresh: Sequence[tuple[New, bool]], done: Imported) -> None:
    solved: list[tuple[int, Mapping[str, Any]]] = []
    said = _("The workbook “%(name)s” states this as solved.") % {"name": name}
    for (new, closed), outcome in zip(fresh, open_many(actor, PROBLEM, [n for n, _c in fresh]), strict=True):
        if outcome.receipt is None:
            done.refused.append(f"{new.data['title']}: {outcome.error}")
        elif closed:
            solved.append((outcome.receipt.matter, {"closing": "solved", "reply": said}))
        else:
            done.opened.append(outcome.receipt.matter)
    for outcome in move_many(actor, "quick", solved) if solved else ():
        if outcome.receipt:
            done.closed.append(outcome.receipt.matter)
        else:
            done.refused.append(str(outcome.error))


def problem_key(text: str) -> str:
    """Return what makes two problems of a project the same: their words, without what is said of their solution."""
    return fold(_ASIDE.sub("", text)) or fold(text)


@dataclass(slots=True)
class Reversed:
    """What an undo did: ``kept`` cells that others changed since, ``left`` codes of matters that go on."""

    done: Undone
    closed: int = 0
    left: list[str] = field(default_factory=list)


def undo_workbook(actor: Actor, batch_id: int, opened: Iterable[int] = ()) -> Reversed:
    """Put back what an import wrote, and close what it opened and nobody has worked on (``opened``: problems).

    Cells changed since stay and are reported; so do matters that somebody has taken up.
    """
    rights.need(actor, IMPORT)
    with atomic():
        found = Reversed(undo_import(actor, batch_id))
        gone = batches.withdrawn_by(batch_id)
        reason = {"reason": _("The import it came from was undone.")}
        for kind, move in _CLOSING_MOVES.items():
            matters = batches.untouched(kind, opened if kind == PROBLEM else (), gone)
            outcomes = move_many(actor, move, [(key, reason) for key in matters]) if matters else []
            found.closed += sum(outcome.receipt is not None for outcome in outcomes)
        found.left = batches.open_codes(opened, gone)
        look_after(actor, batches.written_by(batch_id))
    return found


#: How a matter ends whose reason has gone.
_CLOSING_MOVES = {PROBLEM: "withdraw", "projects.date": "drop", "projects.timetable": "replace"}


__all__ = [
    "Amended", "Imported", "Reversed", "amend_project", "answer_on_the_spot", "import_workbook", "look_after",
    "may_amend", "problem_key", "read_values", "register_problem", "register_promise", "undo_workbook",
]  # fmt: skip
