"""Figures of orders: the base ones over what went to units of one's own, receipt in time, hours to the signature."""

from bihuan.kernel.figures.base import Words, register_base
from bihuan.kernel.figures.registry import register
from bihuan.kernel.orders.words import EQUAL, ORDER, OUTSIDE, OWN, SUPPORT, UP
from bihuan.logic.mechanism import said as _
from bihuan.logic.rates import Condition, Count, Figure, Heard

_OUT = ("sign", "sign_paper", "reassign", "hand_over", "sign_over", "sign_over_paper")
_OWN = Heard(_OUT, "relation", (OWN,))
_OTHERS = (
    _("Equals, superiors and outside bodies: not scored"),
    Heard(_OUT, "relation", (EQUAL, UP, OUTSIDE)),
)
_KIND = Condition("kind", "in", (ORDER,))
_VALID = (_KIND, Condition("stage", "out", ("withdrawn", "voided")))
#: What puts on record whether an order was received in time.
_RECEIPT = ("receive", "return", "not_received")
_SUPPORTED = ("receive", "answer", "keep_silent", "lapse")
_SIGNED = Heard(("sign", "sign_paper"))
_DRAFTED = Condition("stage", "out", ("drafted", "signing", "withdrawn", "voided"))

RECEIPT = Figure(
    name="orders.receipt",
    title=_("Received in time"),
    definition=_(
        "Orders a unit of one's own received within the limit, of all whose receipt came or is overdue."
    ),
    unit="%",
    numerator=Count(_VALID, (_OWN, Heard(_RECEIPT, "receipt", ("in_time",)))),
    denominator=Count(_VALID, (_OWN, Heard(_RECEIPT))),
    exclusions=((_OTHERS[0], Count(_VALID, (_OTHERS[1],))),),
    period="opened",
)
SIGNATURE = Figure(
    name="orders.signature",
    title=_("Hours to the signature"),
    definition=_("Working hours an order waits for its signature, per order signed, on screen or on paper."),
    unit=_("working hours"),
    numerator=Count((_KIND, _DRAFTED), (_SIGNED,), measure="working_hours:signing"),
    denominator=Count((_KIND, _DRAFTED), (_SIGNED,)),
    period="opened",
    lower_is_better=True,
)

ALL = (
    *register_base(
        Words(
            "orders",
            (ORDER,),
            signed=("closed",),
            void=("withdrawn", "voided"),
            only=(_OWN,),
            others=(_OTHERS,),
        )
    ),
    *register_base(
        Words(
            "supports",
            (SUPPORT,),
            signed=("accepted",),
            void=("withdrawn",),
            only=(Heard(_SUPPORTED, "relation", (OWN,)),),
            others=((_OTHERS[0], Heard(_SUPPORTED, "relation", (EQUAL, UP, OUTSIDE))),),
        )
    ),
    register(RECEIPT),
    register(SIGNATURE),
)
