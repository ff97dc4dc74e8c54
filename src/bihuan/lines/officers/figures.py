"""Contacts and visits in time, and how soon officers answer: the figures of the line."""

from bihuan.logic.mechanism import said as _
from bihuan.logic.rates import Condition, Count, Figure


def _on_time(name: str, title: str, definition: str, kinds: tuple[str, ...]) -> Figure:
    valid = (
        Condition("kind", "in", kinds),
        Condition("stage", "not", "void"),
        Condition("limited", "is", True),
    )
    return Figure(
        name=name,
        title=title,
        definition=definition,
        unit="%",
        numerator=Count((*valid, Condition("ended", "is", True), Condition("late", "is", False))),
        denominator=Count((*valid, Condition("due", "is", True))),
        exclusions=((_("Still open within the limit"), Count((*valid, Condition("due", "is", False)))),),
    )


CONTACT = _on_time(
    "officers.contact_on_time",
    _("Contacts in time"),
    _(
        "Turns in which the officer was in contact with the project in time, of all turns that ended or should have."
    ),
    ("officers.contact",),
)
VISIT = _on_time(
    "officers.visit_on_time",
    _("Visits in time"),
    _("Turns in which the project was visited in time, of all turns that ended or should have."),
    ("officers.visit",),
)
RESPONSE = _on_time(
    "officers.response",
    _("Answered in time"),
    _("Date questions, hand-overs and hazards ended in time, of all that ended or should have."),
    ("projects.date", "officers.handover", "officers.hazard"),
)
ALL = (CONTACT, VISIT, RESPONSE)
