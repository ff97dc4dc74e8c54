"""Titles of what the tables of this room hold."""

from bihuan.logic.mechanism import said as _

#: Terms of the order by harm: title, and what their value counts in.
TERMS: dict[str, tuple[str, str]] = {
    "late": (_("Past its limit"), _("working days")),
    "chain": (_("On the binding chain"), _("0 or 1")),
    "investment": (_("Investment"), _("100 million yuan")),
    "tabled": (_("Put off by meetings"), _("times")),
    "enterprises": (_("Enterprises waiting"), _("enterprises")),
    "reopened": (_("Reopened"), _("times")),
    "waiting": (_("Waiting for a meeting"), _("working days")),
}
FIELDS: dict[str, str] = {
    "all": _("Everything"),
    "division": _("A division"),
    "line": _("A line of business"),
    "unit": _("A unit"),
    "subject": _("A project or other subject"),
}
MODES: dict[str, str] = {"proposed": _("When something is proposed"), "days": _("On a day of the week")}
WEEKDAYS = (
    _("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday"),
)  # fmt: skip
#: How a step of the ladder ended, by the move that ended it.
OUTCOMES: dict[str, str] = {
    "decide": _("Decided by the meeting"),
    "order": _("Ordered without a meeting"),
    "return": _("Sent back by the chair"),
    "raise": _("Taken to the next chair"),
    "refuse": _("Request refused"),
    "withdraw": _("Not needed any more"),
    "retable": _("Put off to another meeting"),
}
