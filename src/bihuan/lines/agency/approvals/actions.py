"""Take workbooks in: preview, apply, undo. The platform's days fill the nodes of the projects' timetables."""

import hashlib
import io
import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import IntegrityError
from django.utils.translation import gettext as _

from bihuan.kernel.errors import BadInput, BihuanError, Conflict, NotFound
from bihuan.kernel.files import actions as files
from bihuan.kernel.files.selectors import open_file
from bihuan.kernel.flow import actions as flow
from bihuan.kernel.flow.selectors import by_ids
from bihuan.kernel.identity import rights
from bihuan.kernel.identity.actors import Actor, Scope
from bihuan.kernel.identity.selectors.posts import actor_of
from bihuan.kernel.intake import actions as intake
from bihuan.kernel.intake import plan as planned
from bihuan.kernel.intake.plan import Plan
from bihuan.kernel.jobs import defer
from bihuan.kernel.now import now, today
from bihuan.kernel.registers import importing
from bihuan.kernel.registers import selectors as registers
from bihuan.kernel.registers.undo import undo as undo_batch
from bihuan.kernel.store.sql import atomic
from bihuan.lines.agency.actions import CATALOGUE, IMPORT
from bihuan.lines.agency.approvals import intake as tables
from bihuan.lines.agency.approvals.models import Import
from bihuan.lines.agency.approvals.register import APPROVALS

#: So many rows are written while one waits; more in the background.
FEW = 300
SHOWN = 200


def _need(actor: Actor, kind: str) -> None:
    rights.need(actor, IMPORT if kind == "approvals" else CATALOGUE)


def take_in(
    actor: Actor, kind: str, stream: files.Stream, name: str, *, key: str = "", day: date | None = None
) -> Import:
    """Store a workbook and preview it; the same ``key`` takes it in once. BadInput says why it isn't taken."""
    _need(actor, kind)
    tables.kind_of(kind)
    with atomic():
        if key and (before := Import.objects.filter(user=actor.user, post=actor.post, key=key).first()):
            return before
        stored = files.upload(actor, stream, name)
        if not stored.ok:
            raise BadInput(stored.message, where="file")
        made = tables.plan(actor, kind, io.BytesIO(open_file(stored.id, actor)), stored.name, day or today())
        try:
            return Import.objects.create(
                kind=kind, batch=intake.keep(actor, made).pk, file=stored.id, name=stored.name[-255:],
                digest=digest(made), result=summary(made), user=actor.user, post=actor.post,
                division=actor.division, day=day or today(), created_at=now(), key=key,
            )  # fmt: skip
        except IntegrityError as error:
            raise Conflict(_("This workbook has just been taken in."), where="key") from error


Answers = Mapping[tuple[str, int], int | None]


def answer(actor: Actor, work_id: int, answers: Answers) -> Import:
    """Say which row of the register each row asked about means (None: a new one), and preview again."""
    with atomic():
        work = _mine(actor, work_id)
        if work.state != "ready":
            raise Conflict(_("This import can't be applied any more."), where="import")
        offered = {
            (q["sheet"], q["row"]): {key for key, _name in q["candidates"]} for q in work.result["questions"]
        }
        for place, meant in answers.items():
            if place not in offered or (meant is not None and meant not in offered[place]):
                raise BadInput(_("Please choose one from the list."), where=f"{place[0]}!{place[1]}")
        held = _answers(work) | dict(answers)
        made = _plan(actor, work, held)
        kept = [[sheet, row, meant] for (sheet, row), meant in held.items()]
        return _change(
            work,
            digest=digest(made),
            batch=intake.keep(actor, made).pk,
            result={**summary(made), "answers": kept},
        )


def _answers(work: Import) -> dict[tuple[str, int], int | None]:
    return {(sheet, row): meant for sheet, row, meant in work.result.get("answers", ())}


def _plan(actor: Actor, work: Import, answers: Answers) -> Plan:
    source = io.BytesIO(open_file(work.file, actor))
    return tables.plan(actor, work.kind, source, work.name, work.day, answers)


def digest(made: Plan) -> str:
    """Return what stands for all a plan would do."""
    rows = [
        [row.sheet, row.number, row.action, row.row_id, [[d.field, d.old, d.new] for d in row.differences]]
        for row in made.rows
    ]
    return hashlib.sha256(json.dumps(rows, ensure_ascii=False).encode()).hexdigest()


def summary(made: Plan) -> dict[str, Any]:
    """Return a plan as its page shows it."""
    changing = [row for row in made.rows if row.action in (planned.CREATE, planned.UPDATE)]
    return {
        "rows": len(made.rows),
        "counts": made.counts(),
        "questions": [
            {
                "sheet": row.sheet,
                "row": row.number,
                "title": row.title,
                "candidates": [list(c) for c in row.candidates],
            }
            for row in made.rows
            if row.action == planned.ASK
        ],
        "findings": [
            [f.sheet, f.row, f.column, f.value, f.severity, f.code, {k: str(v) for k, v in f.params.items()}]
            for f in sorted(made.findings, key=lambda f: (f.sheet, f.row, f.column))[:2000]
        ],
        "changes": [
            [row.title, row.action, row.number, [[d.field, d.old, d.new] for d in row.differences]]
            for row in changing[:SHOWN]
        ],
    }


