"""Which kinds of matter ask for a contact, and how their own moves hear of its answer. Lines declare it."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Asked:
    """How a kind of matter hears of its contact; the mechanism's reaction ``callbacks.ask`` says when it is asked.

    ``confirm`` is the move that notes the answer, ``into`` its field and ``grades`` what stands in it for
    each grade. ``unsolved`` are the moves, tried in turn, by which a matter said to be unsolved goes back;
    ``reason`` is their field.
    """

    kind: str
    confirm: str = ""
    into: str = ""
    grades: Mapping[str, str] = field(default_factory=dict)
    unsolved: tuple[str, ...] = ()
    reason: str = "reason"


_asked: dict[str, Asked] = {}


def register(asked: Asked) -> Asked:
    """Say how a kind hears of its contact; a second, different saying is refused."""
    if _asked.setdefault(asked.kind, asked) != asked:
        raise ValueError(f"{asked.kind}: declared twice how it hears of its contact")
    return asked


def of(kind: str) -> Asked:
    """Return how a kind hears of its contact; one that never said so hears nothing."""
    return _asked.get(kind) or Asked(kind)
