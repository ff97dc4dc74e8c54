"""An order (工单) from the call to the archive, the part (协办) a grid or unit owes to it, a hotspot (热点). Pure."""

from bihuan.logic.mechanism import Grant, Limit, Mechanism, Move, Stage
from bihuan.logic.mechanism import said as _

OPERATOR = Grant(role="operator", relation="scope")
COORDINATOR = Grant(role="coordinator", relation="scope")
SUPERVISOR = Grant(role="supervisor", relation="scope")
GRID_HEAD = Grant(role="grid_head", relation="scope")
GRID_OFFICER = Grant(role="grid_officer", relation="scope")
HOLDER = Grant(relation="holder")
LEAD = Grant(relation="lead")
TRACK = Grant(kind="link", role="track", relation="link")
#: An outside body (物业) answers by a link that was given to it.
ANSWER = Grant(kind="link", role="answer", relation="holder")
SYSTEM = Grant(kind="system")
DESK = (OPERATOR, COORDINATOR)
INSIDE = (Grant(relation="scope"), HOLDER, LEAD, Grant(relation="support"), Grant(relation="creator"))

_WITH_UNIT = ("dispatched", "handling")
_LIVE = ("registered", *_WITH_UNIT, "returning", "answered", "joined", "abroad")
#: Where it can still be added to.
_HEARD = (*_LIVE, "closed", "aside")
#: From here on it is an order like others, under the limits that begin now.
_BEGINS = (("start", "handle"), ("start", "dispatch"))
_ANSWERED = (("stop", "sign"), ("stop", "contact"), ("pause", "handle"), ("start", "check"))
_SENT = (("stop", "dispatch"), ("start", "sign"), ("start", "contact"))

