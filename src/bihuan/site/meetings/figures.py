"""Figures of the ladder: how long chairs take to answer, what meetings put off, how long matters stand on a rung."""

from bihuan.kernel.figures.registry import register
from bihuan.logic.mechanism import said as _
from bihuan.logic.rates import Condition, Count, Figure, Heard

#: Cases are grouped by the rung they were proposed to.
BY_RUNG = "data.place"
_KIND = Condition("kind", "in", ("meetings.item",))
_VOID = (_KIND, Condition("stage", "in", ("withdrawn",)))
_VALID = (_KIND, Condition("stage", "out", ("withdrawn",)))
_WITHDRAWN = (_("Not needed any more"), Count(_VOID))
_ANSWERED = Condition("answered", "is", True)
_DEALT = Heard(("decide", "retable", "raise", "return"))
_HEARD = (Heard(("schedule",)), _DEALT)

LATENCY = Figure(
    name="meetings.latency",
    title=_("Time to a chair's answer"),
    definition=_("Working hours an item waits from its proposal to the chair's answer, per item answered."),
    unit=_("working hours"),
    numerator=Count((*_VALID, _ANSWERED), measure="working_hours:proposed"),
    denominator=Count((*_VALID, _ANSWERED)),
    exclusions=(
        (_("Still waiting for the answer"), Count((*_VALID, Condition("answered", "is", False)))),
        _WITHDRAWN,
    ),
    period="opened",
    lower_is_better=True,
)
ON_TIME = Figure(
    name="meetings.on_time",
    title=_("Answered by the chair in time"),
    definition=_(
        "Items the chair answered within the limit, of all that were answered or should have been:"
        " one that waits past its limit counts as late."
    ),
    unit="%",
    numerator=Count((*_VALID, _ANSWERED, Condition("late", "is", False))),
    denominator=Count((*_VALID, Condition("owed", "is", True))),
    exclusions=(
        (_("Still waiting within the limit"), Count((*_VALID, Condition("owed", "is", False)))),
        _WITHDRAWN,
    ),
    period="opened",
)
PUT_OFF = Figure(
    name="meetings.put_off",
    title=_("Put off by meetings"),
    definition=_("Items a meeting put off at least once, of all that a meeting dealt with."),
    unit="%",
    numerator=Count(_VALID, (*_HEARD, Heard(("retable",)))),
    denominator=Count(_VALID, _HEARD),
    exclusions=(_WITHDRAWN,),
    period="opened",
    lower_is_better=True,
)
ON_RUNG = Figure(
    name="meetings.on_rung",
    title=_("Time on the rung"),
    definition=_("Working hours from the proposal until the matter leaves the rung, per item that left it."),
    unit=_("working hours"),
    numerator=Count((*_VALID, Condition("ended", "is", True)), measure="working_hours"),
    denominator=Count((*_VALID, Condition("ended", "is", True))),
    exclusions=((_("Still on the rung"), Count((*_VALID, Condition("ended", "is", False)))), _WITHDRAWN),
    period="opened",
    lower_is_better=True,
)
ALL = tuple(register(one) for one in (LATENCY, ON_TIME, PUT_OFF, ON_RUNG))
