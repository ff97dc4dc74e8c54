"""A need (心愿) of an enterprise that is about none of its projects. Pure declaration."""

from bihuan.logic.mechanism import Grant, Limit, Mechanism, Move, Rung, Stage
from bihuan.logic.mechanism import said as _

COORDINATOR = Grant(role="coordinator", relation="scope")
OFFICER = Grant(role="officer", relation="scope")
LEADER = Grant(role="leader", relation="scope")
HOLDER = Grant(relation="holder")
CREATOR = Grant(relation="creator")
PARTY = Grant(kind="party", relation="party")
LINK = Grant(kind="link", role="track", relation="link")
#: Whoever was given a link to one need may say another of the same enterprise.
LINK_OPENS = Grant(kind="link", role="track", relation="party")
SYSTEM = Grant(kind="system")
ASKERS = (PARTY, LINK, CREATOR, OFFICER, COORDINATOR)
INSIDE = (Grant(relation="scope"), HOLDER, Grant(relation="lead"), Grant(relation="support"), CREATOR)
_LIVE = ("registered", "handling", "answered", "ruling")

NEED = Mechanism(
    name="enterprise.need",
    title=_("Need of an enterprise"),
    noun=_("Need"),
    prefix="XY",
    stages=(
        Stage("registered", _("Registered")),
        Stage("handling", _("Being handled")),
        Stage("answered", _("Answered")),
        Stage("closed", _("Signed off"), final=True),
        Stage("ended", _("Ended unsatisfied"), final=True),
        Stage("withdrawn", _("Withdrawn"), final=True),
        Stage("ruling", _("Waiting for a ruling")),
    ),
    limits=(
        Limit("assign", _("Time to assign"), "enterprise.need.assign"),
        Limit("handle", _("Time to handle"), "enterprise.need.handle", main=True),
        Limit("check", _("Time to verify"), "enterprise.need.check"),
        Limit("rule", _("Time to rule"), "enterprise.need.rule"),
    ),
    ladder=(
        Rung("centre", _("Coordination centre"), "coordinator"),
        Rung("leader", _("Leader in charge"), "leader"),
        Rung("top", _("Principal leader"), "principal"),
    ),
    moves=(
        Move("open", _("Say what you need"), (), "registered", (PARTY, LINK_OPENS, OFFICER, COORDINATOR, SYSTEM),
             form="enterprise.open", hold="role:coordinator", clocks=(("start", "assign"),)),
        Move("assign", _("Assign"), ("registered",), "handling", (COORDINATOR,), form="enterprise.assign",
             hold="field", clocks=(("stop", "assign"), ("start", "handle")), primary=True),
        Move("return", _("Return to the centre"), ("handling",), "registered", (HOLDER,), form="enterprise.reason",
             hold="role:coordinator", guards=("return_once@1",)),
        Move("answer", _("Answer"), ("handling",), "answered", (HOLDER,), form="enterprise.answer",
             hold="role:coordinator", clocks=(("pause", "handle"), ("start", "check")),
             guards=("evidence_given@1", "basis_given@1"), answers=True, primary=True),
        # The unit has answered its order, and that was checked and recognised: nobody types it twice.
        Move("settle", _("Settled by its order"), ("handling",), "answered", (SYSTEM,), form="enterprise.settle",
             hold="role:coordinator", clocks=(("pause", "handle"), ("start", "check")), answers=True),
        Move("reject", _("Send back"), ("answered",), "handling", (OFFICER, COORDINATOR), form="enterprise.reason",
             hold="lead", guards=("another_person@1",), clocks=(("stop", "check"), ("resume", "handle"))),
        Move("sign_off", _("Sign off"), ("answered",), "closed", (COORDINATOR,), form="enterprise.checked",
             hold="none", guards=("another_person@1",), reactions=("callbacks.ask",), primary=True),
        Move("confirm", _("Confirm it is done"), ("closed",), "", (SYSTEM,), form="enterprise.confirmed",
             commutative=True),
        Move("reopen", _("Not satisfied: reopen"), ("closed",), "handling", (*ASKERS, SYSTEM),
             form="enterprise.reason", hold="lead", guards=("reopen_left@1",), clocks=(("start", "handle"),),
             reactions=("callbacks.void",), episode=True),
        Move("take_up", _("Ask the leader to rule"), ("closed",), "ruling", (*ASKERS, SYSTEM),
             form="enterprise.reason", hold="role:leader", guards=("reopenings_spent@1",),
             clocks=(("start", "rule"),), reactions=("callbacks.void",)),
        Move("end", _("End as unsatisfied"), ("ruling",), "ended", (LEADER,), form="enterprise.reason", hold="none",
             primary=True),
        Move("again", _("Have it handled again"), ("ruling",), "handling", (LEADER,), form="enterprise.reason",
             hold="lead", clocks=(("stop", "rule"), ("start", "handle"))),
        Move("withdraw", _("Withdraw"), ("registered", "handling"), "withdrawn", (CREATOR, PARTY, LINK, COORDINATOR),
             form="enterprise.reason", hold="none", guards=("enterprise.withdrawn@1",)),
        Move("attach", _("The same need again"), _LIVE, "", (PARTY, LINK, OFFICER, COORDINATOR, SYSTEM),
             form="enterprise.attach", guards=("enterprise.heard_again@1",), commutative=True),
        Move("note", _("Comment"), (*_LIVE, "closed"), "", (*INSIDE, PARTY, LINK), form="enterprise.note",
             commutative=True),
    ),
)  # fmt: skip
