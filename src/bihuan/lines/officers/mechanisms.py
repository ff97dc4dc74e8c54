"""The kinds of matter of this line: vacancy, hand-over, contact and visit duties, hazard. Pure declarations."""

from bihuan.logic.mechanism import Grant, Limit, Mechanism, Move, Stage
from bihuan.logic.mechanism import said as _

COORDINATOR = Grant(role="coordinator", relation="scope")
LEADER = Grant(role="leader", relation="scope")
OFFICER = Grant(role="officer", relation="scope")
HOLDER = Grant(relation="holder")
CREATOR = Grant(relation="creator")
SYSTEM = Grant(kind="system")
ANY_POST = Grant(relation="scope")
#: Who serves the project; while nobody does, the centre's duty post.
SERVED = "subject:officer/coordinator"
DUTY_POST = "role:coordinator"

VACANCY = Mechanism(
    name="officers.vacancy",
    title=_("Project without a service officer"),
    noun=_("Vacancy"),
    prefix="ZK",
    stages=(
        Stage("open", _("Nobody serves")),
        Stage("filled", _("Filled"), final=True),
        Stage("void", _("No longer needed"), final=True),
    ),
    limits=(Limit("fill", _("Time to appoint an officer"), "officers.vacancy", main=True),),
    moves=(
        Move("open", _("Report the vacancy"), (), "open", (COORDINATOR, SYSTEM), form="officers.vacancy.open",
             hold=DUTY_POST, clocks=(("start", "fill"),)),
        Move("appoint", _("Appoint an officer"), ("open",), "filled", (COORDINATOR, LEADER), form="officers.appoint",
             hold="none", effects=("officers.appointed@1",), primary=True),
        Move("fill", _("Filled"), ("open",), "filled", (SYSTEM,), form="officers.note", hold="none"),
        Move("drop", _("No longer needed"), ("open",), "void", (COORDINATOR, SYSTEM), form="officers.note",
             hold="none"),
        Move("note", _("Comment"), ("open",), "", (ANY_POST,), form="officers.note", commutative=True),
    ),
)  # fmt: skip

HANDOVER = Mechanism(
    name="officers.handover",
    title=_("Hand-over of a project"),
    noun=_("Hand-over"),
    prefix="JJ",
    stages=(
        Stage("proposed", _("Waiting for the new officer")),
        Stage("done", _("Handed over"), final=True),
        Stage("withdrawn", _("Withdrawn"), final=True),
        Stage("questioned", _("Something is missing")),
    ),
    limits=(
        Limit("confirm", _("Time to confirm a hand-over"), "officers.handover", main=True),
        Limit("explain", _("Time to complete a hand-over"), "officers.handover.explain"),
    ),
    moves=(
        Move("open", _("Hand the project over"), (), "proposed", (COORDINATOR, LEADER, OFFICER, SYSTEM),
             form="officers.handover.open", hold="field", clocks=(("start", "confirm"),)),
        Move("confirm", _("Confirm: I take over"), ("proposed",), "done", (HOLDER,), form="officers.note_optional",
             hold="none", guards=("officers.served_still@1",), effects=("officers.handed_over@1",), primary=True),
        Move("question", _("Something is missing"), ("proposed",), "questioned", (HOLDER,), form="officers.note",
             hold="creator", clocks=(("pause", "confirm"), ("start", "explain"))),
        Move("explain", _("Complete"), ("questioned",), "proposed", (CREATOR, COORDINATOR), form="officers.note",
             hold="lead", clocks=(("stop", "explain"), ("resume", "confirm")), primary=True),
        Move("rule", _("Settle: hand it over as it is"), ("proposed", "questioned"), "done", (COORDINATOR, LEADER),
             form="officers.note", hold="none", guards=("officers.served_still@1",),
             effects=("officers.handed_over@1",)),
        Move("withdraw", _("Withdraw"), ("proposed", "questioned"), "withdrawn", (CREATOR, COORDINATOR, SYSTEM),
             form="officers.note", hold="none"),
        Move("note", _("Comment"), ("proposed", "questioned"), "", (ANY_POST,), form="officers.note",
             commutative=True),
    ),
)  # fmt: skip


