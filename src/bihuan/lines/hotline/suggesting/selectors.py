"""The one interface of dispatch advice: a text and a place in, classes with their units and reasons out.

A classifier takes over by :func:`use`; until then, and where it abstains, the words of the duty catalogue
advise. Advice never dispatches: a person confirms.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bihuan.kernel.identity.actors import Scope
from bihuan.lines.hotline.duties import selectors as duties

#: How many classes are proposed.
PROPOSED = 3


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A class of the catalogue, its unit in this place, how sure (None: not measured) and why.

    ``ruling`` is the code of the matter by which the unit was ruled, ``ruled`` what was ruled there; '' for neither.
    """

    duty: int
    name: str
    unit: int
    confidence: float | None
    reasons: tuple[str, ...]
    ruling: str = ""
    ruled: str = ""


#: (text, names of the classes that stand) → (name of a class, confidence, reasons), the likeliest first.
Classifier = Callable[[str, Sequence[str]], Sequence[tuple[str, float, Sequence[str]]]]
_classifier: list[Classifier] = []


def use(classifier: Classifier | None) -> None:
    """Let a classifier advise; None takes it away."""
    _classifier[:] = [classifier] if classifier else []


def suggest(text: str, place: Scope) -> list[Suggestion]:
    """Return the likeliest classes for a text with the unit that answers for each in this place."""
    if not text.strip():
        return []
    standing = duties.duties(place)
    by_name = {one.name: one for one in standing}
    found = [
        _made(by_name[name], place, sure, tuple(why))
        for classifier in _classifier
        for name, sure, why in classifier(text, tuple(by_name))
        if name in by_name
    ]
    return found[:PROPOSED] or _by_words(text, standing, place)


def _by_words(text: str, standing: Sequence[duties.DutyRow], place: Scope) -> list[Suggestion]:
    heard = [(tuple(word for word in one.words if word in text), one) for one in standing]
    ranked = sorted(
        (pair for pair in heard if pair[0]), key=lambda pair: (-sum(map(len, pair[0])), pair[1].id)
    )
    return [_made(one, place, None, words) for words, one in ranked[:PROPOSED]]


def _made(duty: duties.DutyRow, place: Scope, sure: float | None, reasons: tuple[str, ...]) -> Suggestion:
    held = duties.ruling(duty.id, place)
    if held is None:
        return Suggestion(duty.id, duty.name, duty.unit, sure, reasons)
    return Suggestion(duty.id, duty.name, held.unit, sure, reasons, held.matter, held.reason)
