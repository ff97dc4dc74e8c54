"""What the pages of the ladder and of meetings ask for, beside the moves' own forms."""

from collections.abc import Sequence

from bihuan.kernel.forms.fields import Field, Form
from bihuan.kernel.meetings.forms import KINDS
from bihuan.kernel.meetings.words import FIELDS, MODES, TERMS, WEEKDAYS
from bihuan.logic.mechanism import said as _

_SOURCE = Field(
    "source", _("Source"), required=True, max_length=300,
    help=_("The rule or decision it rests on, with its number; “示例” if there is none yet."),
)  # fmt: skip
_PLACE = Field(
    "division", _("Where"), max_length=240,
    help=_("Name or code of a division; the most specific place wins. Empty: the whole house."),
)  # fmt: skip
_SINCE = Field("valid_from", _("Holds from"), "date", required=True)
_DAYS = tuple((str(number), title) for number, title in enumerate(WEEKDAYS))
Choices = Sequence[tuple[str, str]]


def propose(rungs: Choices) -> Form:
    """Return the form that takes a matter to a rung."""
    return Form("meetings.page.propose", _("Propose for a meeting"), (
        Field("place", _("Rung"), "choice", required=True, choices=tuple(rungs)),
        Field("why", _("Why it needs this chair"), "long"),
        Field("skip", _("Reason for passing over a rung"), "long",
              help=_("Only when a rung in between is left out.")),
    ))  # fmt: skip


def plan(rungs: Choices, items: Choices) -> Form:
    """Return the form that plans a meeting and puts items on its agenda."""
    kinds = tuple(pair for pair in KINDS if pair[0] != "site")
    return Form("meetings.page.plan", _("Plan a meeting"), (
        Field("title", _("Title"), required=True, max_length=300),
        Field("kind", _("Kind"), "choice", required=True, choices=kinds),
        Field("place", _("Rung"), "choice", required=True, choices=tuple(rungs),
              help=_("Its chair is read from the table of portfolios.")),
        Field("begins", _("It begins"), "datetime", required=True),
        Field("ends", _("It ends"), "datetime", required=True),
        Field("room", _("Where it is held"), max_length=200),
        Field("posts", _("Who is invited"), "posts"),
        *([Field("items", _("Items, in the order of harm"), "choices", choices=tuple(items))] if items else []),
    ))  # fmt: skip


def amend() -> Form:
    """Return the form that moves a meeting in time or place."""
    return Form("meetings.page.amend", _("Change time or place"), (
        Field("begins", _("It begins"), "datetime", required=True),
        Field("ends", _("It ends"), "datetime", required=True),
        Field("room", _("Where it is held"), max_length=200),
    ))  # fmt: skip


def take_on(items: Choices) -> Form:
    """Return the form that puts items of the draft on an agenda."""
    field = Field("items", _("Items, in the order of harm"), "choices", required=True, choices=tuple(items))
    return Form("meetings.page.agenda", _("Put on the agenda"), (field,))


def attend(guests: Choices) -> Form:
    """Return the form that notes who came."""
    return Form("meetings.page.attend", _("It has been held"), (
        Field("came", _("Who came"), "choices", choices=tuple(guests)),
        Field("posts", _("Who came uninvited"), "posts"),
        Field("note", _("Note"), "long"),
    ))  # fmt: skip


INVITE = Form(
    "meetings.page.invite", _("Invite"), (Field("posts", _("Who is invited"), "posts", required=True),)
)
CANCEL = Form("meetings.page.cancel", _("Cancel the meeting"), (
    Field("reason", _("Reason"), "long", required=True),
))  # fmt: skip
RANK = Form("meetings.page.rank", _("Set its place on the agenda"), (
    Field("position", _("Heard as number"), "int", required=True, help=_("0 goes back to the order by harm.")),
    Field("reason", _("Reason"), "long", required=True),
))  # fmt: skip


# The tables -------------------------------------------------------------------------------------------


def rung(roles: Choices) -> Form:
    """Return the form of a rung's row."""
    return Form("meetings.page.rung", _("Set a rung"), (
        Field("name", _("Short name"), required=True, max_length=40,
              help=_("The same name again changes that rung from a day on.")),
        Field("title", _("Title"), required=True, max_length=80),
        Field("place", _("Number from the bottom"), "int", required=True),
        Field("chair", _("Role of the chair"), "choice", required=True, choices=tuple(roles)),
        Field("mode", _("When it meets"), "choice", required=True, choices=tuple(MODES.items())),
        Field("weekday", _("Day of the week"), "choice", choices=_DAYS),
        Field("request", _("Needs a request approved by the rung below"), "bool"),
        Field("late_days", _("Proposed by itself when so many working days late"), "int",
              help=_("Empty: never by itself.")),
        Field("active", _("In use"), "bool"),
        _PLACE, _SINCE, _SOURCE,
    ))  # fmt: skip


def duty(posts: Choices, lines: Choices) -> Form:
    """Return the form of a row of the table of portfolios."""
    return Form("meetings.page.duty", _("Set a portfolio"), (
        Field("post", _("Who decides"), "choice", required=True, choices=tuple(posts)),
        Field("field", _("Field of work"), "choice", required=True, choices=tuple(FIELDS.items())),
        Field("unit", _("Unit"), "unit", help=_("For “a unit”.")),
        Field("line", _("Line of business"), "choice", choices=tuple(lines)),
        Field("subject", _("Number of the subject"), "int", help=_("For “a project or other subject”.")),
        Field("about", _("Division"), max_length=240, help=_("For “a division”: its name or code.")),
        Field("deputy", _("Deputy when away"), "choice", choices=tuple(posts)),
        _PLACE, _SINCE, Field("valid_until", _("Until"), "date"), _SOURCE,
    ))  # fmt: skip


END = Form("meetings.page.end", _("End a portfolio"), (Field("last", _("Last day"), "date", required=True),))


def away(posts: Choices) -> Form:
    """Return the form that writes down that a chair is away."""
    return Form("meetings.page.away", _("Write down who is away"), (
        Field("post", _("Who is away"), "choice", required=True, choices=tuple(posts)),
        Field("first", _("First day"), "date", required=True),
        Field("last", _("Last day"), "date", required=True),
    ))  # fmt: skip


WEIGHT = Form("meetings.page.weight", _("Set a weight"), (
    Field("term", _("Term"), "choice", required=True,
          choices=tuple((name, title) for name, (title, _unit) in TERMS.items())),
    Field("weight", _("Points for each"), "decimal", required=True),
    Field("bound", _("Counted up to"), "decimal", help=_("Empty: without bound.")),
    _PLACE, _SINCE, _SOURCE,
))  # fmt: skip


def series(rungs: Choices) -> Form:
    """Return the form of a recurring meeting."""
    return Form("meetings.page.series", _("Set a recurring meeting"), (
        Field("name", _("Short name"), required=True, max_length=40),
        Field("title", _("Title"), required=True, max_length=80),
        Field("place", _("Rung"), "choice", required=True, choices=tuple(rungs)),
        Field("weekday", _("Day of the week"), "choice", required=True, choices=_DAYS),
        Field("begins", _("At, as 09:00"), required=True, max_length=5),
        Field("minutes", _("Minutes"), "int", required=True),
        Field("room", _("Where it is held"), max_length=120),
        Field("ahead", _("Planned so many days before"), "int", required=True),
        Field("active", _("In use"), "bool"),
        _PLACE, _SINCE, _SOURCE,
    ))  # fmt: skip
