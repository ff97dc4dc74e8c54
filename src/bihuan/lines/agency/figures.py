"""On time, finished, overdue, time taken: the figures every line shows, over cases; and what was done at once."""

from bihuan.kernel.figures.base import Words, register_base
from bihuan.kernel.figures.registry import register
from bihuan.logic.mechanism import said as _
from bihuan.logic.rates import Condition, Count, Figure, Heard

_DONE = (
    Condition("kind", "is", "agency.case"),
    Condition("stage", "is", "done"),
    Condition("ended", "is", True),
)
ONCE = register(
    Figure(
        name="agency.once",
        title=_("Done at once"),
        definition=_(
            "Cases finished without the authority asking for corrections and without the client being asked twice, of"
            " all cases finished (一次办成率)."
        ),
        unit="%",
        numerator=Count(_DONE, (Heard(("finish",), "once", ("yes",)),)),
        denominator=Count(_DONE, (Heard(("finish",), "once", ("yes", "no")),)),
        exclusions=((_("Still open"), Count((_DONE[0], Condition("ended", "is", False)))),),
    )
)
ALL = (*register_base(Words("agency", kinds=("agency.case",), signed=("done",))), ONCE)
