"""A mechanism (机制) as a picture: its stages, what takes a matter from one to the next, who may, how long.

The picture is drawn from the declaration, so it can't go stale; counts of live matters may stand on it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from bihuan.logic.mechanism import Mechanism, Move

Word = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class PictureStage:
    """A node. ``count`` is how many matters stand there now."""

    id: str
    title: str
    final: bool = False
    count: int | None = None


@dataclass(frozen=True, slots=True)
class PictureMove:
    """An arrow; the same source and target make a loop. ``count`` is how many went that way."""

    id: str
    title: str
    source: str
    target: str
    who: str = ""
    limit: str = ""
    count: int | None = None


@dataclass(frozen=True, slots=True)
class MechanismWords:
    """The words in the picture, in the reader's language."""

    anywhere: str = "From any stage"
    joint: str = ", "


@dataclass(frozen=True, slots=True)
class MechanismPicture:
    """Everything the picture shows. ``opening`` is the arrow from nowhere to the first stage (source empty).

    ``anywhere`` are moves possible from every open stage; they are told beneath instead of drawn many times.
    """

    title: str
    stages: Sequence[PictureStage]
    moves: Sequence[PictureMove]
    opening: PictureMove | None = None
    anywhere: Sequence[PictureMove] = ()
    words: MechanismWords = field(default_factory=MechanismWords)


def mechanism_picture(
    mechanism: Mechanism,
    *,
    word: Word = str,
    role: Word = str,
    limit: Word = str,
    at_stage: Mapping[str, int] | None = None,
    by_move: Mapping[tuple[str, str], int] | None = None,
    words: MechanismWords | None = None,
) -> MechanismPicture:
    """Return the picture of a declared mechanism.

    ``word`` translates titles, ``role`` words a role or relation, ``limit`` a limit's rule; ``at_stage``
    counts matters by stage, ``by_move`` by (move, source).
    """
    said = words or MechanismWords()
    counts = by_move or {}
    open_stages = {s.name for s in mechanism.stages if not s.final}
    drawn: list[PictureMove] = []
    anywhere: list[PictureMove] = []
    opening = None
    for move in mechanism.moves:
        told = _told(move, word, role, limit, mechanism, said)
        if not move.sources:
            opening = PictureMove(move.name, told[0], "", move.target, told[1], told[2])
        elif len(open_stages) > 2 and open_stages - {move.target} <= set(move.sources):
            anywhere.append(PictureMove(move.name, told[0], "", move.target, told[1], told[2]))
        else:
            drawn += [
                PictureMove(
                    move.name,
                    told[0],
                    source,
                    move.target or source,
                    *told[1:],
                    counts.get((move.name, source)),
                )
                for source in move.sources
            ]
    stages = [
        PictureStage(s.name, word(s.title), s.final, (at_stage or {}).get(s.name)) for s in mechanism.stages
    ]
    return MechanismPicture(word(mechanism.title), stages, drawn, opening, anywhere, said)


def _told(
    move: Move, word: Word, role: Word, limit: Word, mechanism: Mechanism, said: MechanismWords
) -> tuple[str, str, str]:
    """Return title, who may and which clocks start."""
    who = said.joint.join(_unique(role(g.role or g.relation or g.kind) for g in move.who))
    rules = {item.name: item.rule for item in mechanism.limits}
    clocks = said.joint.join(_unique(limit(rules[name]) for op, name in move.clocks if op == "start"))
    return word(move.title), who, clocks


def _unique(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(name for name in names if name))


def mechanism_table(picture: MechanismPicture) -> list[list[str]]:
    """Return the arrows as rows of text: from, move, to, who, limit."""
    titles = {stage.id: stage.title for stage in picture.stages}
    rows = [
        [titles.get(m.source, ""), m.title, titles.get(m.target, ""), m.who, m.limit]
        for m in ([picture.opening] if picture.opening else []) + list(picture.moves)
    ]
    return rows + [
        [picture.words.anywhere, m.title, titles.get(m.target, ""), m.who, m.limit] for m in picture.anywhere
    ]
