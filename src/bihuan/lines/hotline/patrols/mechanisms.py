"""Something found on patrol and put right at once, before anybody called (未诉先办). Born settled. Pure."""

from bihuan.lines.hotline.mechanisms import GRID_HEAD, GRID_OFFICER, INSIDE
from bihuan.logic.mechanism import Mechanism, Move, Stage
from bihuan.logic.mechanism import said as _

FOUND = Mechanism(
    name="hotline.found",
    title=_("Found and put right on patrol"),
    noun=_("Found on patrol, put right"),
    prefix="WS",
    stages=(Stage("settled", _("Put right on the spot"), final=True),),
    moves=(
        Move("open", _("Record what was found"), (), "settled", (GRID_HEAD, GRID_OFFICER), form="hotline.found",
             hold="none", guards=("hotline.classed@1",), answers=True),
        Move("note", _("Comment"), ("settled",), "", INSIDE, form="hotline.note", commutative=True),
        Move("evidence", _("Add evidence"), ("settled",), "", INSIDE, form="hotline.evidence", commutative=True),
    ),
)  # fmt: skip
ALL = (FOUND,)
