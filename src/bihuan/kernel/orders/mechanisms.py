"""The kinds of matter of this room: the order and each supporting unit's part in it. Pure declarations."""

from bihuan.logic.mechanism import Grant, Limit, Mechanism, Move, Stage
from bihuan.logic.mechanism import said as _

COORDINATOR = Grant(role="coordinator", relation="scope")
SUPERVISOR = Grant(role="supervisor", relation="scope")
LEADER = Grant(role="leader", relation="scope")
PRINCIPAL = Grant(role="principal", relation="scope")
#: The leader it was put up to; the principal leader may sign in anybody's place.
SIGNER = (Grant(role="leader", relation="holder"), PRINCIPAL)
HOLDER = Grant(relation="holder")
LEAD = Grant(relation="lead")
SUPPORT = Grant(relation="support")
CREATOR = Grant(relation="creator")
#: An outside body answers by a link that was given to it to answer; any other link just looks.
LINK = Grant(kind="link", role="answer", relation="holder")
LINK_LEAD = Grant(kind="link", role="answer", relation="lead")
SYSTEM = Grant(kind="system")
EVERYBODY = (Grant(relation="scope"), HOLDER, LEAD, SUPPORT, CREATOR, LINK_LEAD)

_WITH_UNIT = ("issued", "received", "handling", "unit_review")
_SUCCESSION = "handing_over"
_RUNNING = (*_WITH_UNIT, _SUCCESSION, "returning", "answered", "checked", "recognised", "seen")
_NOTED = ("drafted", "signing", *_RUNNING, "closed")
_OUT = (("stop", "sign"), ("start", "receive"), ("start", "answer"), ("start", "report"))
_ANSWERED = (("stop", "receive"), ("pause", "answer"), ("stop", "report"), ("start", "check"))
_HANDED_OVER = (("stop", "sign"), ("start", "receive"))
_BACK = (("resume", "answer"), ("start", "report"))

