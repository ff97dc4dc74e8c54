"""The rates of the hotline (响应率、解决率、满意率、办结率、按期率), and feedback given in time."""

from bihuan.kernel.figures.base import Words, register_base
from bihuan.kernel.figures.registry import register, tell_apart
from bihuan.lines.hotline.contracts import ASIDE, CALLOUT, FOUND, ORDER, PART, UNCOUNTED
from bihuan.logic.mechanism import said as _
from bihuan.logic.rates import Condition, Count, Figure, Heard

_KIND = Condition("kind", "is", ORDER)
_VALID = (_KIND, Condition("stage", "out", UNCOUNTED))
_ASIDE = (_("Set aside: counts once it is taken in"), Count((_KIND, Condition("stage", "is", ASIDE))))
_ENDED = Condition("ended", "is", True)
#: Moves by which a caller answers whether it is solved.
_SAID = ("confirm", "reopen", "ask_again", "take_up")
_UNHEARD = (
    (_("Not reached"), Count((*_VALID, _ENDED), (Heard(("archive",), "heard", ("unreached",)),))),
    (_("Not rated"), Count((*_VALID, _ENDED), (Heard(("archive",), "heard", ("lapsed",)),))),
    (_("Nobody to ask"), Count((*_VALID, _ENDED), (Heard(("archive",), "heard", ("none",)),))),
    (_("Withdrawn or not accepted"), Count((_KIND, Condition("stage", "in", ("withdrawn", "refused"))))),
    _ASIDE,
)
_CONTACTS = ("contact", "answer", "not_contacted")

BASE = register_base(Words(
    "hotline", kinds=(ORDER,), signed=("closed", "archived"), void=("withdrawn", "refused"),
    aside=(ASIDE,), answers=_SAID, field="satisfaction", content=("yes",),
))  # fmt: skip
RESPONSE = register(Figure(
    name="hotline.response",
    title=_("Response rate"),
    definition=_(
        "Orders whose caller was contacted within the limit, of all whose caller was to be contacted by then: one"
        " not contacted when the limit ended counts, whether it is open or not. No official formula was found; each"
        " house may agree on its own (待核实)."
    ),
    unit="%",
    numerator=Count(_VALID, (Heard(_CONTACTS, "prompt", ("yes",)),)),
    denominator=Count(_VALID, (Heard(_CONTACTS, "prompt", ("yes", "no")),)),
    exclusions=(
        (_("No contact is known"), Count(_VALID, (Heard(_CONTACTS, "prompt", ("exempt",)),))),
        (_("Withdrawn or not accepted"), Count((_KIND, Condition("stage", "in", ("withdrawn", "refused"))))),
        _ASIDE,
    ),
    period="opened",
))  # fmt: skip
SOLVED = register(Figure(
    name="hotline.solved",
    title=_("Resolution rate"),
    definition=_(
        "Orders whose caller, called back, did not say that it is unsolved, of all whose caller answered. Silence is"
        " left out and never counts as solved. No official formula was found (待核实)."
    ),
    unit="%",
    numerator=Count(_VALID, (Heard(_SAID, "satisfaction", ("yes", "no")),)),
    denominator=Count(_VALID, (Heard(_SAID),)),
    exclusions=_UNHEARD,
))  # fmt: skip
PARTS = register(Figure(
    name="hotline.parts",
    title=_("Feedback in time"),
    definition=_("Parts of orders answered within the limit, of all due by then; against each unit alone."),
    unit="%",
    numerator=Count((Condition("kind", "is", PART), Condition("stage", "is", "given"), Condition("late", "is", False))),
    denominator=Count((
        Condition("kind", "is", PART), Condition("stage", "not", "withdrawn"), Condition("due", "is", True),
    )),
    exclusions=(
        (_("Feedback no longer needed"), Count((Condition("kind", "is", PART), Condition("stage", "is", "withdrawn")))),
        (_("Still open within the limit"), Count((Condition("kind", "is", PART), Condition("due", "is", False)))),
    ),
))  # fmt: skip
SELF_FOUND = register(Figure(
    name="hotline.self_found",
    title=_("Found before anybody called"),
    definition=_(
        "What grids found on patrol and put right at once, recorded once each. Nobody is ranked by it; a record more"
        " is no merit."
    ),
    unit="",
    numerator=Count((Condition("kind", "is", FOUND),)),
))  # fmt: skip
_CALLED = (Condition("kind", "is", CALLOUT), Condition("stage", "out", ("released", "withdrawn")))


def _whistle(name: str, title: str, definition: str, moves: tuple[str, ...], fact: str) -> Figure:
    return register(Figure(
        name=name, title=title, definition=definition, unit="%",
        numerator=Count(_CALLED, (Heard(moves, fact, ("yes",)),)),
        denominator=Count(_CALLED, (Heard(moves, fact, ("yes", "no")),)),
        exclusions=((_("Ruled that it need not come, or no longer called"), Count((
            Condition("kind", "is", CALLOUT), Condition("stage", "in", ("released", "withdrawn")),
        ))),),
        period="opened",
    ))  # fmt: skip


ANSWERED = _whistle(
    "hotline.whistle_answered", _("Whistles answered in time"),
    _("Calls by whistle a department answered within the limit, of all answered or due by then."),
    ("respond", "arrive", "not_answered"), "answered",
)  # fmt: skip
ARRIVED = _whistle(
    "hotline.whistle_arrived", _("On the spot in time"),
    _("Calls by whistle whose department was on the spot within the limit, of all that came or were due by then."),
    ("arrive", "not_arrived"), "arrived",
)  # fmt: skip
ALL = (*BASE, RESPONSE, SOLVED, PARTS, SELF_FOUND, ANSWERED, ARRIVED)
#: Those a unit is told by, in the order offices name them.
RATES = ("hotline.response", "hotline.solved", "hotline.satisfied", "hotline.sign_off", "hotline.on_time")
#: By what they are told apart: the unit in charge, the place, the class of the duty catalogue.
GROUPS = ("lead_unit", "street", "grid", "data.class")
tell_apart(RATES, GROUPS)
