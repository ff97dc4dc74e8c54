"""Guards and effects of handing an order over to another place. A changed meaning is a new revision, never an edit."""

from django.utils.translation import gettext as _

from bihuan.kernel.flow.registry import Context, effect, guard
from bihuan.kernel.now import now
from bihuan.kernel.store.sql import run
from bihuan.lines.hotline.abroad import selectors
from bihuan.lines.hotline.contracts import REPORT
from bihuan.lines.hotline.selectors import scope_of_row


@guard("hotline.may_go_abroad@1", early=True)
def may_go(context: Context) -> str | None:
    """A system of another place takes orders; a report of wrongdoing never leaves the house."""
    if context.row.value("type") == REPORT:
        return _("A report of wrongdoing is not handed to a system of another place.")
    if not selectors.taking(scope_of_row(context.row)):
        return _("No system of another place takes orders: an administrator has to enter one.")
    return None


@guard("hotline.goes_abroad@1")
def goes(context: Context) -> str | None:
    """One system, and a service there: the one named, the one of its class, or the one for all else."""
    chosen = context.values["system"]
    known = {one.id: one for one in selectors.taking(scope_of_row(context.row))}
    if len(chosen) != 1 or chosen[0] not in known:
        return _("Please choose one system that takes orders.")
    service = str(context.values.get("service", "")).strip()
    service = service or known[chosen[0]].service_for(int(context.row.value("class", 0) or 0))
    if not service:
        return _("Which service is it there? Its class has none: name the service_code.")
    context.facts |= {"abroad": chosen[0], "service_there": service}
    return None


_NEW = """INSERT INTO hotline_handover (endpoint, matter, reference, state, service, token, number, fails, next_try,
            created_at, error)
          VALUES (%s, %s, %s || '-' || (SELECT count(*) + 1 FROM hotline_handover WHERE matter = %s), 'waiting', %s,
            '', '', 0, %s, %s, '')"""


@effect("hotline.goes_abroad@1")
def gone(context: Context) -> None:
    """Write down that it is to be sent; nothing leaves the house inside this transaction."""
    row, facts, moment = context.row, context.facts, now()
    run(_NEW, (facts["abroad"], row.id, row.code, row.id, facts["service_there"], moment, moment))


@effect("hotline.back_from_abroad@1")
def back(context: Context) -> None:
    """Nothing is sent any more; what is there already is followed no further than its number."""
    sql = "UPDATE hotline_handover SET state = 'taken_back' WHERE matter = %s AND state NOT IN ('over', 'taken_back')"
    run(sql, (context.row.id,))
