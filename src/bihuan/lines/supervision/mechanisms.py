"""The kinds of matter of supervision. Pure declarations.

No move that judges anybody is permitted to the system: rules draft, people of the right rank decide.
"""

from bihuan.logic.mechanism import Grant, Limit, Mechanism, Move, Stage
from bihuan.logic.mechanism import said as _

SUPERVISOR = Grant(role="supervisor", relation="scope")
COORDINATOR = Grant(role="coordinator", relation="scope")
LEADER = Grant(role="leader", relation="scope")
HOLDER = Grant(relation="holder")
LEAD = Grant(relation="lead")
CREATOR = Grant(relation="creator")
ANY_UNIT = Grant(role="department", relation="scope")
OFFICER = Grant(role="officer", relation="scope")
SYSTEM = Grant(kind="system")

ASSESSMENT = Mechanism(
    name="supervision.assessment",
    title=_("Assessment"),
    noun=_("Proposal of assessment"),
    prefix="KH",
    stages=(
        Stage("drafted", _("Drafted")),
        Stage("shown", _("Shown to those scored")),
        Stage("submitted", _("Submitted for a decision")),
        Stage("settled", _("Settled"), final=True),
        Stage("dropped", _("Dropped"), final=True),
    ),
    limits=(
        Limit("show", _("Time for appeals"), "supervision.assessment.show", main=True),
        Limit("settle", _("Time to decide"), "supervision.assessment.settle"),
    ),
    moves=(
        Move("open", _("Draft an assessment"), (), "drafted", (SUPERVISOR,), form="supervision.assessment.open",
             hold="role:supervisor", effects=("supervision.assess@1",)),
        Move("show", _("Show to those scored"), ("drafted",), "shown", (SUPERVISOR,),
             form="supervision.note_optional", clocks=(("start", "show"),), effects=("supervision.show@1",),
             primary=True),
        Move("submit", _("Submit for a decision"), ("shown",), "submitted", (SUPERVISOR,),
             form="supervision.note_optional", hold="role:leader",
             guards=("supervision.heard_out@1",), clocks=(("stop", "show"), ("start", "settle")),
             answers=True, primary=True),
        Move("settle", _("Settle as a proposal to the appraisal office"), ("submitted",), "settled", (LEADER,),
             form="supervision.note_optional", hold="none", guards=("another_person@1",), primary=True),
        Move("send_back", _("Send back"), ("submitted",), "shown", (LEADER,), form="supervision.reason",
             hold="role:supervisor", clocks=(("stop", "settle"), ("start", "show"))),
        Move("drop", _("Drop"), ("drafted",), "dropped", (SUPERVISOR,), form="supervision.reason", hold="none"),
    ),
)  # fmt: skip

APPEAL = Mechanism(
    name="supervision.appeal",
    title=_("Appeal against a score"),
    noun=_("Appeal"),
    prefix="SS",
    stages=(
        Stage("raised", _("Raised")),
        Stage("upheld", _("The score stands"), final=True),
        Stage("corrected", _("Corrected"), final=True),
        Stage("withdrawn", _("Withdrawn"), final=True),
    ),
    limits=(Limit("decide", _("Time to decide"), "supervision.appeal.decide", main=True),),
    moves=(
        Move("open", _("Appeal"), (), "raised", (ANY_UNIT, OFFICER, COORDINATOR), form="supervision.appeal.open",
             hold="role:supervisor", guards=("supervision.may_appeal@1",), clocks=(("start", "decide"),)),
        Move("uphold", _("Let the score stand"), ("raised",), "upheld", (SUPERVISOR,), form="supervision.reason",
             hold="none", guards=("supervision.not_own_unit@1",), answers=True, primary=True),
        Move("correct", _("Correct the score"), ("raised",), "corrected", (SUPERVISOR,),
             form="supervision.appeal.correct", hold="none", guards=("supervision.not_own_unit@1",),
             effects=("supervision.correct@1",), answers=True),
        Move("withdraw", _("Withdraw"), ("raised",), "withdrawn", (CREATOR,), form="supervision.reason", hold="none"),
    ),
)  # fmt: skip

#: What drafting, hearing and deciding have in common for cards and for mentions.
_BEFORE = ("drafted", "hearing", "heard")

