"""What the moves of the ladder and of meetings ask for."""

from bihuan.kernel.forms.fields import Field, Form
from bihuan.logic.mechanism import said as _

KINDS = (
    ("coordination", _("Project coordination meeting")),
    ("special", _("Special progress meeting")),
    ("principal", _("Progress meeting of the principal leader")),
    ("weekly", _("Weekly progress meeting")),
    ("site", _("Meeting on site")),
)

_REASON = Field("reason", _("Reason"), "long", required=True)
_TITLE = Field("title", _("Title"), required=True, max_length=300)
_CHAIR = (
    _TITLE,
    Field("place", _("Rung"), "int", required=True, help=_("Its number from the bottom of the ladder.")),
    Field("unit", _("Unit of the chair"), "unit", required=True),
    Field("post", _("Chair"), "post", required=True),
    Field("why", _("Why it needs this chair"), "long"),
    Field("skip", _("Reason for passing over a rung"), "long"),
)
_WHEN = (
    Field("begins", _("It begins"), "datetime", required=True),
    Field("ends", _("It ends"), "datetime", required=True),
    Field("room", _("Where it is held"), max_length=200),
    Field("chair", _("Chair"), "post"),
)
_POSTS = Field("posts", _("Invited"), "posts")

PROPOSE = Form("meetings.propose", _("Propose for a meeting"), _CHAIR)
REQUEST = Form("meetings.request", _("Request to the principal leader"), _CHAIR)
#: The order of a chair that needs no meeting; the words of an order of the orders room.
ORDER = Form("meetings.order", _("Order it without a meeting"), (
    Field("demand", _("What has to be done"), "long", required=True),
    Field("unit", _("Lead unit"), "unit", required=True),
    Field("supports", _("Supporting units"), "units"),
    Field("due", _("To be done by"), "date", required=True),
))  # fmt: skip
REASON = Form("meetings.reason", _("Reason"), (_REASON,))
NOTE = Form("meetings.note", _("Comment"), (Field("note", _("Comment"), "long", required=True),))
OPTIONAL = Form("meetings.optional", _("Note"), (Field("note", _("Note"), "long"),))
REROUTE = Form("meetings.reroute", _("Pass to whoever decides now"), (
    Field("unit", _("Unit of the chair"), "unit", required=True),
    Field("post", _("Chair"), "post", required=True),
    Field("note", _("Note"), "long"),
))  # fmt: skip
RANK = Form("meetings.rank", _("Set its place on the agenda"), (
    Field("position", _("Heard as number"), "int", required=True, help=_("0 goes back to the order by harm.")),
    _REASON,
))  # fmt: skip
SCHEDULE = Form("meetings.schedule", _("Put on an agenda"), (
    Field("meeting", _("Meeting"), "int", required=True),
))  # fmt: skip
UNSCHEDULE = Form("meetings.unschedule", _("Take off the agenda"), (Field("reason", _("Reason"), "long"),))
DECIDE = Form("meetings.decide", _("Write down the decision"), (
    Field("decision", _("Decision"), "long", required=True),
))  # fmt: skip
PLAN = Form("meetings.plan", _("Plan a meeting"), (
    _TITLE,
    Field("kind", _("Kind"), "choice", required=True, choices=KINDS),
    Field("place", _("Rung"), "int"),
    Field("series", _("Series"), "int"),
    *_WHEN,
    _POSTS,
))  # fmt: skip
AMEND = Form("meetings.amend", _("Change time, place or chair"), _WHEN)
INVITE = Form("meetings.invite", _("Invite"), (Field("posts", _("Invited"), "posts", required=True),))
ATTEND = Form("meetings.attend", _("It has been held"), (
    Field("posts", _("Present"), "posts"),
    Field("note", _("Note"), "long"),
))  # fmt: skip
MINUTES = Form("meetings.minutes", _("Issue the minutes"), (
    Field("summary", _("What was said"), "long"),
    Field("paper", _("Paper"), "int"),
))  # fmt: skip

ALL = (PROPOSE, REQUEST, ORDER, REASON, NOTE, OPTIONAL, REROUTE, RANK, SCHEDULE, UNSCHEDULE, DECIDE, PLAN, AMEND,
       INVITE, ATTEND, MINUTES)  # fmt: skip
