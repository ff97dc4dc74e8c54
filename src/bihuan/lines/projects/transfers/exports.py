"""Exports: exactly the projects a list shows, as the office's workbook or as a plain table."""

import io
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import BinaryIO, TextIO

from django.utils.translation import gettext as _

from bihuan.kernel.errors import BadInput, BihuanError
from bihuan.kernel.files import actions as files
from bihuan.kernel.files.selectors import open_file
from bihuan.kernel.identity import rights
from bihuan.kernel.identity.actors import Actor
from bihuan.kernel.jobs import defer
from bihuan.kernel.now import local
from bihuan.kernel.registers.selectors import LiveRow, live
from bihuan.kernel.store.sql import atomic
from bihuan.lines.projects import papers, selectors
from bihuan.lines.projects.registers import PROJECTS
from bihuan.lines.projects.selectors import What
from bihuan.lines.projects.transfers import keeping
from bihuan.lines.projects.transfers.models import DONE, FAILED, WAITING, Work

#: So many rows are written while one waits; more in the background.
FEW = 500
FORMATS = ("xlsx", "csv")
_CHUNK = 500

Told = Callable[[int], None]


def rows_of(ids: Sequence[int], told: Told | None = None) -> list[LiveRow]:
    """Return projects in the order they were entered; ``told`` hears how many have been read."""
    found: list[LiveRow] = []
    for start in range(0, len(ids), _CHUNK):
        found += live(PROJECTS, sorted(ids)[start : start + _CHUNK])
        if told:
            told(len(found))
    return found


def write(file: BinaryIO, kind: str, rows: Sequence[LiveRow]) -> None:
    """Write projects as ``xlsx`` (the office's form) or ``csv`` (the plain table, UTF-8)."""
    if kind == "xlsx":
        papers.write_workbook(file, rows)
        return
    text: TextIO = io.TextIOWrapper(file, encoding="utf-8", newline="")
    papers.write_table(text, rows)
    text.flush()
    text.detach()  # type: ignore[attr-defined]


def name_of(kind: str) -> str:
    """Return the name of a file written now."""
    return f"重点项目台账_{local():%Y%m%d_%H%M}.{kind}"


def ask(actor: Actor, what: What, kind: str = "xlsx", *, key: str = "") -> Work:
    """Ask for a file of exactly what a list shows: written at once, in the background when it is much."""
    rights.need(actor, "projects.export")
    if kind not in FORMATS:
        raise BadInput(_("Please choose one from the list."), where="format")
    with atomic():
        if before := keeping.asked_before(actor, "export", key):
            return before
        ids = selectors.ids(actor, what)
        work = keeping.begin(actor, "export", name_of(kind), {"what": asdict(what), "format": kind}, key=key)
        work = keeping.change(work, whole=len(ids))
        if len(ids) > FEW:
            defer("projects.export", work=work.id)
            return work
        return _write(actor, work, ids)


def run_waiting(work_id: int) -> Work:
    """Write a waiting export (in the background), saying from time to time how far it is."""
    work = Work.objects.get(id=work_id)
    if work.state != WAITING:
        return work
    try:
        actor = keeping.acting(work)
        ids = selectors.ids(actor, What(**work.asked["what"]))
        keeping.change(work, whole=len(ids))

        def told(part: int) -> None:
            keeping.change(work, part=part)

        return _write(actor, work, ids, told)
    except BihuanError as error:
        return keeping.change(work, state=FAILED, error=error.message)


def _write(actor: Actor, work: Work, ids: Sequence[int], told: Told | None = None) -> Work:
    file = io.BytesIO()
    write(file, work.asked["format"], rows_of(ids, told))
    file.seek(0)
    with atomic():
        stored = files.upload(actor, file, work.name)
        if not stored.ok:
            raise BadInput(stored.message, where="file")
        return keeping.change(work, state=DONE, file=stored.id, part=len(ids), result={"rows": len(ids)})


def fetch(actor: Actor, work_id: int) -> tuple[str, bytes]:
    """Return name and bytes of a finished export; only whoever asked for it gets it."""
    work = keeping.mine(actor, "export", work_id)
    if work.state != DONE:
        raise BadInput(_("This export is not finished yet."), where="export")
    return work.name, open_file(work.file, actor)


__all__ = ["FORMATS", "ask", "fetch", "name_of", "rows_of", "run_waiting", "write"]