def _mine(actor: Actor, work_id: int) -> Import:
    found = Import.objects.select_for_update().filter(id=work_id).first()
    if found is None or found.division != actor.division:
        raise NotFound(_("There is no such import."), where=str(work_id))
    _need(actor, found.kind)
    return found


def apply(actor: Actor, work_id: int) -> Import:
    """Write what was previewed; pressed twice it happens once. Conflict when another preview would come out now."""
    with atomic():
        work = _mine(actor, work_id)
        if work.state in ("applying", "done"):
            return work
        if work.state != "ready":
            raise Conflict(_("This import can't be applied any more."), where="import")
        if work.result["rows"] > FEW:
            defer("agency.apply_import", work=work.id, user=actor.user, post=actor.post)
            return _change(work, state="applying")
        return _write(actor, work)


def apply_waiting(work_id: int, user: int, post: int) -> None:
    """Write a large workbook in the background; one that can't be written has failed and says why."""
    with atomic():
        work = Import.objects.select_for_update().get(id=work_id)
        if work.state != "applying":
            return
        try:
            with atomic():
                _write(actor_of(user, post), work)
        except BihuanError as error:
            _change(work, state="failed", result={**work.result, "error": error.message})


def _change(work: Import, **columns: Any) -> Import:
    for name, value in columns.items():
        setattr(work, name, value)
    work.save(update_fields=list(columns))
    return work


def _write(actor: Actor, work: Import) -> Import:
    made = _plan(actor, work, _answers(work))
    if digest(made) != work.digest:
        raise Conflict(
            _("The register has changed since the preview. Take the workbook in again."), where="import"
        )
    importing.apply(actor, tables.kind_of(work.kind).register, made, batch_id=work.batch)
    result = dict(work.result)
    matters: list[int] = []
    if work.kind == "approvals":
        ids = [row.row_id for row in made.rows if row.action in (planned.CREATE, planned.UPDATE)]
        matters, result["refused"] = fill(actor, ids, work.name)
        result["filled"] = len(matters)
    return _change(work, state="done", matters=matters, result=result)


def fill(actor: Actor, ids: list[int], name: str) -> tuple[list[int], list[str]]:
    """Enter the days of approvals at the nodes of the projects' timetables; return (matters, why others were not)."""
    rows = registers.live(APPROVALS, ids)
    projects = tables.projects_of(actor, [row.codes["project_code"] or "" for row in rows])
    catalogue = tables.nodes()
    matters: list[int] = []
    refused: list[str] = []
    for row in rows:
        item, project = catalogue.item(row.codes), projects.get(row.codes["project_code"] or "")
        days = {"start": row.codes["accepted"], "finish": row.codes["decided"]}
        days = {key: day for key, day in days.items() if day and len(day) == len("2026-03-02")}
        if not (item and item["node"] and project and days):
            continue
        try:
            data = {"node": item["node"], "title": f"{item['name']} · {row.codes['number']}"[:200], **days}
            data["source"] = _("Approval platform's export “%(name)s”, %(number)s") % {
                "name": name, "number": row.codes["number"],
            }  # fmt: skip
            matters.append(_enter(actor, project, data, f"agency.approval:{row.id}:{row.ver}"))
        except BihuanError as error:
            refused.append(f"{row.codes['number']}: {error.message}")
    return matters, refused[:SHOWN]


def _enter(actor: Actor, project: Mapping[str, Any], data: Mapping[str, Any], key: str) -> int:
    scope = Scope(**{name: project[name] for name in Scope.__dataclass_fields__})
    with atomic():
        return flow.open(
            actor,
            "projects.node_date",
            data,
            scope=scope,
            subject=project["id"],
            party=project["party"],
            key=key,
        ).matter


def undo(actor: Actor, work_id: int) -> Import:
    """Put back what an import wrote, the days of nodes too; what others changed since stays and is counted."""
    with atomic():
        work = _mine(actor, work_id)
        if work.state == "undone":
            return work
        if work.state != "done":
            raise Conflict(_("This import can't be undone."), where="import")
        back = undo_batch(actor, work.batch)
        for matter in reversed(work.matters):
            _take_back(actor, matter)
        told = {"cells": back.cells, "withdrawn": back.withdrawn, "kept": len(back.kept)}
        return _change(work, state="undone", result={**work.result, "undone": told})


def _take_back(actor: Actor, matter_id: int) -> None:
    row = by_ids([matter_id])[matter_id]
    scope = Scope(**{name: getattr(row, name) for name in Scope.__dataclass_fields__})
    data = {"title": row.title, "node": row.value("node_key"), "undoes": matter_id}
    flow.open(
        actor, row.kind, data, scope=scope, subject=row.subject, party=row.party, key=f"undo:{matter_id}"
    )


__all__ = ["answer", "apply", "apply_waiting", "fill", "take_in", "undo"]
