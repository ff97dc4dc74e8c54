"""A whistle (吹哨) and what each department called owes to it (报到). Pure."""

from bihuan.lines.hotline.mechanisms import (
    COORDINATOR,
    GRID_HEAD,
    GRID_OFFICER,
    HOLDER,
    INSIDE,
    SUPERVISOR,
    SYSTEM,
)
from bihuan.logic.mechanism import Limit, Mechanism, Move, Stage
from bihuan.logic.mechanism import said as _

GRID = (GRID_HEAD, GRID_OFFICER)
_OWED = ("called", "coming", "there", "reported", "disputed")

WHISTLE = Mechanism(
    name="hotline.whistle",
    title=_("Whistle"),
    noun=_("Whistle"),
    prefix="CS",
    stages=(
        Stage("blown", _("Departments are called")),
        Stage("done", _("Settled on the spot"), final=True),
        Stage("withdrawn", _("Whistle withdrawn"), final=True),
    ),
    limits=(Limit("settle", _("Time to settle it together"), "by:settle_by|hotline.whistle_settle", main=True),),
    moves=(
        Move("open", _("Blow the whistle"), (), "blown", (*GRID, COORDINATOR), form="hotline.whistle", hold="creator",
             clocks=(("start", "settle"),), reactions=("hotline.whistled",)),
        Move("call", _("Call one more department"), ("blown",), "", (*GRID, COORDINATOR), form="hotline.whistle_more",
             guards=("hotline.whistle_more@1",), reactions=("hotline.whistled",), commutative=True),
        Move("close", _("Everybody did their part"), ("blown",), "done", (*GRID, COORDINATOR),
             form="hotline.whistle_close", hold="none", guards=("hotline.whistle_all_back@1",), primary=True),
        Move("withdraw", _("Withdraw the whistle"), ("blown",), "withdrawn", (*GRID, COORDINATOR),
             form="hotline.reason", hold="none", reactions=("hotline.whistle_over",)),
        Move("note", _("Comment"), ("blown",), "", INSIDE, form="hotline.note", commutative=True),
        Move("evidence", _("Add evidence"), ("blown",), "", INSIDE, form="hotline.evidence", commutative=True),
    ),
)  # fmt: skip

CALLOUT = Mechanism(
    name="hotline.callout",
    title=_("Department called by a whistle"),
    noun=_("Call by whistle"),
    prefix="BD",
    stages=(
        Stage("called", _("To answer the whistle")),
        Stage("coming", _("On the way")),
        Stage("there", _("On the spot")),
        Stage("reported", _("Part to be confirmed by the grid")),
        Stage("done", _("Part done"), final=True),
        Stage("released", _("Need not come"), final=True),
        Stage("withdrawn", _("No longer called"), final=True),
        Stage("disputed", _("Refusal to be ruled on")),
    ),
    limits=(
        Limit("work", _("Time for its own part"), "by:settle_by|hotline.whistle_settle", main=True),
        Limit("respond", _("Time to answer the whistle"), "by:respond_by|hotline.whistle_respond"),
        Limit("arrive", _("Time to be on the spot"), "by:arrive_by|hotline.whistle_arrive"),
        Limit("check", _("Time to confirm a part"), "hotline.check"),
        Limit("rule", _("Time to rule on a refusal"), "hotline.rule"),
    ),
    moves=(
        Move("open", _("Call a department"), (), "called", (SYSTEM,), form="hotline.callout", hold="field",
             clocks=(("start", "work"), ("start", "respond"), ("start", "arrive"))),
        Move("respond", _("We are coming"), ("called",), "coming", (HOLDER,), form="hotline.note_optional", hold="lead",
             clocks=(("stop", "respond"),), guards=("hotline.whistle_answered@1",), primary=True),
        Move("arrive", _("We are on the spot"), ("called", "coming"), "there", (HOLDER,),
             form="hotline.whistle_arrival", hold="lead", clocks=(("stop", "respond"), ("pause", "arrive")),
             guards=("hotline.whistle_answered@1", "hotline.whistle_arrived@1"), primary=True),
        # Whoever blew the whistle stands there and sees who came.
        Move("absent", _("Nobody of them is here"), ("there",), "coming", GRID, form="hotline.reason", hold="lead",
             clocks=(("resume", "arrive"),), guards=("hotline.whistle_not_arrived@1",)),
        Move("report", _("Our part is done"), ("there",), "reported", (HOLDER,), form="hotline.whistle_part",
             hold="role:grid_head", clocks=(("stop", "arrive"), ("pause", "work"), ("start", "check")), answers=True,
             primary=True),
        Move("accept", _("Confirm: this part is done"), ("reported",), "done", GRID, form="hotline.note_optional",
             hold="none", clocks=(("stop", "check"),), guards=("another_person@1",), primary=True),
        Move("send_back", _("This part is not done"), ("reported",), "there", GRID, form="hotline.reason", hold="lead",
             clocks=(("stop", "check"), ("resume", "work")), guards=("another_person@1",)),
        # In an emergency one comes first and disputes afterwards.
        Move("refuse", _("It is not ours to come"), ("called",), "disputed", (HOLDER,), form="hotline.whistle_refusal",
             hold="role:coordinator", clocks=(("stop", "respond"), ("start", "rule")),
             guards=("hotline.whistle_refusable@1",)),
        Move("uphold", _("They have to come"), ("disputed",), "called", (COORDINATOR,), form="hotline.reason",
             hold="lead", clocks=(("stop", "rule"), ("start", "respond")), primary=True),
        Move("release", _("They need not come"), ("disputed",), "released", (COORDINATOR,), form="hotline.reason",
             hold="none"),
        # On record against this department alone, once each; it is owed all the same.
        Move("not_answered", _("Whistle not answered in time"), ("called", "coming"), "", (SYSTEM,),
             guards=("hotline.whistle_unanswered@1",), commutative=True),
        Move("not_arrived", _("Not on the spot in time"), ("called", "coming", "disputed"), "", (SYSTEM,),
             guards=("hotline.whistle_late@1",), commutative=True),
        Move("urge", _("Urge"), ("called", "coming", "there"), "", (*GRID, COORDINATOR, SUPERVISOR),
             form="hotline.reason", commutative=True),
        Move("withdraw", _("No longer called"), _OWED, "withdrawn", (SYSTEM,), form="hotline.reason", hold="none"),
        Move("note", _("Comment"), _OWED, "", INSIDE, form="hotline.note", commutative=True),
    ),
)  # fmt: skip

ALL = (WHISTLE, CALLOUT)
