"""Visits to those a grid looks after: one matter a person, due again and again. Pure."""

from bihuan.lines.hotline.mechanisms import GRID_HEAD, GRID_OFFICER, INSIDE, SYSTEM
from bihuan.logic.mechanism import Limit, Mechanism, Move, Stage
from bihuan.logic.mechanism import said as _

GRID = (GRID_HEAD, GRID_OFFICER)
VISIT = Mechanism(
    name="hotline.visit",
    title=_("Visits to somebody looked after"),
    noun=_("Visits by the grid"),
    prefix="GA",
    stages=(Stage("planned", _("Visit planned")), Stage("over", _("No more visits"), final=True)),
    limits=(Limit("visit", _("Time to the next visit"), "by:every|hotline.visit_month", main=True),),
    moves=(
        Move("open", _("Plan visits"), (), "planned", (*GRID, SYSTEM), form="hotline.visit", hold="role:grid_officer",
             clocks=(("start", "visit"),)),
        Move("visit", _("Write the visit down"), ("planned",), "", GRID, form="hotline.visited",
             clocks=(("renew", "visit"),), answers=True, primary=True),
        Move("end", _("No more visits needed"), ("planned",), "over", GRID, form="hotline.reason", hold="none"),
        Move("note", _("Comment"), ("planned",), "", INSIDE, form="hotline.note", commutative=True),
    ),
)  # fmt: skip
ALL = (VISIT,)
