"""An import under way: taken in, previewed, its questions answered, applied, undone. Each happens once."""

import hashlib
import io
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from bihuan.kernel.errors import BadInput, BihuanError, Conflict
from bihuan.kernel.files import actions as files
from bihuan.kernel.files.selectors import open_file
from bihuan.kernel.identity import rights
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.intake.plan import Plan
from bihuan.kernel.jobs import defer
from bihuan.kernel.now import today
from bihuan.kernel.store.sql import atomic
from bihuan.lines.projects import actions
from bihuan.lines.projects.intake import plan_import
from bihuan.lines.projects.transfers import keeping
from bihuan.lines.projects.transfers.models import APPLYING, DONE, FAILED, READY, UNDONE, WAITING, Work
from bihuan.lines.projects.transfers.preview import digest, summary

#: A workbook up to this size (bytes) is read while one waits; a larger one in the background.
SMALL = 200_000
#: So many rows are written while one waits.
FEW = 300


def take_in(actor: Actor, stream: files.Stream, name: str, *, day: date | None = None, key: str = "") -> Work:
    """Store a workbook and preview it, at once or, when it is large, in the background.

    BadInput says why a file isn't taken; then nothing is kept. The same ``key`` takes in once.
    """
    rights.need(actor, actions.IMPORT)
    with atomic():
        if before := keeping.asked_before(actor, "import", key):
            return before
        stored = files.upload(actor, stream, name)
        if not stored.ok:
            raise BadInput(stored.message, where="file")
        asked = {"today": (day or today()).isoformat(), "answers": []}
        work = keeping.begin(actor, "import", stored.name, asked, file=stored.id, key=key)
        if stored.size <= SMALL:
            return _preview(actor, work)
        defer("projects.preview", work=work.id)
        return work


def bring_in(actor: Actor, path: Path, day: date) -> Plan:
    """Take in, plan and write a workbook in one go (the command line), kept like any other import."""
    made = plan_import(actor, path, day, name=path.name)
    with atomic(), path.open("rb") as stream:
        stored = files.upload(actor, stream, path.name)
        if not stored.ok:
            raise BadInput(stored.message, where="file")
        asked = {"today": day.isoformat(), "answers": [], "sha256": made.sha256}
        work = keeping.begin(actor, "import", stored.name, asked, file=stored.id)
        work = keeping.change(work, result=summary(made), whole=len(made.rows))
        _written(actor, work, made)
    return made


def preview(work_id: int) -> Work:
    """Read a waiting workbook (in the background); one that can't be read has failed and says why."""
    with atomic():
        work = keeping.locked(work_id)
        if work.state != WAITING:
            return work
        try:
            with atomic():
                return _preview(keeping.acting(work), work)
        except BihuanError as error:
            return keeping.change(work, state=FAILED, error=error.message)


def answer(actor: Actor, work_id: int, answers: Mapping[tuple[str, int], int | None]) -> Work:
    """Say which project each row asked about means (None: a new one) and preview again.

    A row that is left out of ``answers`` is asked about again, and not taken.
    """
    rights.need(actor, actions.IMPORT)
    with atomic():
        work = _mine(actor, work_id)
        if work.state != READY:
            raise Conflict(_("This import has been applied already."), where="import")
        offered = {(q["sheet"], q["row"]): {key for key, _n in q["candidates"]} for q in _questions(work)}
        held = {(sheet, row): meant for sheet, row, meant in work.asked["answers"]}
        for place, meant in answers.items():
            if place not in offered and place not in held:
                raise BadInput(_("Nothing was asked about this row."), where=f"{place[0]}!{place[1]}")
            if meant is not None and meant not in offered.get(place, {meant}):
                raise BadInput(_("Please choose one from the list."), where=f"{place[0]}!{place[1]}")
        held |= answers
        work.asked["answers"] = [[sheet, row, meant] for (sheet, row), meant in held.items()]
        if work.whole > FEW:
            defer("projects.preview", work=work.id)
            return keeping.change(work, state=WAITING, asked=_by(actor, work))
        return _preview(actor, work)


def _questions(work: Work) -> Sequence[Mapping[str, Any]]:
    return work.result.get("questions", ())  # type: ignore[no-any-return]


def _mine(actor: Actor, work_id: int) -> Work:
    keeping.of_place(actor, "import", work_id)
    return keeping.locked(work_id)


def _preview(actor: Actor, work: Work) -> Work:
    made = plan_of(actor, work)
    return keeping.change(
        work, asked=work.asked, state=READY, result=summary(made), whole=len(made.rows), error=""
    )


