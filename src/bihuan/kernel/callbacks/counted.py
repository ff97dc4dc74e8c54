"""Figures of contacts: how many are satisfied, and how many were heard at all."""

from bihuan.kernel.callbacks.words import ANSWERS, CONTACT, CONTENT
from bihuan.logic.mechanism import said as _
from bihuan.logic.rates import Condition, Count, Figure, Heard

_KIND = Condition("kind", "is", CONTACT)


def _stage(*names: str) -> Condition:
    return Condition("stage", "in", names)


_LEFT_OUT = (
    (_("Not rated"), Count((_KIND, _stage("lapsed")))),
    (_("Not reached"), Count((_KIND, _stage("unreached")))),
    (_("Repeated or no longer needed"), Count((_KIND, _stage("void")))),
    (_("Still waiting"), Count((_KIND, _stage("asked")))),
)
SATISFIED = Figure(
    name="callbacks.satisfied",
    title=_("Satisfaction rate"),
    definition=_(
        "Contacts answered very satisfied, satisfied or basically satisfied, of all that were answered. A second"
        " rating does not replace the first; silence is left out and never counts as satisfied."
    ),
    unit="%",
    numerator=Count((_KIND,), (Heard(ANSWERS, "grade", CONTENT),)),
    denominator=Count((_KIND,), (Heard(ANSWERS),)),
    exclusions=_LEFT_OUT,
    period="opened",
)
HEARD = Figure(
    name="callbacks.heard",
    title=_("Contacts answered"),
    definition=_("Contacts answered, by oneself or on the phone, of all that were asked and are not void."),
    unit="%",
    numerator=Count((_KIND,), (Heard(ANSWERS),)),
    denominator=Count((_KIND, Condition("stage", "out", ("void",)))),
    exclusions=((_("Repeated or no longer needed"), Count((_KIND, _stage("void")))),),
    period="opened",
)
ALL = (SATISFIED, HEARD)
