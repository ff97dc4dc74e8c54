"""Guards of whistles: who may refuse, when somebody answered and came, whether everybody is back."""

from datetime import datetime

from django.utils.translation import gettext as _

from bihuan.kernel.clock.values import start_values
from bihuan.kernel.flow.registry import Context, guard
from bihuan.kernel.flow.rows import MatterRow
from bihuan.kernel.now import now
from bihuan.lines.hotline.selectors import scope_of_row
from bihuan.lines.hotline.whistling import selectors
from bihuan.lines.hotline.whistling.asking import EMERGENCY


def _in_time(row: MatterRow, name: str) -> str:
    rule = str(row.value(name, "")) or f"hotline.whistle_{name.removesuffix('_by')}"
    begun: datetime = row.created
    due = start_values(rule, scope_of_row(row), begun, matter_id=row.id).due
    return "yes" if now() <= due else "no"


@guard("hotline.whistle_all_back@1")
def all_back(context: Context) -> str | None:
    """A whistle is over when every department called did its part or need not come."""
    if any(one.open for one in selectors.callouts([context.row.id])):
        return _("A department still owes its part; confirm it, or wait for it.")
    return None


@guard("hotline.whistle_more@1")
def more(context: Context) -> str | None:
    """Whoever is called later joins those called before."""
    asked = set(context.row.value("units", ()))
    wanted = set(context.values["units"])
    if wanted <= asked:
        return _("This department is called already.")
    context.facts["units"] = sorted(asked | wanted)
    return None


@guard("hotline.whistle_refusable@1", early=True)
def refusable(context: Context) -> str | None:
    """An emergency whistle cannot be refused, another one once."""
    if context.row.value("pace") == EMERGENCY:
        return _("An emergency whistle cannot be refused: come first, have it ruled on afterwards.")
    if context.row.value("refused"):
        return _("It was ruled that this department has to come.")
    context.facts["refused"] = True
    return None


@guard("hotline.whistle_answered@1")
def answered(context: Context) -> str | None:
    """Note when it was answered, and whether in time; the first time counts."""
    row = context.row
    context.facts["answered_at"] = row.value("answered_at") or now().isoformat()
    context.facts["answered"] = row.value("answered") or _in_time(row, "respond_by")
    return None


@guard("hotline.whistle_arrived@1")
def arrived(context: Context) -> str | None:
    """Note when they came, and whether in time; late stays late."""
    context.facts["arrived_at"] = now().isoformat()
    context.facts["arrived"] = context.row.value("arrived") or _in_time(context.row, "arrive_by")
    return None


@guard("hotline.whistle_not_arrived@1")
def not_arrived(context: Context) -> str | None:
    """Whoever said they are there and are not has not come yet."""
    context.facts |= {"arrived_at": "", "arrived": ""}
    return None


@guard("hotline.whistle_unanswered@1")
def unanswered(context: Context) -> str | None:
    """On record once, when the limit to answer is over."""
    if context.row.value("answered"):
        return _("This is on record already.")
    context.facts["answered"] = "no"
    return None


@guard("hotline.whistle_late@1")
def late(context: Context) -> str | None:
    """On record once, when the limit to be on the spot is over."""
    if context.row.value("arrived"):
        return _("This is on record already.")
    context.facts["arrived"] = "no"
    return None
