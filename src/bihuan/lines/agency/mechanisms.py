"""The kinds of matter of this line: agency, guidance, an authority's opinion, what is owed. Pure declarations."""

from bihuan.logic.mechanism import Grant, Limit, Mechanism, Move, Stage
from bihuan.logic.mechanism import said as _

AGENT = Grant(role="agent", relation="scope")
COORDINATOR = Grant(role="coordinator", relation="scope")
LEADER = Grant(role="leader", relation="scope")
SUPERVISOR = Grant(role="supervisor", relation="scope")
HOLDER = Grant(relation="holder")
CREATOR = Grant(relation="creator")
PARTY = Grant(kind="party", relation="party")
SYSTEM = Grant(kind="system")
ANY_POST = Grant(relation="scope")
AGENTS = (AGENT, COORDINATOR)
EVERYBODY = (ANY_POST, HOLDER, CREATOR, PARTY, Grant(relation="support"))

_WORK = ("preparing", "prereview", "submitted", "correction")
_UNDER_WAY = ("accepted", *_WORK, "suspended")
_MANDATED = ("agency.mandated@1",)

CASE = Mechanism(
    name="agency.case",
    title=_("Agency case"),
    noun=_("Agency case"),
    prefix="DL",
    stages=(
        Stage("applied", _("Applied")),
        Stage("accepted", _("Accepted, mandate awaited")),
        Stage("preparing", _("Preparing materials")),
        Stage("prereview", _("Joint pre-review")),
        Stage("submitted", _("Submitted to the authority")),
        Stage("done", _("Finished"), final=True),
        Stage("ended", _("Case ended"), final=True),
        Stage("correction", _("Correction")),
        Stage("suspended", _("Suspended")),
    ),
    limits=(
        Limit("accept", _("Time to accept"), "agency.case.accept"),
        Limit("mandate", _("Time to take the mandate"), "agency.case.mandate"),
        Limit("case", _("Agent's time"), "agency.case.agent", main=True),
        Limit("decide", _("Decision expected"), "date:expected"),
    ),
    moves=(
        Move("open", _("Apply for agency"), (), "applied", (ANY_POST, PARTY, SYSTEM), form="agency.apply",
             hold="role:agent", guards=("agency.items_known@1",), effects=("agency.materials_listed@1",),
             clocks=(("start", "accept"),)),
        Move("accept", _("Accept the case"), ("applied",), "accepted", AGENTS, form="agency.accept",
             effects=("agency.paper_accepted@1",), hold="field",
             guards=("agency.taken@1",),
             clocks=(("stop", "accept"), ("start", "mandate")), primary=True),
        Move("decline", _("Not accepted"), ("applied",), "ended", AGENTS, form="agency.reason", hold="none"),
        Move("mandate", _("Take the mandate"), ("accepted",), "preparing", (*AGENTS, PARTY),
             form="agency.mandate", guards=("agency.mandate_makes_sense@1",),
             effects=("agency.mandate_kept@1", "agency.paper_mandated@1"),
             clocks=(("stop", "mandate"), ("start", "case")), primary=True),
        Move("renew", _("Renew the mandate"), (*_WORK, "suspended"), "", (*AGENTS, PARTY),
             form="agency.renew", guards=("agency.mandate_makes_sense@1",),
             effects=("agency.mandate_kept@1", "agency.paper_renewed@1")),
        Move("revoke", _("Revoke the mandate"), (*_WORK, "suspended"), "", (*AGENTS, PARTY),
             form="agency.reason", guards=("agency.mandate_revoked@1",), effects=("agency.mandate_ended@1",)),
        Move("materials", _("Keep the materials"), ("preparing", "prereview", "correction"), "", AGENTS,
             form="agency.materials", guards=(*_MANDATED, "agency.own_hand@1"),
             effects=("agency.materials_kept@1",), commutative=True),
        Move("notice", _("Ask for what is missing, once"), ("preparing", "correction"), "", AGENTS,
             form="agency.notice", guards=(*_MANDATED, "agency.notice_once@1"), effects=("agency.notice_kept@1",)),
        Move("owe", _("Accept without it"), ("preparing", "correction"), "", AGENTS, form="agency.owe",
             guards=(*_MANDATED, "agency.may_be_owed@1"), effects=("agency.owed_registered@1",)),
        Move("prereview", _("Ask for a joint pre-review"), ("preparing",), "prereview", AGENTS,
             form="agency.prereview", guards=_MANDATED, effects=("agency.opinions_asked@1",)),
        Move("conclude", _("Sum up the pre-review"), ("prereview",), "preparing", AGENTS, form="agency.conclude",
             guards=("agency.opinions_in@1",), effects=("agency.opinions_closed@1",), primary=True),
        Move("submit", _("Submit"), ("preparing",), "submitted", AGENTS, form="agency.submit",
             guards=(*_MANDATED, "agency.materials_ready@1", "agency.submitted_makes_sense@1",
                     "agency.submits_items@1"),
             effects=("agency.submission_kept@1",),
             clocks=(("pause", "case"), ("start", "decide"), ("resume", "decide")), primary=True),
        Move("submit_part", _("Submit further items"), ("submitted",), "", AGENTS, form="agency.submit_part",
             guards=(*_MANDATED, "agency.submits_items@1"), effects=("agency.submission_kept@1",), commutative=True),
        Move("decide_part", _("Note a decision"), ("submitted", "correction"), "", AGENTS, form="agency.decide_part",
             guards=("agency.decision_makes_sense@1",), effects=("agency.decision_kept@1",), commutative=True),
        Move("correct", _("Corrections asked for"), ("submitted",), "correction", AGENTS, form="agency.correct",
             clocks=(("pause", "decide"), ("resume", "case"))),
        Move("resubmit", _("Submit again"), ("correction",), "submitted", AGENTS, form="agency.note_optional",
             guards=(*_MANDATED, "agency.materials_ready@1"), clocks=(("pause", "case"), ("resume", "decide")),
             primary=True),
        Move("stop", _("The authority's clock stops"), ("submitted",), "", AGENTS, form="agency.stop",
             clocks=(("pause", "decide"),)),
        Move("go_on", _("The authority's clock runs again"), ("submitted",), "", AGENTS,
             form="agency.note_optional", clocks=(("resume", "decide"),)),
        Move("finish", _("Finish"), ("submitted",), "done", AGENTS, form="agency.finish", hold="none",
             guards=("agency.received@1", "agency.once@1"),
             effects=("agency.decisions_closed@1", "agency.mandate_ended@1", "agency.paper_closed@1"),
             reactions=("callbacks.ask",), answers=True, primary=True),
        Move("suspend", _("Suspend"), _WORK, "suspended", (*AGENTS, PARTY), form="agency.suspend",
             effects=("agency.paper_suspended@1",),
             guards=("agency.stood@1",),
             clocks=(("pause", "case"), ("pause", "decide"))),
        Move("resume", _("Go on with the materials"), ("suspended",), "preparing", AGENTS,
             form="agency.note_optional", guards=(*_MANDATED, "agency.stood_before@1"),
             clocks=(("resume", "case"),), primary=True),
        Move("resume_submitted", _("Go on at the authority"), ("suspended",), "submitted", AGENTS,
             form="agency.note_optional", guards=(*_MANDATED, "agency.stood_submitted@1"),
             clocks=(("resume", "decide"),)),
        Move("end", _("End the case"), _UNDER_WAY, "ended", (*AGENTS, PARTY), form="agency.reason", hold="none",
             effects=("agency.mandate_ended@1", "agency.paper_closed@1")),
        Move("hand_over", _("Hand over"), _UNDER_WAY, "", AGENTS, form="agency.hand_over", hold="field",
             guards=("agency.taken@1",)),
        Move("note", _("Comment"), ("applied", *_UNDER_WAY, "done"), "", EVERYBODY, form="agency.note",
             commutative=True),
        Move("evidence", _("Add evidence"), ("applied", *_UNDER_WAY), "", EVERYBODY, form="agency.evidence",
             commutative=True),
    ),
)  # fmt: skip

