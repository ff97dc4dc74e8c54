"""``bihuan import hotline``: orders of years gone by, read by a saved mapping of columns."""

from argparse import Namespace
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_

from bihuan.kernel.commands import Answer, Command, argument
from bihuan.kernel.errors import BadInput


def import_hotline(arguments: Namespace) -> Answer:
    """Bring in a file; with ``--dry-run`` only say what would happen. Exit 1 when a row could not be kept."""
    from bihuan.kernel.identity.selectors.divisions import match_division
    from bihuan.lines.hotline.imports.actions import bring_in

    county = 0
    if arguments.division:
        match = match_division(arguments.division)
        if not match.division:
            text = _("No division, or more than one, is called “%(text)s”.") % {"text": arguments.division}
            raise BadInput(text, where="division")
        county = match.candidates[0].id
    made = bring_in(Path(arguments.file), arguments.mapping, county, dry=arguments.dry_run)
    first = _("Dry run: nothing was written.") if arguments.dry_run else _("Imported.")
    counts = made.json()
    text = _(
        "%(rows)d rows: %(created)d new, %(updated)d changed, %(unchanged)d as they were, %(dropped)d not kept."
    )
    odd = "\n".join(f"{name}: {count}" for name, count in counts["counted"].items())
    return Answer(counts, f"{first}\n{text % counts}\n{odd}".strip(), exit=int(bool(made.dropped)))


IMPORT = Command(
    "import hotline",
    N_("bring in orders of another system, by a saved mapping of its columns"),
    import_hotline,
    (
        argument("file", metavar="FILE", help=N_(".xlsx, .xls, .csv or .csv.gz")),
        argument("--mapping", required=True, metavar="NAME",
                 help=N_("which column is which field: baltimore, city, or one saved here")),
        argument("--dry-run", action="store_true", help=N_("only say what would happen")),
        argument("--division", metavar="NAME", help=N_("the district whose orders they were")),
    ),
)  # fmt: skip
