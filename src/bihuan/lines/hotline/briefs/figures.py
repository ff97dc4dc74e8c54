"""What a brief counts besides the rates: what came in, what was ended, what stands open and what is late."""

from bihuan.kernel.figures.registry import register
from bihuan.lines.hotline.contracts import ASIDE, ORDER, UNCOUNTED
from bihuan.logic.mechanism import said as _
from bihuan.logic.rates import Condition, Count, Figure

_KIND = Condition("kind", "is", ORDER)
_VALID = (_KIND, Condition("stage", "out", UNCOUNTED))
#: What was set aside comes in once somebody has taken it in; what was discarded instead never did.
_CAME = (_KIND, Condition("stage", "not", ASIDE), Condition("move", "not", "discard"))


def _count(name: str, title: str, definition: str, period: str, *tests: Condition) -> Figure:
    return register(
        Figure(f"hotline.{name}", title, definition, _("cases"), Count(tests), period=period, min_cases=0)
    )


TAKEN = _count(
    "taken", _("Orders taken in"),
    _("Orders registered in the period, by whatever way they came; those set aside count when they are taken in."),
    "opened", *_CAME,
)  # fmt: skip
ENDED = _count(
    "ended", _("Orders ended"), _("Orders closed in the period; withdrawn and not accepted ones are left out."),
    "ended", *_VALID, Condition("ended", "is", True),
)  # fmt: skip
PENDING = _count("pending", _("Orders still open"), _("Orders open at the end of the period."), "", *_VALID,
                 Condition("ended", "is", False))  # fmt: skip
BEHIND = _count(
    "behind", _("Orders open and late"), _("Orders open past their limit at the end of the period, clock not stopped."),
    "", *_VALID, Condition("ended", "is", False), Condition("limited", "is", True), Condition("late", "is", True),
)  # fmt: skip
ALL = (TAKEN, ENDED, PENDING, BEHIND)
COUNTS = tuple(figure.name for figure in ALL)
