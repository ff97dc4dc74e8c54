"""Agenda item, request to the principal, and meeting. Pure declarations.

Being stuck only proposes: whether an item is heard is its chair's to say, and that answer is clocked.
"""

from bihuan.logic.mechanism import Grant, Limit, Mechanism, Move, Stage
from bihuan.logic.mechanism import said as _

COORDINATOR = Grant(role="coordinator", relation="scope")
LEADER = Grant(role="leader", relation="scope")
PRINCIPAL = Grant(role="principal", relation="scope")
HOLDER = Grant(relation="holder")
CREATOR = Grant(relation="creator")
SYSTEM = Grant(kind="system")
ANY_POST = Grant(relation="scope")
CHAIRS = (COORDINATOR, LEADER, PRINCIPAL)

ITEM = Mechanism(
    name="meetings.item",
    title=_("Agenda item"),
    noun=_("Agenda item"),
    prefix="YT",
    stages=(
        Stage("proposed", _("Proposed for a meeting")),
        Stage("agreed", _("To be heard")),
        Stage("scheduled", _("On an agenda")),
        Stage("decided", _("Settled in a meeting"), final=True),
        Stage("ordered", _("Ordered without a meeting"), final=True),
        Stage("returned", _("Returned"), final=True),
        Stage("raised", _("Taken to the next chair"), final=True),
        Stage("withdrawn", _("Not needed any more"), final=True),
    ),
    limits=(
        Limit("answer", _("Time for the chair to answer"), "meetings.answer", main=True),
        Limit("meet", _("Time to be heard"), "meetings.meet"),
    ),
    moves=(
        Move("open", _("Propose for a meeting"), (), "proposed", (ANY_POST, SYSTEM), form="meetings.propose",
             hold="field", clocks=(("start", "answer"),), guards=("meetings.proposable@1",),
             effects=("meetings.climb@1",)),
        Move("table", _("Hear it in a meeting"), ("proposed",), "agreed", (HOLDER,), form="meetings.optional",
             hold="role:coordinator", clocks=(("stop", "answer"), ("start", "meet")), answers=True, primary=True),
        Move("order", _("Order it without a meeting"), ("proposed",), "ordered", (HOLDER,), form="meetings.order",
             hold="none", answers=True, effects=("meetings.left@1", "meetings.ordered@1")),
        Move("return", _("Return"), ("proposed", "scheduled"), "returned", (HOLDER, COORDINATOR),
             form="meetings.reason", hold="none", guards=("meetings.answerer@1",),
             effects=("meetings.left@1", "meetings.off@1")),
        Move("reroute", _("Pass to whoever decides now"), ("proposed",), "", (COORDINATOR, SYSTEM),
             form="meetings.reroute", hold="field", guards=("meetings.chair@1",)),
        Move("schedule", _("Put on an agenda"), ("agreed",), "scheduled", (*CHAIRS, SYSTEM),
             form="meetings.schedule", guards=("meetings.meeting_open@2",), effects=("meetings.onto@1",)),
        Move("unschedule", _("Take off the agenda"), ("scheduled",), "agreed", (*CHAIRS, SYSTEM),
             form="meetings.unschedule", effects=("meetings.off@1",)),
        Move("retable", _("Put off to another meeting"), ("scheduled",), "agreed", (*CHAIRS, SYSTEM),
             form="meetings.reason", clocks=(("stop", "meet"), ("start", "meet")),
             guards=("meetings.put_off@1",), effects=("meetings.tabled@1", "meetings.off@1")),
        Move("decide", _("Write down the decision"), ("scheduled",), "decided", CHAIRS, form="meetings.decide",
             hold="none", guards=("meetings.held@1",), effects=("meetings.left@1", "meetings.off@1")),
        Move("raise", _("Take it to the next chair"), ("proposed", "scheduled"), "raised", (HOLDER, COORDINATOR),
             form="meetings.reason", hold="none", guards=("meetings.answerer@1", "meetings.higher@1"),
             effects=("meetings.left@1", "meetings.off@1", "meetings.raised@1")),
        Move("withdraw", _("Not needed any more"), ("proposed", "agreed", "scheduled"), "withdrawn",
             (COORDINATOR, CREATOR, SYSTEM), form="meetings.reason", hold="none",
             effects=("meetings.left@1", "meetings.off@1")),
        Move("rank", _("Set its place on the agenda"), ("agreed", "scheduled"), "", CHAIRS, form="meetings.rank",
             guards=("meetings.by_name@1",), commutative=True),
        Move("note", _("Comment"), ("proposed", "agreed", "scheduled"), "", (ANY_POST, HOLDER),
             form="meetings.note", commutative=True),
    ),
)  # fmt: skip