CARD = Mechanism(
    name="supervision.card",
    title=_("Yellow and red cards"),
    noun=_("Card"),
    prefix="HP",
    stages=(
        Stage("drafted", _("Drafted")),
        Stage("hearing", _("The unit is heard")),
        Stage("heard", _("Heard")),
        Stage("issued", _("Card issued"), final=True),
        Stage("dropped", _("Dropped"), final=True),
        Stage("appealed", _("Appealed against")),
        Stage("upheld", _("Upheld"), final=True),
        Stage("corrected", _("Withdrawn on appeal"), final=True),
    ),
    limits=(
        Limit("statement", _("Time for the unit's statement"), "supervision.card.statement", main=True),
        Limit("decide", _("Time to decide"), "supervision.card.decide"),
        Limit("appeal", _("Time to decide on the appeal"), "supervision.card.appeal"),
    ),
    moves=(
        Move("open", _("Draft a card"), (), "drafted", (SUPERVISOR, SYSTEM), form="supervision.card.open",
             hold="role:supervisor"),
        Move("hear", _("Hear the unit"), ("drafted",), "hearing", (SUPERVISOR,), form="supervision.hear",
             hold="field", clocks=(("start", "statement"),), primary=True),
        Move("state", _("State our side"), ("hearing",), "heard", (HOLDER,), form="supervision.statement",
             hold="role:supervisor", clocks=(("stop", "statement"), ("start", "decide")), primary=True),
        Move("silent", _("No statement came in time"), ("hearing",), "heard", (SUPERVISOR,),
             form="supervision.note_optional", hold="role:supervisor", guards=("supervision.time_is_up@1",),
             clocks=(("stop", "statement"), ("start", "decide"))),
        Move("issue", _("Issue the card"), ("heard",), "issued", (SUPERVISOR,), form="supervision.card.issue",
             hold="none", guards=("supervision.not_own_unit@1",),
             effects=("supervision.card_paper@1",), answers=True, primary=True),
        Move("drop", _("Drop it"), _BEFORE, "dropped", (SUPERVISOR,), form="supervision.reason", hold="none"),
        Move("appeal", _("Appeal"), ("issued",), "appealed", (LEAD,), form="supervision.statement",
             hold="role:leader", guards=("supervision.within_window@1",), clocks=(("start", "appeal"),)),
        Move("uphold", _("Uphold the card"), ("appealed",), "upheld", (LEADER,), form="supervision.reason",
             hold="none", guards=("another_person@1",), primary=True),
        Move("correct", _("Withdraw the card"), ("appealed",), "corrected", (LEADER,), form="supervision.reason",
             hold="none", guards=("another_person@1",), effects=("supervision.card_void@1",)),
    ),
)  # fmt: skip

