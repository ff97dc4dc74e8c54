"""Many complaints, one task: what keeps coming back is put right at its root, and the effect is measured. Pure."""

from bihuan.lines.hotline.mechanisms import COORDINATOR, HOLDER, INSIDE
from bihuan.logic.mechanism import Grant, Limit, Mechanism, Move, Rung, Stage
from bihuan.logic.mechanism import said as _

LEADER = Grant(role="leader", relation="scope")
_OPEN = ("set", "working", "watched")
CAUSE = Mechanism(
    name="hotline.cause",
    title=_("Root-cause task"),
    noun=_("Root-cause task"),
    prefix="GZ",
    stages=(
        Stage("set", _("Task given")),
        Stage("working", _("Cause being removed")),
        Stage("watched", _("Effect is watched")),
        Stage("effective", _("Later calls fell"), final=True),
        Stage("dropped", _("Task dropped"), final=True),
    ),
    limits=(
        Limit("settle", _("Time to put the cause right"), "hotline.cause", main=True),
        Limit("take", _("Time to take the task on"), "hotline.sign"),
        Limit("watch", _("Time to judge the effect"), "hotline.cause_watch"),
    ),
    moves=(
        Move("open", _("Set a root-cause task"), (), "set", (COORDINATOR, LEADER), form="hotline.cause", hold="field",
             clocks=(("start", "settle"), ("start", "take")), guards=("hotline.cause_classed@1",)),
        Move("take", _("Take it on with a plan"), ("set",), "working", (HOLDER,), form="hotline.cause_plan",
             hold="lead", clocks=(("stop", "take"),), primary=True),
        Move("done", _("The cause is put right"), ("working",), "watched", (HOLDER,), form="hotline.cause_done",
             hold="role:coordinator", clocks=(("pause", "settle"), ("start", "watch")),
             guards=("hotline.cause_done@1",), answers=True, primary=True),
        # Whoever judges reads how many calls came since; the numbers are kept with the judgement.
        Move("conclude", _("It held: fewer calls came"), ("watched",), "effective", (COORDINATOR, LEADER),
             form="hotline.cause_judged", hold="none", guards=("another_person@1", "hotline.cause_fell@1"),
             primary=True),
        Move("resume", _("Calls go on: put it right again"), ("watched",), "working", (COORDINATOR, LEADER),
             form="hotline.reason", hold="lead", clocks=(("stop", "watch"), ("resume", "settle"))),
        # What a joint meeting decided about who answers for such calls holds from then on.
        Move("rule", _("Dispatch such calls as the meeting decided"), _OPEN, "", (COORDINATOR,),
             form="hotline.cause_rule", guards=("hotline.cause_decided@2",), effects=("hotline.cause_ruled@2",)),
        Move("drop", _("Drop the task"), _OPEN, "dropped", (COORDINATOR, LEADER), form="hotline.reason", hold="none"),
        Move("note", _("Comment"), _OPEN, "", INSIDE, form="hotline.note", commutative=True),
        Move("evidence", _("Add evidence"), _OPEN, "", INSIDE, form="hotline.evidence", commutative=True),
    ),
    ladder=(
        Rung("centre", _("Coordination centre"), "coordinator"), Rung("leader", _("Leader in charge"), "leader"),
        Rung("top", _("Principal leader"), "principal"),
    ),
)  # fmt: skip
ALL = (CAUSE,)