ORDER = Mechanism(
    name="hotline.order",
    title=_("Hotline order"),
    noun=_("Hotline order"),
    prefix="RX",
    stages=(
        Stage("registered", _("To be dispatched")),
        Stage("dispatched", _("To be signed for")),
        Stage("handling", _("Being handled")),
        Stage("answered", _("Answer to be checked")),
        Stage("closed", _("Closed, to be called back"), final=True),
        Stage("archived", _("Archived"), final=True),
        Stage("refused", _("Not accepted"), final=True),
        Stage("withdrawn", _("Withdrawn"), final=True),
        Stage("returning", _("Return to be ruled on")),
        Stage("joined", _("Handled with its twin")),
        Stage("abroad", _("Handed over to another place")),
        Stage("aside", _("Set aside: to be looked at")),
    ),
    limits=(
        # The city's own deadline comes first, by the minute, then what the desk chose, then the general limit.
        Limit("handle", _("Time to answer the caller"), "date:city_due|by:tier|hotline.general", main=True),
        Limit("dispatch", _("Time to dispatch"), "hotline.dispatch"),
        Limit("sign", _("Time to sign for it"), "hotline.sign"),
        Limit("contact", _("Time to contact the caller"), "hotline.contact"),
        Limit("check", _("Time to check the answer"), "hotline.check"),
        Limit("rule", _("Time to rule on a return"), "hotline.rule"),
    ),
    moves=(
        Move("open", _("Register"), (), "registered", (*DESK, GRID_HEAD, GRID_OFFICER, SYSTEM), form="hotline.open",
             hold="role:operator", clocks=_BEGINS, guards=("hotline.classed@1",)),
        # What came suspiciously: nobody holds it and no clock runs until somebody has looked.
        Move("set_aside", _("Set aside"), ("registered",), "aside", (SYSTEM,), form="hotline.set_aside", hold="none",
             clocks=(("stop", "handle"), ("stop", "dispatch"))),
        Move("take_in", _("It is real: take it in"), ("aside",), "registered", (*DESK, SYSTEM),
             form="hotline.note_optional", hold="role:operator", clocks=_BEGINS, guards=("hotline.begins@1",),
             episode=True, primary=True),
        Move("discard", _("It is abuse: discard it"), ("aside",), "refused", (*DESK, SYSTEM), form="hotline.discard",
             hold="none", guards=("hotline.discards@1",)),
        Move("bring_back", _("It was real: bring it back"), ("refused",), "registered", (COORDINATOR, SYSTEM),
             form="hotline.reason", hold="role:operator", clocks=_BEGINS,
             guards=("hotline.discarded@1", "hotline.begins@1"), episode=True),
        Move("dispatch", _("Dispatch"), ("registered",), "dispatched", (*DESK, SYSTEM), form="hotline.dispatch",
             hold="field", clocks=_SENT, guards=("hotline.classed@1", "hotline.not_complained_of@1", "hotline.sent@1"),
             reactions=("hotline.pushed",), primary=True),
        Move("direct", _("Answer at once"), ("registered",), "closed", DESK, form="hotline.direct", hold="none",
             guards=("hotline.answered_from@1",), reactions=("callbacks.ask",), answers=True),
        Move("give_back", _("Return it to the city"), ("registered", "returning"), "refused", (COORDINATOR,),
             form="hotline.give_back", hold="none", guards=("hotline.from_city@1",), reactions=("hotline.withdrawn",)),
        Move("refuse", _("Cannot be accepted"), ("registered",), "refused", DESK, form="hotline.refuse", hold="none",
             guards=("hotline.refused_by@1",)),
        Move("sign", _("Sign for it"), ("dispatched",), "handling", (HOLDER, ANSWER), form="hotline.note_optional",
             hold="lead", clocks=(("stop", "sign"),), primary=True),
        Move("return", _("Return to the desk"), _WITH_UNIT, "returning", (HOLDER,), form="hotline.return",
             hold="role:coordinator", clocks=(("stop", "sign"), ("start", "rule")),
             guards=("return_once@1", "hotline.return_in_time@1")),
        # The clock of the caller runs on, and who received it first stays the lead until this is ruled.
        Move("send_on", _("It goes to another unit"), ("returning",), "dispatched", (COORDINATOR,),
             form="hotline.send_on", hold="field", clocks=(("stop", "rule"), ("start", "sign"), ("start", "contact")),
             guards=("hotline.another_unit@1", "hotline.not_complained_of@1", "hotline.sent@1"),
             effects=("hotline.ruled@1",), reactions=("hotline.pushed",), primary=True),
        Move("uphold", _("It stays there"), ("returning",), "handling", (COORDINATOR,),
             form="hotline.reason", hold="lead", clocks=(("stop", "rule"),), guards=("hotline.was_handled@1",)),
        Move("contact", _("Write down that the caller was contacted"), ("handling",), "", (HOLDER, LEAD),
             form="hotline.contact", clocks=(("stop", "contact"),), guards=("hotline.contacted@1",)),
        # On record when the time to contact the caller is over: a clock alone would say so only once it ends.
        Move("not_contacted", _("Caller not contacted in time"), ("dispatched", "handling", "returning"), "", (SYSTEM,),
             guards=("hotline.uncontacted@1",), commutative=True),
        Move("answer", _("Answer the order"), ("handling",), "answered", (HOLDER, ANSWER), form="hotline.answer",
             hold="role:operator", clocks=_ANSWERED, guards=("hotline.answer_whole@1", "hotline.contacted@1"),
             answers=True, primary=True),
        Move("send_back", _("Send back"), ("answered",), "handling", DESK, form="hotline.reason", hold="lead",
             guards=("another_person@1",), clocks=(("stop", "check"), ("resume", "handle"))),
        Move("close", _("Checked: tell the caller"), ("answered",), "closed", DESK, form="hotline.note_optional",
             hold="none", clocks=(("stop", "check"),), guards=("another_person@1",),
             reactions=("callbacks.ask", "hotline.closed"), primary=True),
        Move("confirm", _("What the caller said"), ("closed",), "", (SYSTEM,), form="hotline.confirmed",
             commutative=True),
        Move("reopen", _("Not solved: have it handled again"), ("closed",), "handling", (*DESK, TRACK, SYSTEM),
             form="hotline.callers_reason", hold="lead", guards=("hotline.reopen_left@1", "hotline.was_handled@1"),
             clocks=(("start", "handle"),), reactions=("callbacks.void",), episode=True),
        # Answered at the desk, it goes back to the desk: no unit has had it yet.
        Move("ask_again", _("Not solved: to be dispatched"), ("closed",), "registered", (*DESK, TRACK, SYSTEM),
             form="hotline.callers_reason", hold="role:operator",
             guards=("hotline.reopen_left@1", "hotline.was_at_desk@1"), clocks=_BEGINS,
             reactions=("callbacks.void",), episode=True),
        Move("take_up", _("Reopened too often: the centre decides"), ("closed",), "returning", (*DESK, TRACK, SYSTEM),
             form="hotline.callers_reason", hold="role:coordinator", guards=("hotline.reopenings_spent@1",),
             clocks=(("start", "handle"), ("start", "rule")), reactions=("callbacks.void",)),
        Move("archive", _("Archive"), ("closed",), "archived", (*DESK, SYSTEM), form="hotline.archive",
             hold="none", guards=("hotline.parts_back@1",)),
        Move("withdraw", _("The caller withdraws it"), ("registered", *_WITH_UNIT, "aside"),
             "withdrawn", (*DESK, TRACK), form="hotline.callers_reason", hold="none",
             reactions=("hotline.withdrawn",)),
        # The system joins what somebody chose to follow rather than report again; the desk can part it.
        Move("join", _("It is the same event as another"), ("registered", *_WITH_UNIT), "joined", (*DESK, SYSTEM),
             form="hotline.join", hold="role:operator", guards=("hotline.joinable@1",),
             clocks=(("stop", "dispatch"), ("stop", "sign"), ("stop", "contact")), effects=("hotline.joined@1",),
             reactions=("hotline.withdrawn",)),
        Move("part", _("It is another event after all"), ("joined",), "registered", DESK, form="hotline.reason",
             hold="role:operator", clocks=(("start", "dispatch"),), effects=("hotline.parted@1",)),
        # What belongs elsewhere: the caller's clock runs on until the other place has answered.
        Move("hand_over", _("Hand over to another place"), ("registered", "returning"), "abroad", DESK,
             form="hotline.hand_over", hold="role:operator", clocks=(("stop", "dispatch"), ("stop", "rule")),
             guards=("hotline.may_go_abroad@1", "hotline.goes_abroad@1"), effects=("hotline.goes_abroad@1",),
             reactions=("hotline.handed",)),
        Move("close_abroad", _("Closed in the other place"), ("abroad",), "closed", (SYSTEM,),
             form="hotline.close_abroad", hold="none", reactions=("callbacks.ask", "hotline.closed"), answers=True),
        Move("take_home", _("Take it back from the other place"), ("abroad",), "registered", DESK,
             form="hotline.reason", hold="role:operator", clocks=(("start", "dispatch"),),
             effects=("hotline.back_from_abroad@1",)),
        Move("answer_with", _("Answered with its twin"), ("joined",), "closed", (SYSTEM,), form="hotline.answer_with",
             hold="none", reactions=("callbacks.ask",)),
        Move("ask_extension", _("Ask for more time"), ("handling",), "", (HOLDER,), form="hotline.extension",
             clocks=(("ask", "handle"),), guards=("hotline.before_due@1",)),
        Move("grant_extension", _("Grant more time and tell the caller"), ("handling",), "", (COORDINATOR,),
             form="hotline.told", clocks=(("grant", "handle"),), guards=("hotline.own_deadline@1",)),
        Move("refuse_extension", _("Refuse more time"), ("handling",), "", (COORDINATOR,), form="hotline.reason",
             clocks=(("refuse", "handle"),), guards=("hotline.own_deadline@1",)),
        # The city's deadline governs: what was asked for goes to the city, and its answer moves the clock.
        Move("city_grants", _("The city grants more time"), ("handling",), "", (*DESK, SYSTEM),
             form="hotline.city_granted", clocks=(("grant", "handle"),), guards=("hotline.citys_deadline@1",),
             effects=("hotline.city_moved@1",)),
        Move("city_refuses", _("The city refuses more time"), ("handling",), "", (*DESK, SYSTEM),
             form="hotline.city_refused", clocks=(("refuse", "handle"),), guards=("hotline.citys_deadline@1",)),
        # An address that turns out wrong: where it lies is found anew, and the right grid is asked.
        Move("relocate", _("Correct the place"), ("registered", *_WITH_UNIT, "returning"), "",
             (*DESK, HOLDER, LEAD, GRID_HEAD), form="hotline.relocate", guards=("hotline.relocated@1",),
             reactions=("hotline.relocated",)),
        Move("urge", _("Urge"), _LIVE, "", (*DESK, SUPERVISOR), form="hotline.reason", commutative=True),
        Move("add", _("The caller adds something"), _HEARD, "", (*DESK, TRACK, SYSTEM),
             form="hotline.added", commutative=True),
        Move("note", _("Comment"), _HEARD, "", (*INSIDE, SYSTEM), form="hotline.note", commutative=True),
        Move("evidence", _("Add evidence"), _HEARD, "", (*INSIDE, SYSTEM), form="hotline.evidence",
             commutative=True),
    ),
)  # fmt: skip

