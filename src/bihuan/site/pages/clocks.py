"""The clocks of a matter with what is left and why; the why is one tap away."""

from django.utils.translation import gettext as _

from bihuan.kernel.clock import selectors
from bihuan.kernel.clock.ground import current
from bihuan.kernel.clock.rows import ClockRow
from bihuan.kernel.clock.wording import cause_text, moment_text
from bihuan.kernel.flow.rows import MatterRow
from bihuan.kernel.now import local, now
from bihuan.logic.mechanism import Mechanism
from bihuan.ui import format as fmt
from bihuan.ui.panels import Clock, ClockPanel, Why


def clock_panel(row: MatterRow, rules: Mechanism) -> ClockPanel:
    """Return the clocks that run, the nearest first, then those that stand."""
    clocks = selectors.open_clocks([row.id]).get(row.id, [])
    clocks = sorted(clocks, key=lambda one: (bool(one.paused), one.due, not one.main))
    titles = {limit.name: limit.title for limit in rules.limits}
    shown = [_clock(one, titles.get(one.name, one.name)) for one in clocks]
    return ClockPanel(id="clock", title=_("Time limit"), clocks=shown, empty=_("No clock runs."))


def _clock(one: ClockRow, title: str) -> Clock:
    lines = selectors.explain_row(one)
    moment = now()
    paused = ""
    if one.paused:
        since, cause, _evidence = one.paused
        paused = _("Stopped since %(since)s: %(cause)s") % {
            "since": moment_text(since),
            "cause": cause_text(cause),
        }
    days = current().calendar(one.place).working_between(local(moment).date(), local(one.due).date())
    return Clock(
        title=_(title),
        light=selectors.light(one.due, one.state, moment, one.place).value,
        left=_("clock stopped") if one.paused else fmt.left(days, "wd"),
        due=one.due,
        why=[Why(fmt.short_day(line.day) if line.day else "", line.text) for line in lines],
        provisional=one.provisional,
        stopped=paused,
    )
