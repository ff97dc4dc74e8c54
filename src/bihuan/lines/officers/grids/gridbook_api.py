"""A park's grids in from Excel over the API: tried out first, taken in, put back."""

from io import BytesIO
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import File, Form, Router, Schema
from ninja.files import UploadedFile

from bihuan.kernel.files.actions import upload
from bihuan.kernel.files.selectors import open_file
from bihuan.lines.officers.grids import gridbooks
from bihuan.ui.api import operation
from bihuan.ui.page import actor_of

router = Router(tags=["officers"])


class OddCell(Schema):
    """An odd cell: row from 1, column a letter; severity error (not taken), warning or info."""

    sheet: str
    row: int
    column: str
    value: str
    message: str
    severity: str


class GridbookOut(Schema):
    """What a workbook of grids would do; ``sha256`` is sent again with the workbook to take it in."""

    sha256: str
    rows: int
    created: int
    updated: int
    unchanged: int
    problems: list[OddCell]


class GridbookTaken(Schema):
    """What a workbook of grids did; ``batch`` puts it back."""

    batch: int
    counts: dict[str, int]
    problems: list[OddCell]


class GridbookUndone(Schema):
    """Cells put back and grids withdrawn; what others changed since stays."""

    cells: int
    withdrawn: int
    kept: int


def _kept(request: HttpRequest, workbook: UploadedFile) -> tuple[BytesIO, str]:
    """Take the file in as the pages do: checked, and held back if it bears a mark of secrecy."""
    actor = actor_of(request)
    kept = upload(actor, workbook.file, workbook.name or "", waits=True)  # type: ignore[arg-type]
    return BytesIO(open_file(kept.id, actor)), kept.name


@router.post("/gridbooks/preview", response=GridbookOut, operation_id="officers_gridbook_preview")
@operation(permit="officers.keep")
def preview(request: HttpRequest, workbook: File[UploadedFile]) -> Any:
    """Look at a workbook of grids row by row; nothing is written."""
    made = gridbooks.preview(actor_of(request), *_kept(request, workbook))
    return {**made.json(), "sha256": made.sha256}


@router.post("/gridbooks", response=GridbookTaken, operation_id="officers_gridbook_take_in")
@operation(permit="officers.keep")
def take_in(
    request: HttpRequest, workbook: File[UploadedFile], sha256: Annotated[str, Form(max_length=64)]
) -> Any:
    """Take in the workbook that was looked at; sent again it changes nothing."""
    file, name = _kept(request, workbook)
    taken = gridbooks.take_in(actor_of(request), file, name, seen=sha256 or "0")
    return {"batch": taken.batch, "counts": taken.counts, "problems": taken.findings}


@router.post("/gridbooks/{int:batch}/undo", response=GridbookUndone, operation_id="officers_gridbook_undo")
@operation(permit="officers.keep")
def undo(request: HttpRequest, batch: int) -> Any:
    """Put back what a workbook of grids wrote and nobody has changed since."""
    done = gridbooks.take_back(actor_of(request), batch)
    return {"cells": done.cells, "withdrawn": done.withdrawn, "kept": len(done.kept)}