MENTION = Mechanism(
    name="supervision.mention",
    title=_("Commendation and criticism"),
    noun=_("Commendation or criticism"),
    prefix="TB",
    stages=(
        Stage("drafted", _("Drafted")),
        Stage("hearing", _("The unit is heard")),
        Stage("heard", _("Heard")),
        Stage("asked", _("Waits for the leader's decision")),
        Stage("issued", _("Paper issued"), final=True),
        Stage("dropped", _("Dropped"), final=True),
        Stage("appealed", _("Appealed against")),
        Stage("upheld", _("Upheld"), final=True),
        Stage("corrected", _("Withdrawn on appeal"), final=True),
    ),
    limits=(
        Limit("statement", _("Time for the unit's statement"), "supervision.card.statement", main=True),
        Limit("decide", _("Time to decide"), "supervision.card.decide"),
        Limit("appeal", _("Time to decide on the appeal"), "supervision.card.appeal"),
    ),
    moves=(
        Move("open", _("Draft a commendation or criticism"), (), "drafted", (SUPERVISOR,),
             form="supervision.mention.open", hold="role:supervisor"),
        Move("hear", _("Hear the unit"), ("drafted",), "hearing", (SUPERVISOR,), form="supervision.hear",
             hold="field", clocks=(("start", "statement"),), primary=True),
        Move("state", _("State our side"), ("hearing",), "heard", (HOLDER,), form="supervision.statement",
             hold="role:supervisor", clocks=(("stop", "statement"),), primary=True),
        Move("silent", _("No statement came in time"), ("hearing",), "heard", (SUPERVISOR,),
             form="supervision.note_optional", hold="role:supervisor", guards=("supervision.time_is_up@1",),
             clocks=(("stop", "statement"),)),
        Move("ask", _("Ask the leader to decide"), ("drafted", "heard"), "asked", (SUPERVISOR,),
             form="supervision.note_optional", hold="role:leader", guards=("supervision.critic_was_heard@1",),
             clocks=(("start", "decide"),), answers=True),
        Move("issue", _("Approve and issue"), ("asked",), "issued", (LEADER,), form="supervision.note_optional",
             hold="none", guards=("another_person@1",), effects=("supervision.mention_paper@1",), primary=True),
        Move("drop", _("Drop it"), (*_BEFORE, "asked"), "dropped", (SUPERVISOR, LEADER), form="supervision.reason",
             hold="none"),
        Move("appeal", _("Appeal"), ("issued",), "appealed", (LEAD,), form="supervision.statement",
             hold="role:principal", guards=("supervision.within_window@1",), clocks=(("start", "appeal"),)),
        Move("uphold", _("Uphold it"), ("appealed",), "upheld", (Grant(role="principal", relation="scope"),),
             form="supervision.reason", hold="none", primary=True),
        Move("correct", _("Withdraw it"), ("appealed",), "corrected", (Grant(role="principal", relation="scope"),),
             form="supervision.reason", hold="none", effects=("supervision.card_void@1",)),
    ),
)  # fmt: skip

WATCH = Mechanism(
    name="supervision.watch",
    title=_("Urging and watching"),
    noun=_("Watched matter"),
    prefix="DB",
    stages=(
        Stage("asked", _("Waits for the unit's answer")),
        Stage("answered", _("Answered")),
        Stage("lifted", _("Lifted"), final=True),
    ),
    limits=(Limit("answer", _("Time to answer supervision"), "supervision.watch.answer", main=True),),
    moves=(
        Move("open", _("Urge or watch"), (), "asked", (SUPERVISOR,), form="supervision.watch.open",
             hold="field", guards=("supervision.one_watch@1",), clocks=(("start", "answer"),)),
        Move("answer", _("Answer supervision"), ("asked",), "answered", (HOLDER,), form="supervision.watch.answer",
             hold="role:supervisor", clocks=(("stop", "answer"),), answers=True, primary=True),
        Move("again", _("Ask again"), ("answered",), "asked", (SUPERVISOR,), form="supervision.reason",
             hold="lead", clocks=(("start", "answer"),)),
        Move("lift", _("Lift the watch"), ("asked", "answered"), "lifted", (SUPERVISOR,),
             form="supervision.note_optional", hold="none", guards=("another_person@1",), primary=True),
    ),
)  # fmt: skip

PLATE = Mechanism(
    name="supervision.plate",
    title=_("Responsibility plate"),
    noun=_("Responsibility plate"),
    prefix="ZP",
    stages=(
        Stage("hung", _("Hung")),
        Stage("down", _("Taken down"), final=True),
        Stage("void", _("Void"), final=True),
    ),
    limits=(Limit("due", _("Due date of the duty"), "date:due", main=True),),
    moves=(
        Move("open", _("Hang a plate"), (), "hung", (SUPERVISOR, COORDINATOR), form="supervision.plate.open",
             hold="field", clocks=(("start", "due"),), effects=("supervision.hang@1",)),
        Move("change", _("Change who answers for it"), ("hung",), "", (SUPERVISOR, COORDINATOR),
             form="supervision.plate.change", hold="field"),
        Move("take_down", _("Take it down: done"), ("hung",), "down", (SUPERVISOR, COORDINATOR),
             form="supervision.plate.done", hold="none", guards=("evidence_given@1",),
             effects=("supervision.unhang@1",), primary=True),
        Move("void", _("Void it"), ("hung",), "void", (SUPERVISOR,), form="supervision.reason", hold="none",
             effects=("supervision.unhang@1",)),
    ),
)  # fmt: skip

ALL = (ASSESSMENT, APPEAL, CARD, MENTION, WATCH, PLATE)
