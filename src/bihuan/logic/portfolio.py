"""Who should look after what: a small assignment anybody can follow, with its reasons. People decide.

The cost of a distribution is, with the three weights as rows of a rule,

    load × Σ L² / (2 M)  +  distance × (number placed where the holder has nothing yet)
                         (half of it where the holder has something in the same wider place)
                         +  industry × (number of a trade the holder doesn't know)

where L is what a holder has in the end and M the mean of all L. So the next thing costs a holder about
L / M of load: twice the mean load costs two. The heaviest things are placed first, each where it adds
least; then single things are moved, and pairs exchanged, as long as the cost falls. Ties go to the smaller
key, so the same question has the same answer.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations


@dataclass(frozen=True, slots=True)
class Thing:
    """What has to be looked after; ``holders`` are those who may (empty: all)."""

    key: int
    weight: float = 1.0
    place: str = ""
    trade: str = ""
    #: The wider place it lies in: known there costs half of what being far does.
    wider: str = ""
    holders: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Holder:
    """Who may look after things: what is in hand already, and the places and trades known from it."""

    key: int
    load: float = 0.0
    places: frozenset[str] = frozenset()
    trades: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Weights:
    """What load, distance and unknown trades cost against each other."""

    load: float = 1.0
    distance: float = 0.5
    industry: float = 0.3


@dataclass(frozen=True, slots=True)
class Choice:
    """A proposal and why: the holder's load with it against the mean, and whether place and trade are known."""

    thing: int
    holder: int
    load: float
    mean: float
    near: bool
    knows: bool
    #: Not in the same place, but in the same wider one.
    wide: bool = False


def propose(things: Sequence[Thing], holders: Sequence[Holder], weights: Weights) -> list[Choice]:
    """Return one choice a thing, in the order given; a thing nobody may hold is left out."""
    by_key = {holder.key: holder for holder in holders}
    able = {thing.key: _able(thing, by_key) for thing in things}
    placed_things = [thing for thing in things if able[thing.key]]
    if not placed_things:
        return []
    total = sum(holder.load for holder in holders) + sum(thing.weight for thing in placed_things)
    state = _State(by_key, weights, max(total / len(holders), 1e-9))
    for thing in sorted(placed_things, key=lambda one: (-one.weight, one.key)):
        state.put(thing, min(able[thing.key], key=lambda key: (state.adding(thing, key), key)))
    _improve(state, placed_things, able)
    return [state.choice(thing) for thing in placed_things]


def _able(thing: Thing, holders: Mapping[int, Holder]) -> list[int]:
    return sorted(key for key in holders if not thing.holders or key in thing.holders)


#: What the same wider place costs of being far.
HALF = 0.5


def far(thing: Thing, holder: Holder) -> float:
    """Return how far a thing is from what a holder has: 0 the same place, a half the same wider one, 1 elsewhere."""
    if thing.place in holder.places:
        return 0.0
    return HALF if thing.wider and thing.wider in holder.places else 1.0


@dataclass(slots=True)
class _State:
    """A distribution under way."""

    holders: Mapping[int, Holder]
    weights: Weights
    mean: float
    loads: dict[int, float] = field(default_factory=dict)
    where: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.loads = {key: holder.load for key, holder in self.holders.items()}

    def fit(self, thing: Thing, key: int) -> float:
        """Return what place and trade cost."""
        holder = self.holders[key]
        strange = thing.trade not in holder.trades
        return self.weights.distance * far(thing, holder) + self.weights.industry * strange

    def adding(self, thing: Thing, key: int) -> float:
        """Return what the distribution costs more with the thing there."""
        load = self.loads[key]
        grown = ((load + thing.weight) ** 2 - load**2) / (2 * self.mean)
        return self.weights.load * grown + self.fit(thing, key)

    def put(self, thing: Thing, key: int) -> None:
        """Place a thing, taking it from wherever it is."""
        self.take(thing)
        self.loads[key] += thing.weight
        self.where[thing.key] = key

    def take(self, thing: Thing) -> int:
        """Take a thing away; return where it was, 0 for nowhere."""
        key = self.where.pop(thing.key, 0)
        if key:
            self.loads[key] -= thing.weight
        return key

    def choice(self, thing: Thing) -> Choice:
        """Return where it ended, and why."""
        key = self.where[thing.key]
        holder = self.holders[key]
        off, knows = far(thing, holder), thing.trade in holder.trades
        return Choice(thing.key, key, self.loads[key], self.mean, off == 0, knows, wide=off == HALF)


#: Exchanges are tried for so many things; beyond, moving alone is near enough and stays quick.
_EXCHANGED = 200
_ROUNDS = 20
_LESS = 1e-9


def _improve(state: _State, things: Sequence[Thing], able: Mapping[int, list[int]]) -> None:
    pairs = list(combinations(things, 2)) if len(things) <= _EXCHANGED else []
    for _round in range(_ROUNDS):
        changed = any(_moved(state, thing, able[thing.key]) for thing in things)
        changed = any(_exchanged(state, a, b, able) for a, b in pairs) or changed
        if not changed:
            return


def _moved(state: _State, thing: Thing, able: Iterable[int]) -> bool:
    before = state.take(thing)
    best = min(able, key=lambda key: (state.adding(thing, key), key))
    better = state.adding(thing, best) < state.adding(thing, before) - _LESS
    state.put(thing, best if better else before)
    return better


def _exchanged(state: _State, a: Thing, b: Thing, able: Mapping[int, list[int]]) -> bool:
    at_a, at_b = state.where[a.key], state.where[b.key]
    if at_a == at_b or at_b not in able[a.key] or at_a not in able[b.key]:
        return False
    state.take(a)
    state.take(b)
    as_is = state.adding(a, at_a) + state.adding(b, at_b)
    other = state.adding(a, at_b) + state.adding(b, at_a)
    better = other < as_is - _LESS
    state.put(a, at_b if better else at_a)
    state.put(b, at_a if better else at_b)
    return better