def plan_of(actor: Actor, work: Work) -> Plan:
    """Plan anew from the very bytes that were taken in, as of the day of the first preview."""
    data = open_file(work.file, actor)
    answers = {(sheet, row): meant for sheet, row, meant in work.asked["answers"]}
    day = date.fromisoformat(work.asked["today"])
    made = plan_import(actor, io.BytesIO(data), day, name=work.name, answers=answers)
    if made.sha256 != hashlib.sha256(data).hexdigest() or made.sha256 != work.asked.setdefault(
        "sha256", made.sha256
    ):
        raise Conflict(_("This is another file than the one that was previewed."), where="file")
    return made


def apply(actor: Actor, work_id: int) -> Work:
    """Write what was previewed, at once or, when it is much, in the background. Pressed twice it happens once.

    Conflict when the register has changed so that another preview comes out; it is shown then.
    """
    rights.need(actor, actions.IMPORT)
    try:
        with atomic():
            work = _mine(actor, work_id)
            if work.state in (APPLYING, DONE):
                return work
            if work.state != READY:
                raise Conflict(_("This import can't be applied any more."), where="import")
            if work.whole > FEW:
                return _later(actor, work)
            return _carry_out(actor, work)
    except Conflict:
        _look_again(actor, work_id)
        raise


def _by(actor: Actor, work: Work) -> dict[str, Any]:
    """Return what is asked, now by this actor: whoever pressed the button acts in the background."""
    return {**work.asked, "by": [actor.user, actor.post]}


def _later(actor: Actor, work: Work) -> Work:
    defer("projects.apply_import", work=work.id)
    return keeping.change(work, state=APPLYING, asked=_by(actor, work))


def apply_waiting(work_id: int) -> Work:
    """Write what was previewed, or put back what was written (in the background); all of it or nothing."""
    with atomic():
        work = keeping.locked(work_id)
        if work.state != APPLYING:
            return work
        try:
            with atomic():
                actor = keeping.acting(work)
                return _carry_out(actor, work) if work.batch is None else _put_back(actor, work)
        except Conflict as error:
            if work.batch is not None:
                return keeping.change(work, state=DONE, error=error.message)
            again = _preview(keeping.acting(work), work)
            return keeping.change(again, error=error.message)
        except BihuanError as error:
            return keeping.change(work, state=FAILED if work.batch is None else DONE, error=error.message)


def _carry_out(actor: Actor, work: Work) -> Work:
    made = plan_of(actor, work)
    if digest(made) != work.result["digest"]:
        raise Conflict(
            _("The register has changed since the preview. Look at the new preview, then apply it.")
        )
    return _written(actor, work, made)


def _written(actor: Actor, work: Work, made: Plan) -> Work:
    done = actions.import_workbook(actor, made)
    result = {
        **work.result,
        "projects": len(done.projects),
        "opened": done.opened,
        "closed": done.closed,
        "standing": done.standing,
        "refused": done.refused,
        "drafted": done.drafted,
        "asked": done.asked,
    }
    return keeping.change(work, state=DONE, batch=done.batch, result=result, error="")


def _look_again(actor: Actor, work_id: int) -> None:
    """Renew a preview that no longer holds, so that the page shows what would happen now."""
    with atomic():
        work = _mine(actor, work_id)
        if work.state == READY:
            _preview(actor, work)


def undo(actor: Actor, work_id: int) -> Work:
    """Put back what the import wrote; pressed twice it happens once. What others changed since stays and is listed."""
    rights.need(actor, actions.IMPORT)
    with atomic():
        work = _mine(actor, work_id)
        if work.state == UNDONE or (work.state == APPLYING and work.batch is not None):
            return work
        if work.state != DONE or work.batch is None:
            raise Conflict(_("This import can't be undone."), where="import")
        return _later(actor, work) if work.whole > FEW else _put_back(actor, work)


def _put_back(actor: Actor, work: Work) -> Work:
    found = actions.undo_workbook(actor, work.batch or 0, work.result.get("opened", ()))
    undone = {
        "cells": found.done.cells,
        "withdrawn": found.done.withdrawn,
        "closed": found.closed,
        "left": found.left,
        "kept": [[k.row_id, k.field, k.written_by_batch, k.now] for k in found.done.kept],
    }
    return keeping.change(work, state=UNDONE, result={**work.result, "undone": undone}, error="")


__all__ = ["answer", "apply", "apply_waiting", "bring_in", "plan_of", "preview", "take_in", "undo"]
