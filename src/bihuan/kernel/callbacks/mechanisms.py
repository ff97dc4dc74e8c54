"""The kinds of matter of this room: the one contact, the call-back after a bad grade, and putting it right."""

from bihuan.logic.mechanism import Grant, Limit, Mechanism, Move, Stage
from bihuan.logic.mechanism import said as _

PARTY = Grant(kind="party", relation="party")
#: The grade goes to the asker's own device: an account or a link, never a post.
OWN = (PARTY, Grant(kind="link", role="contact"), Grant(kind="link", role="track"))
#: Who may write down a call: the call-back desk, or the supervision office where the centre itself was rated.
DESK = (Grant(role="coordinator", relation="scope"), Grant(role="supervisor", relation="scope"))
SYSTEM = Grant(kind="system")
HOLDER = Grant(relation="holder")

CONTACT = Mechanism(
    name="callbacks.contact",
    title=_("Contact"),
    noun=_("Contact"),
    prefix="HF",
    stages=(
        Stage("asked", _("Waiting for a rating")),
        Stage("rated", _("Rated"), final=True),
        Stage("lapsed", _("Not rated"), final=True),
        Stage("unreached", _("Not reached"), final=True),
        Stage("void", _("Repeated or no longer needed"), final=True),
        Stage("again", _("Waiting for a second rating")),
    ),
    limits=(Limit("answer", _("Time to rate"), "callbacks.answer", main=True),),
    moves=(
        Move("open", _("Ask for a rating"), (), "asked", (SYSTEM,), form="callbacks.ask", hold="party",
             clocks=(("start", "answer"),), effects=("callbacks.asked@1",)),
        Move("rate", _("Confirm and rate"), ("asked",), "rated", OWN, form="callbacks.rate", hold="none",
             guards=("callbacks.own@1",), reactions=("callbacks.answered",), primary=True),
        Move("phone", _("Record a call"), ("asked",), "rated", DESK, form="callbacks.phone", hold="none",
             guards=("callbacks.another_unit@1", "callbacks.by_phone@1"), reactions=("callbacks.answered",)),
        Move("missed", _("Not reached"), ("asked",), "", DESK, form="callbacks.missed",
             guards=("callbacks.missed@1",), commutative=True),
        Move("lapse", _("Count as not rated"), ("asked",), "lapsed", (SYSTEM,), hold="none"),
        Move("unreached", _("Count as not reached"), ("asked",), "unreached", (SYSTEM,), hold="none"),
        Move("void", _("No longer needed"), ("asked",), "void", (SYSTEM,), form="callbacks.reason", hold="none"),
        Move("again", _("Ask for a second rating"), ("rated",), "again", (SYSTEM,), hold="party",
             guards=("callbacks.once_again@1",), clocks=(("start", "answer"),)),
        Move("rate_again", _("Rate again"), ("again",), "rated", OWN, form="callbacks.again", hold="none",
             primary=True),
        Move("lapse_again", _("No second rating"), ("again",), "rated", (SYSTEM,), hold="none"),
    ),
)  # fmt: skip

RECALL = Mechanism(
    name="callbacks.recall",
    title=_("Call-back after a bad grade"),
    noun=_("Call-back"),
    prefix="CH",
    stages=(
        Stage("calling", _("To be called back")),
        Stage("handed", _("Handed over to be put right"), final=True),
        Stage("explained", _("Nothing to put right"), final=True),
    ),
    limits=(Limit("call", _("Time to call back"), "rating.callback", main=True),),
    moves=(
        Move("open", _("Call back"), (), "calling", (SYSTEM,), form="callbacks.recall", hold="role:coordinator",
             clocks=(("start", "call"),)),
        Move("hand_over", _("Have it put right"), ("calling",), "handed", DESK, form="callbacks.called", hold="none",
             guards=("callbacks.another_unit@1",), reactions=("callbacks.rectify",), primary=True),
        Move("explain", _("Nothing to put right"), ("calling",), "explained", DESK, form="callbacks.explained",
             hold="none", guards=("callbacks.another_unit@1",)),
        Move("missed", _("Not reached"), ("calling",), "", DESK, form="callbacks.missed", commutative=True),
    ),
)  # fmt: skip

RECTIFY = Mechanism(
    name="callbacks.rectify",
    title=_("Put right after a bad grade"),
    noun=_("Rectification"),
    prefix="ZG",
    stages=(
        Stage("rectifying", _("Being put right")),
        Stage("reported", _("Reported as put right")),
        Stage("rectified", _("Put right"), final=True),
    ),
    limits=(Limit("rectify", _("Time to put it right"), "rating.rectify", main=True),),
    moves=(
        Move("open", _("Put right"), (), "rectifying", (SYSTEM,), form="callbacks.rectify", hold="field",
             clocks=(("start", "rectify"),)),
        Move("report", _("Report it put right"), ("rectifying",), "reported", (HOLDER,), form="callbacks.rectified",
             hold="role:coordinator", clocks=(("pause", "rectify"),), reactions=("callbacks.reported",), answers=True,
             primary=True),
        Move("accept", _("Accept as put right"), ("reported",), "rectified", DESK, form="callbacks.accept", hold="none",
             guards=("another_person@1",), reactions=("callbacks.rectified",), primary=True),
        Move("send_back", _("Send back"), ("reported",), "rectifying", DESK, form="callbacks.reason", hold="lead",
             guards=("another_person@1",), clocks=(("resume", "rectify"),)),
    ),
)  # fmt: skip

ALL = (CONTACT, RECALL, RECTIFY)
