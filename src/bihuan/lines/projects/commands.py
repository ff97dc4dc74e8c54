"""``bihuan import projects`` and ``bihuan export projects``."""

from argparse import Namespace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_

from bihuan.kernel.commands import Answer, Command, argument
from bihuan.kernel.errors import BadInput

if TYPE_CHECKING:
    from bihuan.kernel.identity.actors import Actor
    from bihuan.kernel.intake.plan import Plan


def import_projects(arguments: Namespace) -> Answer:
    """Take in a workbook of key projects; with ``--dry-run`` only say what would happen.

    Exit 1 when a row was not taken: an error, or a question only a person can answer.
    """
    from bihuan.kernel.now import today
    from bihuan.lines.projects.intake import plan_import
    from bihuan.lines.projects.transfers import imports

    actor = _placed(arguments.actor, arguments.division)
    path, day = Path(arguments.file), _day(arguments.today) or today()
    made = (
        plan_import(actor, path, day, name=path.name)
        if arguments.dry_run
        else imports.bring_in(actor, path, day)
    )
    return Answer(made.json(), _told(made, dry=arguments.dry_run), exit=int(_findings(made)))


def _placed(actor: "Actor", division: str | None) -> "Actor":
    """Return the system working for a division: rows whose place isn't known are filed there."""
    from dataclasses import replace

    from bihuan.kernel.identity.selectors.divisions import division_by_code, match_division

    if not division:
        return actor
    found = division_by_code(division) if division.isdecimal() else None
    match = match_division(division) if found is None else None
    if match and match.division:
        found = match.candidates[0]
    if found is None:
        raise BadInput(
            _("No division, or more than one, is called “%(text)s”.") % {"text": division}, where="division"
        )
    return replace(actor, level=found.level, division=found.id)


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise BadInput(_("Please enter a day as 2026-10-31."), where="--today") from error


def _findings(made: "Plan") -> bool:
    from bihuan.kernel.intake.plan import ASK, ERROR

    return any(f.severity == "error" for f in made.findings) or bool(made.count(ASK) + made.count(ERROR))


def _told(made: "Plan", *, dry: bool) -> str:
    from bihuan.kernel.intake.plan import ASK

    counts = made.json() | {"asked": made.count(ASK)}
    first = _("Dry run: nothing was written.") if dry else _("Imported.")
    text = _(
        "%(rows)d rows: %(created)d new, %(updated)d changed, %(unchanged)d as they were, %(asked)d to be asked."
    )
    lines = [first, text % counts]
    lines += [
        f"{p['sheet']}!{p['column']}{p['row']} [{p['severity']}] {p['message']}"
        for p in made.problems
        if p["severity"] != "info"
    ]
    return "\n".join(lines)


def export_projects(arguments: Namespace) -> Answer:
    """Write all projects: ``.xlsx`` in the office's form, ``.csv`` as a plain table."""
    from bihuan.lines.projects import selectors
    from bihuan.lines.projects.selectors import What
    from bihuan.lines.projects.transfers import exports

    path = Path(arguments.file)
    kind = path.suffix.lower().removeprefix(".")
    if kind not in exports.FORMATS:
        raise BadInput(_("The file must end in .xlsx or .csv."), where=str(path))
    rows = exports.rows_of(selectors.ids(arguments.actor, What()))
    try:
        with path.open("wb") as file:
            exports.write(file, kind, rows)
    except OSError as error:
        message = _("The file can't be written: %(why)s") % {"why": error.strerror or error}
        raise BadInput(message, where=str(path)) from error
    document: dict[str, Any] = {"file": str(path), "rows": len(rows)}
    return Answer(document, _("%(rows)d projects written to %(file)s.") % document)


IMPORT = Command(
    "import projects",
    N_("take in a workbook of key projects"),
    import_projects,
    (
        argument("file", metavar="FILE", help=N_(".xlsx, .xls, .et or .csv as the office keeps it")),
        argument("--dry-run", action="store_true", help=N_("only say what would happen")),
        argument("--today", metavar="DATE", help=N_("the day it is read as of (default: today)")),
        argument("--division", metavar="NAME", help=N_("where rows whose place isn't known are filed")),
    ),
)
EXPORT = Command(
    "export projects",
    N_("write the key projects"),
    export_projects,
    (argument("file", metavar="FILE", help=N_(".xlsx: the office's form; .csv: a plain table")),),
)
