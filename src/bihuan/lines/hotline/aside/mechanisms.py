"""A heap (存疑批次): orders that were set aside together, for one person to look at at once. Pure."""

from bihuan.lines.hotline.mechanisms import COORDINATOR, INSIDE, SYSTEM
from bihuan.logic.mechanism import Limit, Mechanism, Move, Stage
from bihuan.logic.mechanism import said as _

_DECIDED = ("taken_in", "discarded")

HEAP = Mechanism(
    name="hotline.heap",
    title=_("Heap of doubtful orders"),
    noun=_("Heap of doubtful orders"),
    prefix="CY",
    stages=(
        Stage("raised", _("To be looked at")),
        Stage("taken_in", _("Found to be real"), final=True),
        Stage("discarded", _("Found to be abuse"), final=True),
    ),
    limits=(Limit("look", _("Time to look at it"), "hotline.heap", main=True),),
    moves=(
        Move("open", _("Set aside"), (), "raised", (SYSTEM,), form="hotline.heap", hold="role:coordinator",
             clocks=(("start", "look"),)),
        Move("take_in", _("They are real: take all in"), ("raised",), "taken_in", (COORDINATOR,),
             form="hotline.note_optional", hold="none", effects=("hotline.heap_taken_in@1",),
             reactions=("hotline.heap_decided",), primary=True),
        Move("discard", _("It is abuse: discard all"), ("raised",), "discarded", (COORDINATOR,),
             form="hotline.discard", hold="none", effects=("hotline.heap_discarded@1",),
             reactions=("hotline.heap_decided",)),
        Move("bring_back", _("They were real: bring all back"), ("discarded",), "taken_in", (COORDINATOR,),
             form="hotline.reason", hold="none", effects=("hotline.heap_brought_back@1",),
             reactions=("hotline.heap_decided",)),
        # Taken up again, a heap still has what was discarded of it earlier.
        Move("bring_back_before", _("What was discarded before was real: bring it back"), ("raised", "taken_in"), "",
             (COORDINATOR,), form="hotline.reason", guards=("hotline.heap_discarded_before@1",),
             effects=("hotline.heap_brought_back@1",), reactions=("hotline.heap_decided",)),
        # A decision holds for what lay there; what comes after it is looked at again.
        Move("more", _("More came"), _DECIDED, "raised", (SYSTEM,), hold="role:coordinator",
             clocks=(("start", "look"),)),
        Move("note", _("Comment"), ("raised", *_DECIDED), "", INSIDE, form="hotline.note", commutative=True),
    ),
)  # fmt: skip

ALL = (HEAP,)
