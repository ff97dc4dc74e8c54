"""An import of reports under way: taken in, previewed, its questions answered, applied, undone. Each happens once."""

import io
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from bihuan.kernel.errors import BadInput, Conflict
from bihuan.kernel.files import actions as files
from bihuan.kernel.files.selectors import open_file
from bihuan.kernel.identity import rights
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.now import today
from bihuan.kernel.store.sql import atomic
from bihuan.lines.projects.reports import intake
from bihuan.lines.projects.reports.intake import Planned
from bihuan.lines.projects.reports.periods import Period
from bihuan.lines.projects.reports.selectors import RIGHT
from bihuan.lines.projects.transfers import keeping
from bihuan.lines.projects.transfers.models import DONE, READY, UNDONE, Work
from bihuan.lines.projects.transfers.preview import digest, summary

KIND = "reports"
#: What somebody asked to be imported, as kept.
Asked = Work


def take_in(
    actor: Actor, stream: files.Stream, name: str, *, period: Period | None = None, key: str = ""
) -> Work:
    """Store a workbook of reports and preview it. BadInput says why it isn't taken; then nothing is kept.

    Without a period the title of the table says it. The same ``key`` takes in once.
    """
    rights.need(actor, RIGHT)
    with atomic():
        if before := keeping.asked_before(actor, KIND, key):
            return before
        stored = files.upload(actor, stream, name)
        if not stored.ok:
            raise BadInput(stored.message, where="file")
        asked = {"today": today().isoformat(), "period": period.code if period else "", "answers": []}
        work = keeping.begin(actor, KIND, stored.name, asked, file=stored.id, key=key)
        return _preview(actor, work)


def one(actor: Actor, work_id: int) -> Work:
    """Return an import of the actor's own office; NotFound for any other."""
    return keeping.of_place(actor, KIND, work_id)


def listed(actor: Actor, *, limit: int = 30) -> list[Work]:
    """Return the imports of the actor's own office, newest first."""
    return keeping.listed(actor, KIND, limit=limit)


def stage(work: Work) -> str:
    """Return where an import is: ``ready``, ``done`` or ``undone``."""
    return {READY: "ready", DONE: "done", UNDONE: "undone"}.get(work.state, work.state)


def _plan(actor: Actor, work: Work) -> Planned:
    """Plan anew from the very bytes that were taken in, as of the day of the first preview."""
    answers = {(sheet, row): meant for sheet, row, meant in work.asked["answers"]}
    return intake.plan_import(
        actor,
        io.BytesIO(open_file(work.file, actor)),
        date.fromisoformat(work.asked["today"]),
        period=Period.decode(work.asked["period"]) if work.asked["period"] else None,
        name=work.name,
        answers=answers,
    )


def _preview(actor: Actor, work: Work) -> Work:
    made = _plan(actor, work)
    result = {**summary(made.plan), "period": made.period.code}
    return keeping.change(
        work, asked=work.asked, state=READY, result=result, whole=len(made.plan.rows), error=""
    )


def _locked(actor: Actor, work_id: int) -> Work:
    one(actor, work_id)
    return keeping.locked(work_id)


def answer(actor: Actor, work_id: int, answers: Mapping[tuple[str, int], int | None]) -> Work:
    """Say which project each row asked about means (None: none of them) and preview again."""
    rights.need(actor, RIGHT)
    with atomic():
        work = _locked(actor, work_id)
        if work.state != READY:
            raise Conflict(_("This import has been applied already."), where="import")
        asked = work.result["questions"]
        offered = {(q["sheet"], q["row"]): {key for key, _name in q["candidates"]} for q in asked}
        for place, meant in answers.items():
            if place not in offered or (meant is not None and meant not in offered[place]):
                raise BadInput(_("Please choose one from the list."), where=f"{place[0]}!{place[1]}")
        held = {(sheet, row): meant for sheet, row, meant in work.asked["answers"]} | dict(answers)
        work.asked["answers"] = [[sheet, row, meant] for (sheet, row), meant in held.items()]
        return _preview(actor, work)


def apply(actor: Actor, work_id: int) -> Work:
    """Write what was previewed; pressed twice it happens once.

    Conflict when the register has changed so that another preview comes out; it is shown then.
    """
    rights.need(actor, RIGHT)
    try:
        with atomic():
            work = _locked(actor, work_id)
            if work.state == DONE:
                return work
            if work.state != READY:
                raise Conflict(_("This import can't be applied any more."), where="import")
            made = _plan(actor, work)
            if digest(made.plan) != work.result["digest"]:
                raise Conflict(
                    _("The register has changed since the preview. Look at the new preview, then apply it.")
                )
            batch = intake.apply_import(actor, made.plan)
            return keeping.change(work, state=DONE, batch=batch, error="")
    except Conflict:
        _look_again(actor, work_id)
        raise


def _look_again(actor: Actor, work_id: int) -> None:
    with atomic():
        work = _locked(actor, work_id)
        if work.state == READY:
            _preview(actor, work)


def undo(actor: Actor, work_id: int) -> Work:
    """Put back what the import wrote; what others changed since stays and is listed. Pressed twice it happens once."""
    rights.need(actor, RIGHT)
    with atomic():
        work = _locked(actor, work_id)
        if work.state == UNDONE:
            return work
        if work.state != DONE or work.batch is None:
            raise Conflict(_("This import can't be undone."), where="import")
        done = intake.undo_import(actor, work.batch)
        undone: dict[str, Any] = {"cells": done.cells, "withdrawn": done.withdrawn}
        undone["kept"] = [list(asdict(kept).values()) for kept in done.kept]
        return keeping.change(work, state=UNDONE, result={**work.result, "undone": undone})
