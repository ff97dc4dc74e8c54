"""The kinds of matter of this line: problem, date question, node date, timetable, promise. Pure declarations."""

from bihuan.logic.mechanism import Grant, Limit, Mechanism, Move, Rung, Stage
from bihuan.logic.mechanism import said as _

COORDINATOR = Grant(role="coordinator", relation="scope")
LEADER = Grant(role="leader", relation="scope")
OFFICER = Grant(role="officer", relation="scope")
SUPERVISOR = Grant(role="supervisor", relation="scope")
HOLDER = Grant(relation="holder")
CREATOR = Grant(relation="creator")
PARTY = Grant(kind="party", relation="party")
#: Whoever asked without an account and holds the link to this one matter.
LINK = Grant(kind="link", role="track", relation="link")
SYSTEM = Grant(kind="system")
#: Any post of the place: a unit's clerk may register a need met on a visit.
ANY_POST = Grant(relation="scope")
EVERYBODY = (ANY_POST, HOLDER, Grant(relation="lead"), Grant(relation="support"), CREATOR, PARTY)
ANYBODY_TOLD = (*EVERYBODY, LINK)
#: Those a problem was solved for, or who asked on their behalf.
ASKERS = (PARTY, LINK, CREATOR, OFFICER, COORDINATOR)

LADDER = (
    Rung("centre", _("Coordination centre"), "coordinator"),
    Rung("leader", _("Leader in charge"), "leader"),
    Rung("top", _("Principal leader"), "principal"),
)

_NOTED = ("registered", "handling", "answered", "verified", "ruling", "closed")

