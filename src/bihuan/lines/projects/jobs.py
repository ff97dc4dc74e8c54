"""Work that goes on after the page has answered. Each may run twice and does its work once."""

from bihuan.kernel.jobs import task
from bihuan.lines.projects.transfers import exports, imports


@task("projects.preview")
def preview(work: int) -> None:
    """Read a large workbook and say what importing it would do."""
    imports.preview(work)


@task("projects.apply_import", lock="projects.apply_import")
def apply_import(work: int) -> None:
    """Write what was previewed, or put it back."""
    imports.apply_waiting(work)


@task("projects.export")
def export(work: int) -> None:
    """Write the file somebody asked for."""
    exports.run_waiting(work)
