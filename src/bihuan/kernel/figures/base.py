"""The six figures every line shows, over its own kinds of matter."""

from dataclasses import dataclass, replace

from bihuan.kernel.figures.registry import register
from bihuan.logic.mechanism import said as _
from bihuan.logic.rates import Condition, Count, Figure, Heard


@dataclass(frozen=True, slots=True)
class Words:
    """What a line calls things: its kinds, the final stages that don't count, and how people answer.

    ``signed`` are the final stages that mean signed off; ``void`` those that mean the
    matter should not have been (withdrawn). ``answers`` are the moves by which an asker
    answers; in the last of them ``field`` is one of ``content`` when the asker is satisfied. ``aside`` are stages in
    which nobody has taken a case in yet: it counts as none until then.
    """

    name: str
    kinds: tuple[str, ...]
    signed: tuple[str, ...]
    void: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    field: str = ""
    content: tuple[str, ...] = ()
    #: Only cases of which this was heard count, such as what went to units of one's own; and who is left out so.
    only: tuple[Heard, ...] = ()
    others: tuple[tuple[str, Heard], ...] = ()
    aside: tuple[str, ...] = ()


def register_base(words: Words) -> tuple[Figure, ...]:
    """Declare the base figures of a line under ``<name>.on_time`` and so on."""
    kinds = Condition("kind", "in", words.kinds)
    valid = (kinds, Condition("stage", "out", (*words.void, *words.aside)))
    made = [_on_time(words, kinds, valid), _sign_off(words, kinds, valid), _overdue(words, valid),
            _time_taken(words, kinds, valid), _reopened(words, valid)]  # fmt: skip
    if words.answers:
        made.append(_satisfied(words, valid))
    return tuple(register(_narrowed(words, figure)) for figure in made)


def _narrowed(words: Words, figure: Figure) -> Figure:
    """Count only the cases the line wants counted; the others stand among what is left out."""
    if not words.only:
        return figure

    def own(count: Count) -> Count:
        return replace(count, heard=(*count.heard, *words.only))

    whole = figure.denominator or figure.numerator
    others = tuple((title, replace(whole, heard=(heard,), measure="")) for title, heard in words.others)
    return replace(
        figure,
        numerator=own(figure.numerator),
        denominator=own(figure.denominator) if figure.denominator else None,
        exclusions=(*((title, own(count)) for title, count in figure.exclusions), *others),
    )


def _ended(yes: bool) -> Condition:
    return Condition("ended", "is", yes)


def _late(yes: bool) -> Condition:
    return Condition("late", "is", yes)


_LIMITED = Condition("limited", "is", True)
_UNLIMITED = Condition("limited", "is", False)


def _void(words: Words, kinds: Condition) -> tuple[tuple[str, Count], ...]:
    """Return what never counts: withdrawn, and not taken in."""
    found = ((_("Withdrawn"), Count((kinds, Condition("stage", "in", words.void)))),)
    if not words.aside:
        return found
    return (
        *found,
        (_("Set aside: counts once it is taken in"), Count((kinds, Condition("stage", "in", words.aside)))),
    )


def _on_time(words: Words, kinds: Condition, valid: tuple[Condition, ...]) -> Figure:
    return Figure(
        name=f"{words.name}.on_time",
        title=_("On-time rate"),
        definition=_(
            "Cases ended within their limit, of all cases with a limit that ended or should have ended:"
            " one still open past its limit counts as late."
        ),
        unit="%",
        numerator=Count((*valid, _LIMITED, _ended(True), _late(False))),
        denominator=Count((*valid, _LIMITED, Condition("due", "is", True))),
        exclusions=(
            (_("Still open within the limit"), Count((*valid, _LIMITED, Condition("due", "is", False)))),
            (_("Without a limit"), Count((*valid, _UNLIMITED))),
            *_void(words, kinds),
        ),
    )


def _sign_off(words: Words, kinds: Condition, valid: tuple[Condition, ...]) -> Figure:
    return Figure(
        name=f"{words.name}.sign_off",
        title=_("Sign-off rate"),
        definition=_("Cases signed off, of all cases opened; those withdrawn are left out."),
        unit="%",
        numerator=Count((*valid, _ended(True), Condition("stage", "in", words.signed))),
        denominator=Count(valid),
        exclusions=_void(words, kinds),
        period="opened",
    )


def _overdue(words: Words, valid: tuple[Condition, ...]) -> Figure:
    return Figure(
        name=f"{words.name}.overdue",
        title=_("Open past the limit"),
        definition=_("Cases open past their limit whose clock isn't stopped."),
        unit=_("cases"),
        numerator=Count((*valid, _LIMITED, _ended(False), _late(True))),
        period="",
        min_cases=0,
        lower_is_better=True,
    )


def _time_taken(words: Words, kinds: Condition, valid: tuple[Condition, ...]) -> Figure:
    return Figure(
        name=f"{words.name}.time_taken",
        title=_("Average time taken"),
        definition=_(
            "Working hours from opening to end, time with the clock stopped left out, per case ended."
            " A reopened matter is a case of its own."
        ),
        unit=_("working hours"),
        numerator=Count((*valid, _ended(True)), measure="working_hours"),
        denominator=Count((*valid, _ended(True))),
        exclusions=((_("Still open"), Count((*valid, _ended(False)))), *_void(words, kinds)),
        lower_is_better=True,
    )


def _reopened(words: Words, valid: tuple[Condition, ...]) -> Figure:
    return Figure(
        name=f"{words.name}.reopened",
        title=_("Reopening rate"),
        definition=_("Cases that were reopened after their end, of all cases ended."),
        unit="%",
        numerator=Count((*valid, _ended(True), Condition("reopened", "is", True))),
        denominator=Count((*valid, _ended(True))),
        lower_is_better=True,
    )


def _satisfied(words: Words, valid: tuple[Condition, ...]) -> Figure:
    return Figure(
        name=f"{words.name}.satisfied",
        title=_("Satisfaction rate"),
        definition=_(
            "Cases whose asker's last answer is that he or she is satisfied, of all whose asker answered."
            " Having it reopened or taken to a higher chair is an answer too."
        ),
        unit="%",
        numerator=Count(valid, (Heard(words.answers, words.field, words.content),)),
        denominator=Count(valid, (Heard(words.answers),)),
    )
