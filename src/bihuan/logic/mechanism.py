"""What a mechanism (机制) is: the declared rules of one kind of matter.

Pure data: it can be checked, drawn and explained without a database. The canonical
JSON leaves titles out, so wording may change without making new rules; its SHA-256
names the rules a matter was opened under and keeps for life.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal

RELATIONS = ("holder", "lead", "support", "first", "creator", "party", "scope", "link")
CLOCK_OPS = ("start", "stop", "pause", "resume", "renew", "ask", "grant", "refuse")
HOLDS = ("keep", "none", "field", "first", "lead", "creator", "party")


def said(text: str) -> str:
    """Mark a title for translation without translating it: import it as ``_`` where titles are declared."""
    return text


class MechanismError(ValueError):
    """A mechanism that can't work; ``where`` names the stage or move at fault."""

    def __init__(self, where: str, why: str) -> None:
        super().__init__(f"{where}: {why}")
        self.where = where
        self.why = why


@dataclass(frozen=True, slots=True)
class Grant:
    """Who may: actors of ``kind``, in ``role`` (any if empty), standing in ``relation`` to the matter.

    A link's role is the purpose it was issued for; its relation ``link`` is the one matter it opens.
    """

    kind: Literal["post", "party", "link", "system"] = "post"
    role: str = ""
    relation: str = ""


@dataclass(frozen=True, slots=True)
class Stage:
    """Where a matter stands. A ``final`` stage closes the matter and every clock."""

    name: str
    title: str
    final: bool = False


@dataclass(frozen=True, slots=True)
class Limit:
    """A clock of the matter: ``rule`` names the dated limit rows that say how long.

    ``date:FIELD`` runs to the end of the day, or to the moment, that field names; ``date:FIELD|RULE`` does
    so when the field is filled and else by the limit rows of ``RULE``.

    The ``main`` limit's due instant is the one lists and lights show.
    """

    name: str
    title: str
    rule: str
    main: bool = False


@dataclass(frozen=True, slots=True)
class Move:
    """What takes a matter on. ``sources`` empty means it opens the matter; ``target`` empty means it stays.

    ``hold`` says who holds it afterwards: keep, none, first, lead, creator, party,
    ``field`` (the form's ``unit`` and ``post``), ``role:NAME`` (waits for whoever has that role over the place),
    ``subject:NAME/ROLE`` (the post that serves the matter's subject as NAME; while nobody does, ROLE) or
    ``post:FIELD`` (the one post a structural field of this or an earlier move names).
    ``clocks`` pairs an operation with a limit; ``renew`` lets a running one begin anew (what is owed again and
    again). ``answers`` marks the actor as the handler, whom a verifier must not be. ``episode`` begins a new
    episode (reopening). Guards and effects are named functions with a revision.
    Commutative moves never conflict and never change the stage.
    """

    name: str
    title: str
    sources: tuple[str, ...]
    target: str
    who: tuple[Grant, ...]
    form: str = ""
    hold: str = "keep"
    clocks: tuple[tuple[str, str], ...] = ()
    guards: tuple[str, ...] = ()
    effects: tuple[str, ...] = ()
    reactions: tuple[str, ...] = ()
    answers: bool = False
    episode: bool = False
    commutative: bool = False
    primary: bool = False


def serves(hold: str) -> tuple[str, str]:
    """Return (name of the service, role while nobody serves) of ``subject:NAME/ROLE``; empty for other holds."""
    if not hold.startswith("subject:"):
        return "", ""
    name, _slash, role = hold.removeprefix("subject:").partition("/")
    return name, role


@dataclass(frozen=True, slots=True)
class Rung:
    """A level a stuck matter can be taken to, with the role of the one who decides there."""

    name: str
    title: str
    chair: str


@dataclass(frozen=True, slots=True)
class Mechanism:
    """One kind of matter. ``noun`` is what the screen calls it; ``prefix`` begins its codes.

    The stages of the main way come first, in its order, up to the first final one; those declared after it lie aside.
    """

    name: str
    title: str
    noun: str
    prefix: str
    stages: tuple[Stage, ...]
    moves: tuple[Move, ...]
    limits: tuple[Limit, ...] = ()
    ladder: tuple[Rung, ...] = ()

    def stage(self, name: str) -> Stage:
        """Return the stage of that name; KeyError when there is none."""
        return {s.name: s for s in self.stages}[name]

    def move(self, name: str) -> Move:
        """Return the move of that name; KeyError when there is none."""
        return {m.name: m for m in self.moves}[name]

    def opening(self) -> Move:
        """Return the move that opens a matter."""
        return next(m for m in self.moves if not m.sources)


#: Words for people: they may change without making new rules.
_WORDS = {"title", "noun"}