def _duty(name: str, title: str, noun: str, prefix: str, stage: str) -> Mechanism:
    """Return a duty towards one project that comes again: one matter a project, one episode a turn."""
    return Mechanism(
        name=name,
        title=title,
        noun=noun,
        prefix=prefix,
        stages=(
            Stage("due", stage),
            Stage("kept", _("Kept"), final=True),
            Stage("void", _("No longer needed"), final=True),
        ),
        limits=(Limit("turn", _("This turn"), name, main=True),),
        moves=(
            Move("open", _("Begin the turn"), (), "due", (SYSTEM,), form="officers.duty.open", hold=SERVED,
                 clocks=(("start", "turn"),)),
            Move("keep", _("Note it as kept"), ("due",), "kept", (HOLDER, OFFICER, SYSTEM), form="officers.duty.keep",
                 hold="none", answers=True, primary=True),
            Move("again", _("Next turn"), ("kept",), "due", (SYSTEM,), form="", hold=SERVED,
                 clocks=(("start", "turn"),), episode=True),
            Move("drop", _("No longer needed"), ("due", "kept"), "void", (COORDINATOR, SYSTEM), form="officers.note",
                 hold="none"),
            Move("resume", _("Begin again"), ("void",), "due", (SYSTEM,), form="", hold=SERVED,
                 clocks=(("start", "turn"),), episode=True),
        ),
    )  # fmt: skip


CONTACT = _duty(
    "officers.contact", _("Contact with a project"), _("Contact duty"), "LX", _("To be contacted")
)
VISIT = _duty("officers.visit", _("Visit to a project"), _("Visit duty"), "ZF", _("To be visited"))
DUTIES = (CONTACT.name, VISIT.name)

HAZARD = Mechanism(
    name="officers.hazard",
    title=_("Hazard seen on a visit"),
    noun=_("Hazard"),
    prefix="YH",
    stages=(
        Stage("reported", _("Reported")),
        Stage("handling", _("Being removed")),
        Stage("removed", _("Said to be removed")),
        Stage("closed", _("Signed off"), final=True),
        Stage("unfounded", _("No hazard"), final=True),
    ),
    limits=(
        Limit("assign", _("Time to assign a hazard"), "officers.hazard.assign"),
        Limit("remove", _("Time to remove a hazard"), "officers.hazard.remove", main=True),
    ),
    moves=(
        Move("open", _("Report a hazard"), (), "reported", (ANY_POST, SYSTEM), form="officers.hazard.open",
             hold=DUTY_POST, clocks=(("start", "assign"), ("start", "remove"))),
        Move("assign", _("Assign"), ("reported",), "handling", (COORDINATOR,), form="officers.assign", hold="field",
             clocks=(("stop", "assign"),), primary=True),
        Move("answer", _("It is removed"), ("handling",), "removed", (HOLDER,), form="officers.hazard.answer",
             hold=SERVED, clocks=(("pause", "remove"),), guards=("evidence_given@1",), answers=True, primary=True),
        Move("sign_off", _("Sign off"), ("removed",), "closed", (HOLDER, OFFICER, COORDINATOR),
             form="officers.note_optional", hold="none", guards=("another_person@1",), primary=True),
        Move("reject", _("Not removed"), ("removed",), "handling", (HOLDER, OFFICER, COORDINATOR),
             form="officers.note", hold="lead", guards=("another_person@1",), clocks=(("resume", "remove"),)),
        Move("dismiss", _("No hazard"), ("reported",), "unfounded", (COORDINATOR,), form="officers.note",
             hold="none"),
        Move("note", _("Comment"), ("reported", "handling", "removed"), "", (ANY_POST,), form="officers.note",
             commutative=True),
        Move("evidence", _("Add evidence"), ("reported", "handling", "removed"), "", (ANY_POST,),
             form="officers.evidence", commutative=True),
    ),
)  # fmt: skip

ALL = (VACANCY, HANDOVER, CONTACT, VISIT, HAZARD)
