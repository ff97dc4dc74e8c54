"""Commands over what is kept encrypted: purge a leak, erase what a person asked to, change the master key."""

from argparse import Namespace

from bihuan.kernel.commands import Answer, Command, argument
from bihuan.kernel.errors import BadInput
from bihuan.site.cli_kernel import find_matter
from bihuan.site.wording import _


def _reason(arguments: Namespace) -> str:
    reason: str = arguments.reason.strip()
    if not reason:
        raise BadInput(_("Say why: the reason stays in the history."), where="--reason")
    return reason


def purge(arguments: Namespace) -> Answer:
    """Destroy the keys of a matter's contents, of its files and papers, and forget what finds them."""
    from bihuan.kernel.content import actions

    matter = find_matter(arguments)
    gone = actions.purge(arguments.actor, matter.id, field=arguments.field, reason=_reason(arguments))
    said = _(
        "%(count)d texts of %(code)s can be read by nobody any more, here and in what search and previews kept."
        " Backups made before hold their keys: destroy those backups, or the master key after `content rotate`."
    )
    return Answer(
        {"matter": matter.code, "purged": len(gone), "fields": sorted({ref.field for ref in gone})},
        said % {"count": len(gone), "code": matter.code},
    )


def erase(arguments: Namespace) -> Answer:
    """Destroy the keys of one field of a matter, all its versions."""
    from bihuan.kernel.content import actions

    matter = find_matter(arguments)
    gone = actions.erase(arguments.actor, matter.id, field=arguments.field, reason=_reason(arguments))
    return Answer(
        {"matter": matter.code, "erased": len(gone)},
        _("%(count)d values of %(field)s erased.") % {"count": len(gone), "field": arguments.field},
    )


def rotate(arguments: Namespace) -> Answer:
    """Wrap every key under the first master key of the setting; run again until it says 0."""
    from bihuan.kernel.content import actions

    count = actions.rotate()
    return Answer(
        {"rewrapped": count},
        _("%d keys wrapped anew. Older lines of the content key open nothing any more: take them out.")
        % count,
    )


_MATTER = argument("matter", help=_("code or number of the matter"))
_WHY = argument("--reason", required=True, help=_("why; it stays in the history"))

COMMANDS = (
    Command(
        "content purge",
        _("after a leak: nobody reads a matter's texts, files and papers any more"),
        purge,
        (_MATTER, _WHY, argument("--field", help=_("only this field (default: all, with files and papers)"))),
    ),
    Command(
        "content erase",
        _("erase one field of a matter for good"),
        erase,
        (_MATTER, _WHY, argument("--field", required=True, help=_("the field"))),
    ),
    Command("content rotate", _("wrap all keys under the newest master key"), rotate),
)