ORDER = Mechanism(
    name="orders.order",
    title=_("Order"),
    noun=_("Order"),
    prefix="JB",
    stages=(
        Stage("drafted", _("Being drafted")),
        Stage("signing", _("Waiting for signature")),
        Stage("issued", _("Issued")),
        Stage("received", _("Received")),
        Stage("handling", _("Being handled")),
        Stage("unit_review", _("In the unit's review")),
        Stage("answered", _("Answered")),
        Stage("checked", _("Checked by the centre")),
        Stage("recognised", _("Recognised as done")),
        Stage("seen", _("Read by the signer")),
        Stage("closed", _("Signed off"), final=True),
        Stage("withdrawn", _("Withdrawn"), final=True),
        Stage("voided", _("Voided"), final=True),
        Stage("returning", _("Return waits for a decision")),
        Stage(_SUCCESSION, _("Hand-over waits for a signature")),
    ),
    limits=(
        Limit("put_up", _("Time to put up"), "orders.put_up"),
        Limit("sign", _("Time to sign"), "orders.sign"),
        Limit("receive", _("Time to receive"), "orders.receive"),
        Limit("answer", _("Time to answer"), "date:due|orders.answer", main=True),
        Limit("report", _("Time to the next report"), "orders.report"),
        Limit("decide", _("Time to decide on a return"), "orders.decide"),
        Limit("check", _("Time to check"), "orders.check"),
        Limit("recognise", _("Time to recognise"), "orders.recognise"),
        Limit("see", _("Time to read"), "orders.see"),
    ),
    moves=(
        Move("open", _("Draft an order"), (), "drafted", (COORDINATOR, SUPERVISOR, LEADER, PRINCIPAL, SYSTEM),
             form="orders.draft", hold="role:coordinator", clocks=(("start", "put_up"),),
             guards=("orders.drafted@1",)),
        Move("revise", _("Revise"), ("drafted",), "", (COORDINATOR, CREATOR), form="orders.revise",
             guards=("orders.drafted@1",)),
        Move("put_up", _("Review and put up"), ("drafted",), "signing", (COORDINATOR,), form="orders.put_up",
             hold="post:signer", clocks=(("stop", "put_up"), ("start", "sign")),
             guards=("orders.second_reader@1", "orders.addressed@1", "orders.signer@1"),
             effects=("orders.paper@1",), primary=True),
        Move("readdress", _("Put up to another signer"), ("signing", _SUCCESSION), "", (COORDINATOR,),
             form="orders.readdress", hold="post:signer", guards=("orders.signer@1",),
             effects=("orders.paper@1",)),
        Move("send_back", _("Send back to be revised"), ("signing",), "drafted", SIGNER, form="orders.reason",
             hold="role:coordinator", clocks=(("stop", "sign"), ("start", "put_up"))),
        Move("sign", _("Sign"), ("signing",), "issued", SIGNER, form="orders.sign", hold="field", clocks=_OUT,
             guards=("orders.signed@1", "orders.issued@1"), effects=("orders.number@1",),
             reactions=("orders.issued",), primary=True),
        Move("sign_paper", _("Enter a signature on paper"), ("signing",), "issued", (COORDINATOR,),
             form="orders.sign_paper", hold="field", clocks=_OUT,
             guards=("orders.signed_on_paper@1", "orders.issued@1"), effects=("orders.number_on_paper@1",),
             reactions=("orders.issued",)),
        Move("withdraw", _("Withdraw"), ("drafted", "signing"), "withdrawn", (CREATOR, COORDINATOR),
             form="orders.reason", hold="none", guards=("orders.withdrawn@1",),
             effects=("orders.void_paper@1",)),
        Move("receive", _("Receive"), ("issued",), "received", (HOLDER, LINK), form="orders.note_optional",
             hold="lead", clocks=(("stop", "receive"),), guards=("orders.receipt@1",),
             primary=True),
        Move("return", _("Return to the signer"), ("issued", "received"), "returning", (HOLDER,),
             form="orders.return", hold="post:signer", clocks=(("stop", "receive"), ("start", "decide")),
             guards=("return_once@1", "orders.return_in_time@1", "orders.receipt@1")),
        Move("reassign", _("Give it to another unit"), ("returning",), "issued", SIGNER, form="orders.reassign",
             hold="field", clocks=(("stop", "decide"), ("start", "receive")), guards=("orders.reassigned@1",),
             effects=("orders.renumber@1",), reactions=("orders.issued",), primary=True),
        Move("uphold", _("It stays with this unit"), ("returning",), "received", SIGNER, form="orders.reason",
             hold="lead", clocks=(("stop", "decide"),)),
        # The unit is gone, its order is not: the clock runs on, and a new paper names the unit that took over.
        Move("hand_over", _("Hand over from an abolished unit"), _WITH_UNIT, _SUCCESSION, (COORDINATOR,),
             form="orders.hand_over", hold="post:signer", clocks=(("stop", "receive"), ("start", "sign")),
             guards=("orders.unit_gone@1", "orders.heir@1", "orders.successor_signer@1"),
             effects=("orders.paper@1",)),
        Move("sign_over", _("Sign the hand-over"), (_SUCCESSION,), "issued", SIGNER, form="orders.note_optional",
             hold="field", clocks=_HANDED_OVER, guards=("orders.signed@1", "orders.handed_over@1"),
             effects=("orders.number@1",), reactions=("orders.issued",), primary=True),
        Move("sign_over_paper", _("Enter a signature on paper"), (_SUCCESSION,), "issued", (COORDINATOR,),
             form="orders.sign_paper", hold="field", clocks=_HANDED_OVER,
             guards=("orders.signed_on_paper@1", "orders.handed_over@1"),
             effects=("orders.number_on_paper@1",), reactions=("orders.issued",)),
        Move("other_heir", _("Name another unit that takes over"), (_SUCCESSION,), "", (COORDINATOR,),
             form="orders.hand_over", guards=("orders.heir@1",), effects=("orders.paper@1",)),
        Move("divide", _("Name who handles it"), ("received", "handling"), "handling", (HOLDER, LEAD),
             form="orders.divide", hold="field", guards=("orders.own_post@1",)),
        Move("report", _("Report how far it is"), ("received", "handling"), "", (HOLDER, LEAD, LINK_LEAD),
             form="orders.report", clocks=(("renew", "report"),)),
        Move("submit", _("Hand in for the unit's review"), ("received", "handling"), "unit_review", (HOLDER,),
             form="orders.answer", hold="lead", guards=("evidence_given@1", "basis_given@1"), answers=True),
        Move("pass", _("Pass and answer"), ("unit_review",), "answered", (LEAD,), form="orders.note_optional",
             hold="role:coordinator", clocks=_ANSWERED, guards=("another_person@1", "orders.silent@1"),
             primary=True),
        Move("redo", _("Back to who handles it"), ("unit_review",), "received", (LEAD,), form="orders.reason",
             hold="lead"),
        Move("answer", _("Answer"), ("received", "handling"), "answered", (HOLDER, LINK), form="orders.answer",
             hold="role:coordinator", clocks=_ANSWERED, answers=True, primary=True,
             guards=("orders.unit_reviewed@1", "evidence_given@1", "basis_given@1",
                     "orders.silent@1")),
        Move("check", _("Checked: it holds"), ("answered",), "checked", (COORDINATOR,), form="orders.check",
             hold="role:supervisor", clocks=(("stop", "check"), ("start", "recognise")),
             guards=("another_person@1",), primary=True),
        Move("reject", _("Send back"), ("answered",), "received", (COORDINATOR,), form="orders.reason",
             hold="lead", clocks=(("stop", "check"), *_BACK), guards=("another_person@1",)),
        Move("recognise", _("Recognise as done"), ("checked",), "recognised", (SUPERVISOR,),
             form="orders.note_optional", hold="post:signer", clocks=(("stop", "recognise"), ("start", "see")),
             guards=("another_person@1",), primary=True),
        Move("not_done", _("Not done"), ("checked",), "received", (SUPERVISOR,), form="orders.reason",
             hold="lead", clocks=(("stop", "recognise"), *_BACK)),
        Move("see", _("Sign as read"), ("recognised",), "seen", SIGNER, form="orders.note_optional",
             hold="role:coordinator", clocks=(("stop", "see"),), primary=True),
        Move("see_on_paper", _("Enter that the signer has read it on paper"), ("recognised",), "seen",
             (COORDINATOR,), form="orders.see_on_paper", hold="role:coordinator", clocks=(("stop", "see"),),
             guards=("orders.signed_on_paper@1",)),
        Move("again", _("Have it done again"), ("recognised",), "received", SIGNER, form="orders.reason",
             hold="lead", clocks=(("stop", "see"), *_BACK)),
        Move("sign_off", _("Sign off"), ("seen",), "closed", (COORDINATOR,), form="orders.note_optional",
             hold="none", guards=("another_person@1",), reactions=("orders.closed",), primary=True),
        Move("void", _("Void"), _RUNNING, "voided", (LEADER, PRINCIPAL), form="orders.reason", hold="none",
             guards=("orders.own_signature@1", "orders.withdrawn@1"), effects=("orders.void_paper@1",),
             reactions=("orders.closed",)),
        Move("ask_extension", _("Ask for more time"), ("received", "handling"), "", (HOLDER,),
             form="orders.extension", clocks=(("ask", "answer"),)),
        Move("grant_extension", _("Grant more time"), ("received", "handling", "unit_review"), "",
             (LEADER, PRINCIPAL), form="orders.reason", clocks=(("grant", "answer"),),
             guards=("orders.own_signature@1",)),
        Move("refuse_extension", _("Refuse more time"), ("received", "handling", "unit_review"), "",
             (LEADER, PRINCIPAL), form="orders.reason", clocks=(("refuse", "answer"),),
             guards=("orders.own_signature@1",)),
        Move("watch", _("Put under supervision"), _RUNNING, "", (SUPERVISOR,), form="orders.reason",
             guards=("orders.watched@1",), commutative=True),
        Move("unwatch", _("Lift supervision"), _RUNNING, "", (SUPERVISOR,), form="orders.reason",
             guards=("orders.unwatched@1",), commutative=True),
        Move("urge", _("Urge"), _RUNNING, "", (SUPERVISOR, COORDINATOR), form="orders.reason",
             reactions=("orders.urged",), commutative=True),
        # 圈阅: whoever is shown it initials it; having read is not having agreed.
        Move("initial", _("Initial: read, which is not consent"), _NOTED, "", (LEADER, PRINCIPAL),
             form="orders.note_optional", commutative=True),
        Move("not_received", _("Not received in time"), ("issued",), "", (SYSTEM,),
             guards=("orders.overdue_receipt@1",), commutative=True),
        Move("note", _("Comment"), _NOTED, "", EVERYBODY, form="orders.note", commutative=True),
        Move("evidence", _("Add evidence"), _NOTED, "", EVERYBODY, form="orders.evidence", commutative=True),
    ),
)  # fmt: skip