REQUEST = Mechanism(
    name="meetings.request",
    title=_("Request to the principal leader"),
    noun=_("Request"),
    prefix="BQ",
    stages=(
        Stage("waiting", _("Waits for the leader in charge")),
        Stage("approved", _("Approved"), final=True),
        Stage("refused", _("Refused"), final=True),
        Stage("withdrawn", _("Not needed any more"), final=True),
    ),
    limits=(Limit("answer", _("Time to approve the request"), "meetings.request", main=True),),
    moves=(
        Move("open", _("Draft the request"), (), "waiting", (ANY_POST, SYSTEM), form="meetings.request",
             hold="field", clocks=(("start", "answer"),), guards=("meetings.proposable@1",),
             effects=("meetings.climb@1",)),
        Move("approve", _("Approve the request"), ("waiting",), "approved", (HOLDER,), form="meetings.optional",
             hold="none", answers=True, effects=("meetings.approved@1",), primary=True),
        Move("refuse", _("Refuse the request"), ("waiting",), "refused", (HOLDER,), form="meetings.reason",
             hold="none", answers=True, effects=("meetings.left@1",)),
        Move("reroute", _("Pass to whoever decides now"), ("waiting",), "", (COORDINATOR, SYSTEM),
             form="meetings.reroute", hold="field", guards=("meetings.chair@1",)),
        Move("withdraw", _("Not needed any more"), ("waiting",), "withdrawn", (COORDINATOR, CREATOR, SYSTEM),
             form="meetings.reason", hold="none", effects=("meetings.left@1",)),
        Move("note", _("Comment"), ("waiting",), "", (ANY_POST, HOLDER), form="meetings.note", commutative=True),
    ),
)  # fmt: skip

MEETING = Mechanism(
    name="meetings.meeting",
    title=_("Meeting"),
    noun=_("Meeting"),
    prefix="HY",
    stages=(
        Stage("planned", _("Planned")),
        Stage("held", _("Held")),
        Stage("minuted", _("Minutes issued"), final=True),
        Stage("cancelled", _("Cancelled"), final=True),
    ),
    limits=(Limit("minutes", _("Time to issue the minutes"), "meetings.minutes", main=True),),
    moves=(
        Move("open", _("Plan a meeting"), (), "planned", (*CHAIRS, Grant(role="officer", relation="scope"), SYSTEM),
             form="meetings.plan", hold="role:coordinator", guards=("meetings.in_order@1",),
             effects=("meetings.planned@1",)),
        Move("amend", _("Change time, place or chair"), ("planned",), "", CHAIRS, form="meetings.amend",
             guards=("meetings.in_order@1",), effects=("meetings.amended@1",)),
        Move("invite", _("Invite"), ("planned",), "", CHAIRS, form="meetings.invite",
             effects=("meetings.invited@1",), commutative=True),
        Move("attend", _("It has been held"), ("planned",), "held", (*CHAIRS, CREATOR), form="meetings.attend",
             clocks=(("start", "minutes"),), effects=("meetings.attended@1",), primary=True),
        Move("minute", _("Issue the minutes"), ("held",), "minuted", (*CHAIRS, CREATOR), form="meetings.minutes",
             hold="none", clocks=(("stop", "minutes"),), guards=("meetings.agenda_done@1",), primary=True),
        Move("cancel", _("Cancel the meeting"), ("planned",), "cancelled", (*CHAIRS, SYSTEM),
             form="meetings.reason", hold="none", effects=("meetings.cancelled@1",)),
        Move("note", _("Comment"), ("planned", "held"), "", (ANY_POST,), form="meetings.note", commutative=True),
    ),
)  # fmt: skip

ALL = (ITEM, REQUEST, MEETING)