#: 帮办: advice is recorded and counted, nothing more.
GUIDANCE = Mechanism(
    name="agency.guidance",
    title=_("Guidance"),
    noun=_("Guidance"),
    prefix="BB",
    stages=(Stage("given", _("Given"), final=True),),
    moves=(
        Move("open", _("Record guidance"), (), "given", (ANY_POST,), form="agency.guide", hold="none",
             answers=True),
    ),
)  # fmt: skip

OPINION = Mechanism(
    name="agency.opinion",
    title=_("Opinion of an authority"),
    noun=_("Pre-review opinion"),
    prefix="YS",
    stages=(
        Stage("asked", _("Opinion asked for")),
        Stage("given", _("Given"), final=True),
        Stage("silent", _("Not given in time"), final=True),
    ),
    limits=(Limit("give", _("Time for the opinion"), "agency.opinion.give", main=True),),
    moves=(
        Move("open", _("Ask for an opinion"), (), "asked", (*AGENTS, SYSTEM), form="agency.opinion.ask",
             hold="field", clocks=(("start", "give"),)),
        Move("give", _("Give the opinion"), ("asked",), "given", (HOLDER,), form="agency.opinion.give",
             hold="none", answers=True, primary=True),
        Move("close", _("Close without an opinion"), ("asked",), "silent", (SYSTEM,), form="agency.reason",
             hold="none"),
        Move("note", _("Comment"), ("asked",), "", EVERYBODY, form="agency.note", commutative=True),
    ),
)  # fmt: skip