PROBLEM = Mechanism(
    name="projects.problem",
    title=_("Problem"),
    noun=_("Problem"),
    prefix="WT",
    stages=(
        Stage("registered", _("Registered")),
        Stage("handling", _("Being handled")),
        Stage("answered", _("Answered")),
        Stage("verified", _("Verified")),
        Stage("closed", _("Signed off"), final=True),
        Stage("ended", _("Ended unsatisfied"), final=True),
        Stage("withdrawn", _("Withdrawn"), final=True),
        Stage("ruling", _("Waiting for a ruling")),
    ),
    limits=(
        Limit("assign", _("Time to assign"), "projects.problem.assign"),
        Limit("handle", _("Time to handle"), "projects.problem.handle", main=True),
        Limit("verify", _("Time to verify"), "projects.problem.verify"),
        Limit("rule", _("Time to rule"), "projects.problem.rule"),
    ),
    ladder=LADDER,
    moves=(
        Move("open", _("Register"), (), "registered", (ANY_POST, PARTY, SYSTEM), form="projects.problem.open",
             hold="role:coordinator", clocks=(("start", "assign"),)),
        Move("assign", _("Assign"), ("registered",), "handling", (COORDINATOR,), form="projects.assign",
             hold="field", clocks=(("stop", "assign"), ("start", "handle")), primary=True),
        Move("quick", _("Answered on the spot"), ("registered",), "closed", (ANY_POST, SYSTEM),
             form="projects.problem.quick", hold="none",
             guards=("opened_by_self@1", "basis_given@1", "projects.quick@1")),
        Move("answer", _("Answer"), ("handling",), "answered", (HOLDER,), form="projects.problem.answer",
             hold="subject:officer/coordinator", clocks=(("pause", "handle"), ("start", "verify")),
             guards=("evidence_given@1", "basis_given@1"), answers=True, primary=True),
        # The unit has answered its order, and that was checked and recognised: nobody types it twice.
        Move("settle", _("Settled by its order"), ("handling",), "verified", (SYSTEM,),
             form="projects.problem.settle", hold="role:coordinator", clocks=(("pause", "handle"),),
             guards=("projects.settled@1",), answers=True),
        Move("return", _("Return to the centre"), ("handling",), "registered", (HOLDER,),
             form="projects.problem.return", hold="role:coordinator", guards=("return_once@1",)),
        Move("stop", _("Stop the clock"), ("handling",), "", (COORDINATOR,), form="projects.stop",
             clocks=(("pause", "handle"),), guards=("projects.clock_runs@1",)),
        Move("go_on", _("Let the clock run again"), ("handling",), "", (COORDINATOR, HOLDER),
             form="projects.note_optional", clocks=(("resume", "handle"),), guards=("projects.clock_stands@1",)),
        Move("ask_extension", _("Ask for more time"), ("handling",), "", (HOLDER,), form="projects.extension",
             clocks=(("ask", "handle"),)),
        Move("grant_extension", _("Grant more time"), ("handling",), "", (COORDINATOR, LEADER),
             form="projects.reason", clocks=(("grant", "handle"),)),
        Move("refuse_extension", _("Refuse more time"), ("handling",), "", (COORDINATOR, LEADER),
             form="projects.reason", clocks=(("refuse", "handle"),)),
        Move("verify", _("Verify"), ("answered",), "verified", (OFFICER, COORDINATOR),
             form="projects.problem.verify", hold="role:coordinator", guards=("another_person@1",),
             clocks=(("stop", "verify"),), primary=True),
        Move("reject", _("Send back"), ("answered", "verified"), "handling", (OFFICER, COORDINATOR),
             form="projects.reason", hold="lead", guards=("another_person@1",),
             clocks=(("stop", "verify"), ("resume", "handle"))),
        Move("sign_off", _("Sign off"), ("verified",), "closed", (COORDINATOR,), form="projects.problem.sign_off",
             hold="none", guards=("projects.evidence@1", "another_person@1"), reactions=("callbacks.ask",),
             primary=True),
        # Confirmation, rating and call-back are one contact: it is answered there, and noted here.
        Move("confirm", _("Confirm it is done"), ("closed",), "", (SYSTEM,), form="projects.problem.confirm",
             commutative=True),
        Move("reopen", _("Not satisfied: reopen"), ("closed",), "handling", (*ASKERS, SYSTEM), form="projects.reason",
             hold="lead", guards=("projects.not_quick@1", "reopen_left@1"), clocks=(("start", "handle"),),
             reactions=("callbacks.void",), episode=True),
        Move("hand_over", _("Not satisfied: hand over"), ("closed",), "registered", ASKERS, form="projects.reason",
             hold="role:coordinator", guards=("projects.was_quick@1", "reopen_left@1"),
             clocks=(("start", "assign"),), episode=True),
        Move("take_up", _("Ask the leader to rule"), ("closed",), "ruling", (*ASKERS, SYSTEM), form="projects.reason",
             hold="role:leader", guards=("reopenings_spent@1",), clocks=(("start", "rule"),),
             reactions=("callbacks.void",)),
        Move("end", _("End as unsatisfied"), ("ruling",), "ended", (LEADER,), form="projects.reason", hold="none",
             primary=True),
        Move("again", _("Have it handled again"), ("ruling",), "handling", (LEADER,), form="projects.reason",
             hold="lead", clocks=(("stop", "rule"), ("start", "handle"))),
        Move("withdraw", _("Withdraw"), ("registered", "handling"), "withdrawn", (CREATOR, PARTY, LINK, COORDINATOR),
             form="projects.reason", hold="none", guards=("projects.withdrawn@1",)),
        Move("note", _("Comment"), _NOTED, "", ANYBODY_TOLD, form="projects.note", commutative=True),
        Move("evidence", _("Add evidence"), _NOTED, "", ANYBODY_TOLD, form="projects.evidence", commutative=True),
    ),
)  # fmt: skip

DATE_QUESTION = Mechanism(
    name="projects.date",
    title=_("Question for a date"),
    noun=_("Date question"),
    prefix="XQ",
    stages=(
        Stage("asked", _("Asked")),
        Stage("answered", _("Date given"), final=True),
        Stage("void", _("No longer needed"), final=True),
    ),
    limits=(Limit("answer", _("Time to answer"), "projects.date.answer", main=True),),
    moves=(
        Move("open", _("Ask"), (), "asked", (COORDINATOR, SYSTEM), form="projects.date.open",
             hold="subject:officer/coordinator", clocks=(("start", "answer"),)),
        Move("hand_on", _("Ask another unit"), ("asked",), "", (COORDINATOR, HOLDER), form="projects.assign",
             hold="field"),
        Move("answer", _("Give the date"), ("asked",), "answered", (HOLDER, COORDINATOR, OFFICER),
             form="projects.date.answer", hold="none", guards=("projects.date_makes_sense@1",),
             effects=("projects.date_given@1",), answers=True, primary=True),
        Move("drop", _("Drop the question"), ("asked",), "void", (COORDINATOR, SYSTEM), form="projects.reason",
             hold="none"),
        Move("note", _("Comment"), ("asked",), "", EVERYBODY, form="projects.note", commutative=True),
    ),
)  # fmt: skip