def canonical(mechanism: Mechanism) -> str:
    """Return the rules as canonical JSON: sorted keys, no blanks, titles left out."""
    bare = asdict(mechanism, dict_factory=lambda pairs: {k: v for k, v in pairs if k not in _WORDS})
    return json.dumps(bare, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def fingerprint(text: str) -> str:
    """Return the SHA-256 of canonical rules, in hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def from_json(text: str) -> Mechanism:
    """Build a mechanism from its canonical JSON; names stand in for the titles left out."""
    data: dict[str, Any] = json.loads(text)
    return Mechanism(
        name=data["name"],
        title=data["name"],
        noun=data["name"],
        prefix=data["prefix"],
        stages=tuple(Stage(title=s["name"], **s) for s in data["stages"]),
        moves=tuple(_move(m) for m in data["moves"]),
        limits=tuple(Limit(title=item["name"], **item) for item in data["limits"]),
        ladder=tuple(Rung(title=r["name"], **r) for r in data["ladder"]),
    )


def _move(data: dict[str, Any]) -> Move:
    lists = ("sources", "guards", "effects", "reactions")
    plain = {**data, **{name: tuple(data[name]) for name in lists}}
    plain["who"] = tuple(Grant(**g) for g in data["who"])
    plain["clocks"] = tuple((op, name) for op, name in data["clocks"])
    return Move(title=data["name"], **plain)


def entitle(stored: Mechanism, declared: Mechanism | None) -> Mechanism:
    """Give stored rules the present wording, as far as the names still exist."""
    if declared is None:
        return stored
    return replace(
        stored,
        title=declared.title,
        noun=declared.noun,
        stages=_entitled(stored.stages, declared.stages),
        moves=_entitled(stored.moves, declared.moves),
        limits=_entitled(stored.limits, declared.limits),
        ladder=_entitled(stored.ladder, declared.ladder),
    )


def _entitled(stored: tuple[Any, ...], declared: tuple[Any, ...]) -> tuple[Any, ...]:
    titles = {item.name: item.title for item in declared}
    return tuple(replace(item, title=titles.get(item.name, item.title)) for item in stored)


@dataclass(slots=True)
class _Check:
    mechanism: Mechanism
    stages: dict[str, Stage] = field(init=False)
    limits: set[str] = field(init=False)

    def __post_init__(self) -> None:
        self.stages = {s.name: s for s in self.mechanism.stages}
        self.limits = {item.name for item in self.mechanism.limits}


def check(mechanism: Mechanism) -> Mechanism:
    """Return the mechanism if it can work, else raise :class:`MechanismError`.

    Every name is unique and known, one move opens, every stage can be reached and
    left unless final, every move is permitted to someone, every clock that starts
    can end.
    """
    _unique("stage", (s.name for s in mechanism.stages))
    _unique("move", (m.name for m in mechanism.moves))
    _unique("limit", (item.name for item in mechanism.limits))
    if sum(1 for m in mechanism.moves if not m.sources) != 1:
        raise MechanismError(mechanism.name, "exactly one move opens a matter")
    if sum(1 for item in mechanism.limits if item.main) > 1:
        raise MechanismError(mechanism.name, "at most one limit is the main one")
    state = _Check(mechanism)
    for move in mechanism.moves:
        _check_move(state, move)
    _check_reach(state)
    return mechanism


def _unique(kind: str, names: Iterable[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise MechanismError(name, f"two {kind}s of this name")
        seen.add(name)


def _check_move(state: _Check, move: Move) -> None:
    if not move.who:
        raise MechanismError(move.name, "permitted to nobody")
    unknown = [grant.relation for grant in move.who if grant.relation not in {"", *RELATIONS}]
    if unknown:
        raise MechanismError(move.name, f"unknown relation {unknown[0]}")
    for stage in (*move.sources, *filter(None, (move.target,))):
        if stage not in state.stages:
            raise MechanismError(move.name, f"unknown stage {stage}")
    if not move.sources and not move.target:
        raise MechanismError(move.name, "the opening move needs a target")
    if move.hold not in HOLDS and not move.hold.startswith(("role:", "post:")) and not all(serves(move.hold)):
        raise MechanismError(move.name, f"unknown hold {move.hold}")
    if move.commutative and (move.target or move.hold != "keep" or move.clocks or move.episode):
        raise MechanismError(move.name, "a commutative move changes neither stage, holder nor clock")
    _check_names(state, move)


def _check_names(state: _Check, move: Move) -> None:
    for op, limit in move.clocks:
        if op not in CLOCK_OPS or limit not in state.limits:
            raise MechanismError(move.name, f"unknown clock operation {op} {limit}")
    for name in (*move.guards, *move.effects):
        if "@" not in name:
            raise MechanismError(move.name, f"{name} names no revision")


def _check_reach(state: _Check) -> None:
    moves = state.mechanism.moves
    reached = {state.mechanism.opening().target}
    while True:
        more = {m.target for m in moves if m.target and reached.intersection(m.sources)} - reached
        if not more:
            break
        reached |= more
    for stage in state.mechanism.stages:
        if stage.name not in reached:
            raise MechanismError(stage.name, "can't be reached")
        leaves = any(stage.name in m.sources and m.target not in {"", stage.name} for m in moves)
        if not stage.final and not leaves:
            raise MechanismError(stage.name, "can't be left and isn't final")
    if not any(s.final for s in state.mechanism.stages):
        raise MechanismError(state.mechanism.name, "has no final stage, so its clocks never close")