PART = Mechanism(
    name="hotline.part",
    title=_("Part of an order"),
    noun=_("Support"),
    prefix="RB",
    stages=(
        Stage("asked", _("Feedback asked for")),
        Stage("given", _("Feedback given"), final=True),
        Stage("withdrawn", _("Feedback no longer needed"), final=True),
    ),
    limits=(Limit("answer", _("Time for feedback"), "hotline.part", main=True),),
    moves=(
        Move("open", _("Ask for feedback"), (), "asked", (SYSTEM,), form="hotline.part", hold="field",
             clocks=(("start", "answer"),)),
        Move("answer", _("Give feedback"), ("asked",), "given", (HOLDER, ANSWER), form="hotline.part_answer",
             hold="none", answers=True, primary=True),
        # On record against this unit alone; it still owes its feedback.
        Move("keep_silent", _("No feedback within the limit"), ("asked",), "", (SYSTEM,),
             guards=("hotline.kept_silent@1",), commutative=True),
        Move("withdraw", _("Feedback no longer needed"), ("asked",), "withdrawn", (SYSTEM,), form="hotline.reason",
             hold="none"),
        Move("relocate", _("Correct the place"), ("asked",), "", (SYSTEM,), guards=("hotline.lies_with_order@1",)),
        # Somebody who came second, perhaps back from a place without a signal, keeps the own words as a comment.
        Move("note", _("Comment"), ("asked", "given"), "", INSIDE, form="hotline.note", commutative=True),
    ),
)  # fmt: skip