TIMETABLE = Mechanism(
    name="projects.timetable",
    title=_("Backward timetable"),
    noun=_("Timetable"),
    prefix="DP",
    stages=(
        Stage("draft", _("Draft")),
        Stage("submitted", _("Submitted")),
        Stage("approved", _("Approved baseline"), final=True),
        Stage("replaced", _("Replaced"), final=True),
    ),
    limits=(
        Limit("opinion", _("Time for opinions"), "projects.timetable.opinion", main=True),
        Limit("approve", _("Time to approve"), "projects.timetable.approve"),
    ),
    moves=(
        Move("open", _("Draft a timetable"), (), "draft", (COORDINATOR, OFFICER, SYSTEM),
             form="projects.timetable.open",
             hold="subject:officer/coordinator", clocks=(("start", "opinion"),)),
        Move("opinion", _("Give an opinion"), ("draft", "submitted"), "", (*EVERYBODY, LINK),
             form="projects.timetable.opinion", commutative=True),
        Move("submit", _("Submit for approval"), ("draft",), "submitted", (OFFICER, COORDINATOR),
             form="projects.note_optional", hold="role:coordinator",
             clocks=(("stop", "opinion"), ("start", "approve")), answers=True, primary=True),
        Move("approve", _("Approve"), ("submitted",), "approved", (COORDINATOR, LEADER),
             form="projects.note_optional", hold="none",
             guards=("another_person@1", "projects.reanchor_by_leader@1"),
             effects=("projects.baseline@1",), primary=True),
        Move("send_back", _("Send back"), ("submitted",), "draft", (COORDINATOR, LEADER), form="projects.reason",
             hold="subject:officer/coordinator", clocks=(("stop", "approve"), ("start", "opinion"))),
        Move("replace", _("Replace by a newer draft"), ("draft", "submitted"), "replaced",
             (COORDINATOR, OFFICER, SYSTEM), form="projects.reason", hold="none",
             effects=("projects.draft_replaced@1",)),
    ),
)  # fmt: skip

PROMISE = Mechanism(
    name="projects.promise",
    title=_("Promise"),
    noun=_("Promise"),
    prefix="CN",
    stages=(
        Stage("owed", _("Owed")),
        Stage("claimed", _("Said to be kept")),
        Stage("kept", _("Kept"), final=True),
        Stage("waived", _("Waived"), final=True),
        Stage("broken", _("Broken"), final=True),
    ),
    limits=(
        Limit("keep", _("Due date of the promise"), "date:due", main=True),
        Limit("verify", _("Time to verify"), "projects.promise.verify"),
    ),
    moves=(
        Move("open", _("Register"), (), "owed", (COORDINATOR, OFFICER, SYSTEM), form="projects.promise.open",
             hold="field", clocks=(("start", "keep"),)),
        Move("claim", _("Say it is kept"), ("owed",), "claimed", (HOLDER, OFFICER, PARTY),
             form="projects.promise.claim", hold="role:coordinator",
             clocks=(("pause", "keep"), ("start", "verify")), answers=True, primary=True),
        Move("accept", _("Accept"), ("claimed",), "kept", (COORDINATOR,), form="projects.note_optional",
             hold="none", guards=("another_person@1",), primary=True),
        Move("reject", _("Send back"), ("claimed",), "owed", (COORDINATOR,), form="projects.reason", hold="lead",
             clocks=(("stop", "verify"), ("resume", "keep"))),
        Move("waive", _("Waive"), ("owed", "claimed"), "waived", (LEADER,), form="projects.reason", hold="none"),
        Move("break", _("Declare broken"), ("owed", "claimed"), "broken", (LEADER,), form="projects.reason",
             hold="none"),
        Move("note", _("Comment"), ("owed", "claimed"), "", EVERYBODY, form="projects.note", commutative=True),
    ),
)  # fmt: skip

#: How other lines fill the timetable: opened with the project as subject, done in the same moment.
NODE_DATE = Mechanism(
    name="projects.node_date",
    title=_("Date of a node"),
    noun=_("Node date"),
    prefix="JD",
    stages=(Stage("entered", _("Entered"), final=True),),
    moves=(
        Move("open", _("Enter dates of a node"), (), "entered", (ANY_POST, SYSTEM), form="projects.node_date.open",
             hold="none", guards=("projects.node_known@1",), effects=("projects.node_dated@1",)),
    ),
)  # fmt: skip

ALL = (PROBLEM, DATE_QUESTION, NODE_DATE, TIMETABLE, PROMISE)