_ASKED = ("asked", "handling", "answered")

SUPPORT_ANSWER = Mechanism(
    name="orders.support",
    title=_("Support to an order"),
    noun=_("Support"),
    prefix="XB",
    stages=(
        Stage("asked", _("Support asked for")),
        Stage("handling", _("Being handled")),
        Stage("answered", _("Answered")),
        Stage("accepted", _("Support accepted"), final=True),
        Stage("silent", _("Supporting unit gave no answer"), final=True),
        Stage("withdrawn", _("Withdrawn"), final=True),
    ),
    limits=(
        Limit("receive", _("Time to receive"), "orders.receive"),
        Limit("answer", _("Time to support"), "date:due|orders.support", main=True),
    ),
    moves=(
        Move("open", _("Ask for support"), (), "asked", (SYSTEM,), form="orders.support", hold="field",
             clocks=(("start", "receive"), ("start", "answer")), guards=("orders.support_standing@1",)),
        Move("receive", _("Receive"), ("asked",), "handling", (HOLDER, LINK), form="orders.note_optional",
             clocks=(("stop", "receive"),), guards=("orders.receipt@1", "orders.same_standing@1"),
             primary=True),
        Move("answer", _("Answer"), ("handling",), "answered", (HOLDER, LINK), form="orders.supported",
             hold="role:coordinator", clocks=(("pause", "answer"),), answers=True,
             guards=("orders.same_standing@1",), primary=True),
        # The lead unit of the order has the seat of a supporting unit here: it sees the answer and judges it.
        Move("accept", _("Accept the support"), ("answered",), "accepted", (SUPPORT, COORDINATOR, SYSTEM),
             form="orders.note_optional", hold="none", guards=("another_person@1",), primary=True),
        Move("send_back", _("Send back"), ("answered",), "handling", (SUPPORT, COORDINATOR),
             form="orders.reason", hold="lead", clocks=(("resume", "answer"),)),
        Move("lapse", _("Supporting unit gave no answer"), ("asked", "handling"), "silent", (SYSTEM,),
             form="orders.note_optional", hold="none", guards=("orders.same_standing@1",)),
        Move("withdraw", _("Withdraw"), _ASKED, "withdrawn", (SYSTEM,), form="orders.reason", hold="none"),
        Move("new_lead", _("The lead unit has changed"), ("asked", "handling"), "", (SYSTEM,),
             form="orders.lead", hold="field"),
        Move("keep_silent", _("No answer within the limit"), ("asked", "handling"), "", (SYSTEM,),
             guards=("orders.kept_silent@1", "orders.same_standing@1"), commutative=True),
        Move("note", _("Comment"), _ASKED, "", EVERYBODY, form="orders.note", commutative=True),
        Move("evidence", _("Add evidence"), _ASKED, "", EVERYBODY, form="orders.evidence", commutative=True),
    ),
)  # fmt: skip

ALL = (ORDER, SUPPORT_ANSWER)