#: What is found while it is handled, or before it was issued.
_FOUND = ("raised", "issued", "handling")

HOTSPOT = Mechanism(
    name="hotline.hotspot",
    title=_("Hotspot"),
    noun=_("Hotspot"),
    prefix="RD",
    stages=(
        Stage("raised", _("To be looked at")),
        Stage("issued", _("Warning to be signed for")),
        Stage("handling", _("Being handled")),
        Stage("lifted", _("Lifted"), final=True),
        Stage("untrue", _("False alarm"), final=True),
    ),
    limits=(
        Limit("handle", _("Time to a standard answer"), "hotline.spot_handle", main=True),
        Limit("issue", _("Time to look at it"), "hotline.spot_issue"),
        Limit("sign", _("Time to sign for it"), "hotline.spot_sign"),
    ),
    moves=(
        Move("open", _("Raise"), (), "raised", (SYSTEM,), form="hotline.spot", hold="role:coordinator",
             clocks=(("start", "issue"),), guards=("hotline.classed@1",), effects=("hotline.spotted@1",)),
        Move("issue", _("Issue the warning"), ("raised",), "issued", (COORDINATOR,), form="hotline.spot_issue",
             hold="field", clocks=(("stop", "issue"), ("start", "sign"), ("start", "handle")), primary=True),
        Move("sign", _("Sign for it"), ("issued",), "handling", (HOLDER,), form="hotline.note_optional", hold="lead",
             clocks=(("stop", "sign"),), primary=True),
        Move("return", _("It is not ours"), ("issued", "handling"), "raised", (HOLDER,), form="hotline.reason",
             hold="role:coordinator", clocks=(("stop", "sign"), ("stop", "handle"), ("start", "issue")),
             guards=("return_once@1",)),
        Move("measure", _("Say what is being done"), ("handling",), "", (HOLDER, LEAD, Grant(relation="support")),
             form="hotline.spot_measure", commutative=True),
        Move("propose", _("Propose the standard answer"), ("handling",), "", (HOLDER, LEAD), form="hotline.spot_answer",
             guards=("hotline.dated@1",), effects=("hotline.proposed@1",), answers=True, primary=True),
        Move("approve", _("Approve the standard answer"), ("handling",), "", (COORDINATOR,),
             form="hotline.note_optional", clocks=(("stop", "handle"),),
             guards=("hotline.answer_proposed@1", "another_person@1"), effects=("hotline.answer_approved@1",),
             primary=True),
        Move("send_back", _("Send the answer back"), ("handling",), "", (COORDINATOR,), form="hotline.reason",
             guards=("hotline.answer_proposed@1",), effects=("hotline.answer_refused@1",)),
        Move("lift", _("Lift the hotspot"), ("handling",), "lifted", (COORDINATOR,), form="hotline.spot_lift",
             hold="none", guards=("hotline.answer_stands@1",), effects=("hotline.lifted@1",), primary=True),
        Move("dismiss", _("It is a false alarm"), _FOUND, "untrue", (COORDINATOR,), form="hotline.reason",
             hold="none", effects=("hotline.untrue@1",)),
        Move("note", _("Comment"), _FOUND, "", INSIDE, form="hotline.note", commutative=True),
        Move("evidence", _("Add evidence"), _FOUND, "", INSIDE, form="hotline.evidence", commutative=True),
    ),
)  # fmt: skip

ALL = (ORDER, PART, HOTSPOT)