OWED = Mechanism(
    name="agency.owed",
    title=_("Material owed"),
    noun=_("Material owed"),
    prefix="RQ",
    stages=(
        Stage("owed", _("Still owed")),
        Stage("delivered", _("Handed in later"), final=True),
        Stage("lapsed", _("Lapsed"), final=True),
        Stage("waived", _("Not needed any more"), final=True),
    ),
    limits=(Limit("deliver", _("To be handed in"), "date:due", main=True),),
    moves=(
        Move("open", _("Register"), (), "owed", (SYSTEM,), form="agency.owed.open", hold="field",
             clocks=(("start", "deliver"),)),
        Move("deliver", _("Handed in later"), ("owed",), "delivered", (HOLDER, *AGENTS, PARTY),
             form="agency.owed.deliver", hold="none", effects=("agency.owed_delivered@1",), answers=True,
             primary=True),
        Move("waive", _("Not needed any more"), ("owed",), "waived", (LEADER, COORDINATOR), form="agency.reason",
             hold="none", effects=("agency.owed_waived@1",)),
        Move("lapse", _("Lapsed"), ("owed",), "lapsed", (SYSTEM,), form="agency.reason", hold="none",
             effects=("agency.breach_opened@1",)),
        Move("note", _("Comment"), ("owed",), "", EVERYBODY, form="agency.note", commutative=True),
    ),
)  # fmt: skip

BREACH = Mechanism(
    name="agency.breach",
    title=_("Owed material overdue"),
    noun=_("Overdue promise"),
    prefix="CQ",
    stages=(
        Stage("opened", _("For supervision")),
        Stage("settled", _("Settled"), final=True),
    ),
    limits=(Limit("settle", _("Time to settle"), "agency.breach.settle", main=True),),
    moves=(
        Move("open", _("Opened by a lapse"), (), "opened", (SYSTEM,), form="agency.breach.open", hold="role:supervisor",
             clocks=(("start", "settle"),)),
        Move("settle", _("Settle"), ("opened",), "settled", (SUPERVISOR,), form="agency.breach.settle",
             hold="none", answers=True, primary=True),
        Move("note", _("Comment"), ("opened",), "", EVERYBODY, form="agency.note", commutative=True),
    ),
)  # fmt: skip

ALL = (CASE, GUIDANCE, OPINION, OWED, BREACH)
